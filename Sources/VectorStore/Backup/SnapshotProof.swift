/// The proof that a snapshot was restored once, checked and searched: `<snapshot>.proof.json`.
package struct SnapshotProof: Codable, Equatable, Sendable {
    static let format = "vectorizer-proof"
    static let version = 1
    static let suffix = ".proof.json"

    let format: String
    let version: Int
    /// The snapshot's name.
    let snapshot: String
    /// The SHA-256 of the snapshot's file, so that no other one can pass for it.
    let snapshotSha256: String
    /// When it was proven, in UTC.
    let proven: String
    /// The program that proved it.
    let tool: String
    /// Files of the restored store that were checked.
    let checkedFiles: Int
    /// Searches that found exactly what they had found in the store.
    let canaries: Int

    /// When it was proven.
    package var provenAt: Timestamp { Timestamp(proven) ?? Timestamp(seconds: 0) }
}
