/// How a backup is made.
package struct BackupOptions: Sendable {
    /// What a person calls the snapshot.
    package var tag: String?
    /// Whether the answers to searches that are written down are found anew, for a snapshot that
    /// will be asked for them; otherwise those of the last one are carried on where they can be.
    package var repeatsSearches = false
    /// Whether a repository has to be there: none is made.
    package var requiresExisting = false
    /// Whether the repository may lie in the data directory, since it is packed and goes away.
    var isTemporary = false
    /// The program that makes it, for people who look.
    package var tool: String
    /// Threads; nil takes one per core.
    package var threadCount: Int?
    /// Tells the time, once: before the state is taken.
    package var now: @Sendable () -> Timestamp = { Timestamp.now }
    /// Told how far the work is: bytes done, bytes in all.
    package var progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }

    package init(tool: String) {
        self.tool = tool
    }
}

/// What a backup has done.
package struct BackupSummary: Sendable {
    /// The snapshot.
    package let manifest: SnapshotManifest
    /// Chunks of all its files.
    package let chunkCount: Int
    /// Those that the repository did not have.
    package let newChunkCount: Int
    /// The bytes of those, before they were packed.
    package let newByteCount: Int
    /// Bytes that were written to the repository.
    package let storedByteCount: Int
}
