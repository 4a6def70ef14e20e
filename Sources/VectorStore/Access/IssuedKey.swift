/// A key that was made or rotated just now.
public struct IssuedKey: Sendable {
    /// What may be shown of it.
    public let info: KeyInfo
    /// Its text, which the store does not have.
    public let secret: KeySecret
    /// What its text was compared with before it was rotated; nil for one that was made.
    let previous: KeyCredential?
}
