import Synchronization

/// A file of a store's image that is to be kept.
struct ChunkSource: Sendable {
    /// Below `store/`.
    let path: String
    /// Its bytes; those behind `byteCount` do not belong to it.
    let content: MappedFile
    let byteCount: Int
    let chunks: [Range<Int>]
    /// Finds out whether it is damaged: a backup of damage would be none.
    let check: @Sendable () throws(VectorStoreError) -> Void

    /// Lends some of the bytes.
    func withBytes<Value, Fault: Error>(
        _ range: Range<Int>,
        _ body: (UnsafeRawBufferPointer) throws(Fault) -> Value
    ) throws(Fault) -> Value {
        try unsafe body(UnsafeRawBufferPointer(rebasing: content.bytes[range]))
    }
}

/// Brings the chunks of files into a repository, those that it lacks.
final class ChunkWriting: Sendable {
    private let chunks: ChunkStore
    private let scratch: String
    /// Chunks that an earlier snapshot names, with the lengths that their files must have.
    private let known: [ContentHash: Int]
    private let team: ThreadTeam
    private let tell: @Sendable (Int, Int) -> Void
    private let totals = Mutex(Totals())

    /// What was done so far.
    struct Totals {
        var doneByteCount = 0
        var newChunkCount = 0
        var newByteCount = 0
        var storedByteCount = 0
    }

    init(
        _ chunks: ChunkStore,
        scratch: String,
        known: [ContentHash: Int],
        team: ThreadTeam,
        progress: @escaping @Sendable (Int, Int) -> Void
    ) {
        self.chunks = chunks
        self.scratch = scratch
        self.known = known
        self.team = team
        tell = progress
    }

    /// What a thread does in one go.
    private enum Task {
        /// Checks a whole file.
        case check(file: Int)
        /// Carries the hash of a whole file on, over what this batch has of it.
        case hash(file: Int, Range<Int>)
        case write(file: Int, chunk: Int)
    }

    /// What is known of a file.
    private struct Progress {
        var whole = ContentHash.Running()
        var hashes: [ContentHash?]
    }

    /// Brings files into the repository.
    ///
    /// - Returns: their entries for the manifest.
    /// - Throws: `.corrupt` when a file of the store is damaged, `.cancelled`, `.system`, and
    ///   `.corruptRepository` when the medium does not give back what was written.
    /// - Complexity: one pass over the files, and one over the new chunks.
    func write(
        _ sources: [ChunkSource]
    ) throws(VectorStoreError) -> (files: [SnapshotManifest.File], totals: Totals) {
        let progress = Mutex(
            sources.map { Progress(hashes: Array(repeating: nil, count: $0.chunks.count)) }
        )
        var stored: [ContentHash: Int] = [:]
        let total = sources.reduce(0) { $0 + $1.byteCount }
        for (number, part) in ChunkRuns.batches(of: sources.map(\.chunks)).enumerated() {
            let tasks = Self.tasks(part, of: sources, isFirst: number == 0)
            let batch = ChunkBatch(chunks, in: scratch)
            let kept = Mutex<[ContentHash: Int]>([:])
            try team.forEach(tasks) { task throws(VectorStoreError) in
                switch task {
                case .check(let file):
                    try sources[file].check()
                case .hash(let file, let range):
                    var whole = progress.withLock { $0[file].whole }
                    unsafe sources[file].withBytes(range) { unsafe whole.update($0) }
                    progress.withLock { $0[file].whole = whole }
                case .write(let file, let chunk):
                    let (hash, size) = try self.write(sources[file], chunk, to: batch)
                    progress.withLock { $0[file].hashes[chunk] = hash }
                    if let size { kept.withLock { $0[hash] = size } }
                    self.advance(by: sources[file].chunks[chunk].count, of: total)
                }
            }
            stored.merge(kept.withLock { $0 }) { $1 }
            let new = try batch.publish(team)
            stored.merge(new) { $1 }
            totals.withLock { $0.storedByteCount += new.values.reduce(0, +) }
        }
        let files = progress.withLock { $0 }.enumerated().map { index, progress in
            Self.entry(sources[index], progress, stored)
        }
        return (files, totals.withLock { $0 })
    }

    private static func entry(
        _ source: ChunkSource,
        _ progress: Progress,
        _ stored: [ContentHash: Int]
    ) -> SnapshotManifest.File {
        let hashes = progress.hashes.compactMap { $0 }
        precondition(hashes.count == source.chunks.count, "every task was done")
        return SnapshotManifest.File(
            path: source.path,
            size: source.byteCount,
            sha256: progress.whole.value.hexadecimal,
            chunks: hashes.map(\.hexadecimal),
            chunkSizes: source.chunks.map(\.count),
            storedSizes: hashes.map { hash in
                guard let size = stored[hash] else { preconditionFailure("every piece is there") }
                return size
            }
        )
    }

    // MARK: Tasks

    /// What takes longest comes first.
    private static func tasks(
        _ batch: ChunkRuns,
        of sources: [ChunkSource],
        isFirst: Bool
    ) -> [Task] {
        // A damaged file is found before much is written.
        let checks = isFirst ? sources.indices.map { Task.check(file: $0) } : []
        return checks + batch.stretches.map { .hash(file: $0.file, $0.range) }
            + batch.chunks.map { .write(file: $0.file, chunk: $0.number) }
    }

    /// Writes a chunk if the repository lacks it.
    ///
    /// - Returns: its hash, and the length of its file unless this batch is about to write it.
    private func write(
        _ source: ChunkSource,
        _ number: Int,
        to batch: ChunkBatch
    ) throws(VectorStoreError) -> (ContentHash, stored: Int?) {
        let range = source.chunks[number]
        let hash = unsafe source.withBytes(range) { unsafe ContentHash(of: $0) }
        if let size = try sizeIfThere(hash) {
            if known[hash] == nil { batch.adopt(hash) }
            return (hash, size)
        }
        let isNew = try unsafe source.withBytes(range) { content throws(VectorStoreError) in
            try unsafe batch.add(hash, content)
        }
        if isNew {
            totals.withLock {
                $0.newChunkCount += 1
                $0.newByteCount += range.count
            }
        }
        return (hash, nil)
    }

    /// The length of a chunk's file, if the repository has it as it should be.
    ///
    /// A chunk that no snapshot vouches for, as an interrupted backup leaves it, is read first.
    private func sizeIfThere(_ hash: ContentHash) throws(VectorStoreError) -> Int? {
        guard let size = chunks.storedByteCount(of: hash) else { return nil }
        if let expected = known[hash] { return size == expected ? size : nil }
        var content: [UInt8] = []
        do {
            return try chunks.read(hash, into: &content)
        } catch .backup(.corruptRepository) {
            return nil
        }
    }

    private func advance(by byteCount: Int, of total: Int) {
        let done = totals.withLock { totals in
            totals.doneByteCount += byteCount
            return totals.doneByteCount
        }
        tell(done, total)
    }
}
