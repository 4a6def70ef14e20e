/// What one snapshot in a backup repository holds: `snapshots/<sequence>-<UTC>-<id>.json`.
///
/// The names of the members are on disk for ever.
package struct SnapshotManifest: Codable, Equatable, Sendable {
    static let format = "vectorizer-snapshot"
    static let version = 1

    let format: String
    let version: Int
    /// 16 hexadecimal digits that name the snapshot.
    package let id: String
    /// The store's UUID.
    let store: String
    /// How often a restore had put another state into the store's place.
    let epoch: Int64
    /// The store's commit sequence: the snapshot is the state after this transaction.
    package let sequence: UInt64
    /// Counts up from snapshot to snapshot of a repository; taken before the state is.
    let number: Int
    /// When the state was taken, in UTC, as the wall clock had it.
    let created: String
    /// What a person called it.
    package let tag: String?
    /// The host and the data directory that it was made from, for people who look.
    let host: String
    let dataDirectory: String
    /// The program that made it.
    let tool: String
    package let collections: [Collection]
    package let files: [File]
    let canaries: [Canary]

    /// A collection as it was.
    package struct Collection: Codable, Equatable, Sendable {
        package let name: String
        let uuid: String
        let dim: Int
        let metric: String
        let quantization: String
        package let points: Int
        /// The key that the next point gets: points with smaller keys are as they were.
        let nextKey: Int64
        /// The commit sequence of its last change.
        let sequence: UInt64
    }

    /// A file of the store, whole once its chunks are put together.
    package struct File: Codable, Equatable, Sendable {
        /// Below `store/`, with `/` between the parts.
        package let path: String
        /// Its length in bytes.
        package let size: Int
        /// The SHA-256 of all of it, in hexadecimal digits.
        let sha256: String
        /// The SHA-256 of each chunk in order, in hexadecimal digits: the names below `chunks/`.
        let chunks: [String]
        /// The length of each chunk.
        let chunkSizes: [Int]
        /// The length of each chunk's file in the repository.
        let storedSizes: [Int]
    }

    /// A search whose exact answer is known.
    struct Canary: Codable, Equatable, Sendable {
        let collection: String
        /// The point whose vector is searched for.
        let id: String
        let answers: [Answer]

        struct Answer: Codable, Equatable, Sendable {
            let id: String
            let score: Float
        }
    }
}

extension SnapshotManifest {
    /// The file's name without `.json`.
    package var name: String {
        let digits = String(sequence)
        let padding = String(repeating: "0", count: max(0, 12 - digits.utf8.count))
        return padding + digits + "-" + createdAt.compactDescription + "-" + id
    }

    /// When it was made; 1970 if the text is none, which reading a manifest refuses.
    package var createdAt: Timestamp { Timestamp(created) ?? Timestamp(seconds: 0) }

    /// Points of all collections.
    package var pointCount: Int { collections.reduce(0) { $0 + $1.points } }

    /// Bytes of all files once they are restored.
    package var byteCount: Int { files.reduce(0) { $0 + $1.size } }

    /// Whether this snapshot was made after another one.
    ///
    /// Order comes from the numbers, and not from the clock. Backups that ran at once may have the
    /// same; of those the later commit counts. A commit sequence alone would not do: after an older
    /// state was restored, it is a smaller one that is the latest.
    package func isLater(than other: Self) -> Bool {
        let mine = (number, epoch, sequence, id)
        return mine > (other.number, other.epoch, other.sequence, other.id)
    }
}

extension SnapshotManifest.File {
    static let catalogPath = "catalog.sqlite"

    /// The chunks' names, once the manifest was checked.
    var hashes: [ContentHash] { chunks.compactMap { ContentHash(hexadecimal: $0) } }
}
