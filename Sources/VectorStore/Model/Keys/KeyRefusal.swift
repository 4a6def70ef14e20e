/// Why a key may not do what it was shown for.
public enum KeyRefusal: Equatable, Sendable {
    /// The text is none of a key.
    case malformed
    /// The text ends in a checksum of another one: a typing mistake.
    case wrongChecksum
    /// No key has that id.
    case unknown
    /// A key has that id, and another secret.
    case wrongSecret
    /// The key's time is over.
    case expired
    /// The key was taken back.
    case revoked
    /// The key is good, and does not permit this.
    case notPermitted
    /// The key is good, and was used too often; more is allowed after so many seconds.
    case tooOften(retryAfterSeconds: Double)

    /// What the caller who shows a key may be told.
    public enum Answer: Equatable, Sendable {
        /// The key is refused; one answer for whatever is wrong with it.
        case refused
        /// The key is good for other things.
        case notPermitted
        /// The key is good later.
        case tooOften(retryAfterSeconds: Double)
    }

    /// What the caller who shows the key may be told; the case itself is for the store's own log
    /// only.
    public var answer: Answer {
        switch self {
        case .malformed, .wrongChecksum, .unknown, .wrongSecret, .expired, .revoked: .refused
        case .notPermitted: .notPermitted
        case .tooOften(let seconds): .tooOften(retryAfterSeconds: seconds)
        }
    }

    /// The reason in the audit trail's words.
    var words: String {
        switch self {
        case .malformed: "malformed"
        case .wrongChecksum: "wrong checksum"
        case .unknown: "unknown"
        case .wrongSecret: "wrong secret"
        case .expired: "expired"
        case .revoked: "revoked"
        case .notPermitted: "not permitted"
        case .tooOften: "too often"
        }
    }
}

/// What the authorisation of a request came to.
public enum Authorization: Equatable, Sendable {
    /// The key permits it.
    case allowed(KeyInfo)
    /// It does not.
    case refused(KeyRefusal)
}
