import Glibc
import Synchronization

/// Puts the files of a snapshot together in a directory where nothing is yet.
///
/// A manifest is hostile input: only the names that were checked when it was read are written, and
/// no chunk may be longer than it says.
struct SnapshotRestorer {
    private let chunks: ChunkStore
    private let files: [SnapshotManifest.File]
    private let team: ThreadTeam
    private let tell: @Sendable (_ done: Int, _ total: Int) -> Void

    /// Prepares restoring some files.
    init(
        _ files: [SnapshotManifest.File],
        from chunks: ChunkStore,
        team: ThreadTeam,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) {
        self.files = files
        self.chunks = chunks
        self.team = team
        tell = progress
    }

    /// Writes the files; nothing is forced to the medium yet.
    ///
    /// - Parameter directory: exists and is empty.
    /// - Throws: `.corruptRepository` at the first chunk or file that is not what it should be,
    ///   `.cancelled`, `.system`.
    /// - Complexity: one pass over the files.
    func restore(into directory: String) throws(VectorStoreError) {
        let total = files.reduce(0) { $0 + $1.size }
        guard try DurableFile.freeByteCount(at: directory) >= total else {
            throw .system("write", directory, ENOSPC)
        }
        for file in files {
            let path = directory + "/" + file.path
            let home = DurableFile.parent(of: path)
            if !DurableFile.isDirectory(home) {
                try DurableFile.makeDirectory(DurableFile.parent(of: home))
                try DurableFile.makeDirectory(home)
            }
            _ = try DurableFile.create(path)
        }
        let places = files.map(Self.places)
        let done = Mutex(0)
        let wholes = Mutex(files.map { _ in ContentHash.Running() })
        var written: [ChunkRuns.Stretch] = []
        for batch in ChunkRuns.batches(of: places) {
            // Hashes of what was written before: it is in the cache still.
            let hashes = written.map { Task.hash($0) }
            try team.forEach(hashes + batch.chunks.map { .write($0) }) {
                task
                    throws(VectorStoreError) in
                switch task {
                case .hash(let stretch): try hash(stretch, in: directory, wholes)
                case .write(let chunk):
                    try write(chunk, at: places[chunk.file][chunk.number], in: directory)
                    let count = places[chunk.file][chunk.number].count
                    tell(
                        done.withLock {
                            $0 += count; return $0
                        },
                        total
                    )
                }
            }
            written = batch.stretches
        }
        try team.forEach(written) { stretch throws(VectorStoreError) in
            try hash(stretch, in: directory, wholes)
        }
        for (file, whole) in zip(files, wholes.withLock { $0 })
        where whole.value.hexadecimal != file.sha256 {
            throw .backup(
                .corruptRepository(
                    file: file.path,
                    reason: "its pieces are sound and make another file than the snapshot says"
                )
            )
        }
    }

    private enum Task {
        case hash(ChunkRuns.Stretch)
        case write(ChunkRuns.Chunk)
    }

    /// Where the chunks of a file lie in it.
    private static func places(_ file: SnapshotManifest.File) -> [Range<Int>] {
        var start = 0
        return file.chunkSizes.map { size in
            defer { start += size }
            return start..<(start + size)
        }
    }

    private func write(
        _ chunk: ChunkRuns.Chunk,
        at range: Range<Int>,
        in directory: String
    ) throws(VectorStoreError) {
        let file = files[chunk.file]
        let hash = file.hashes[chunk.number]
        var content: [UInt8] = []
        try chunks.read(hash, into: &content)
        guard content.count == range.count else {
            throw .backup(
                .corruptRepository(
                    file: chunks.path(of: hash),
                    reason: "it has \(content.count) bytes, the snapshot says \(range.count)"
                )
            )
        }
        let target = try FileDescriptor(opening: directory + "/" + file.path, flags: O_WRONLY)
        try target.write(content, at: range.lowerBound)
    }

    private func hash(
        _ stretch: ChunkRuns.Stretch,
        in directory: String,
        _ wholes: borrowing Mutex<[ContentHash.Running]>
    ) throws(VectorStoreError) {
        let path = directory + "/" + files[stretch.file].path
        let file = try MappedFile(whole: FileDescriptor(opening: path, flags: O_RDONLY))
        var whole = wholes.withLock { $0[stretch.file] }
        unsafe whole.update(UnsafeRawBufferPointer(rebasing: file.bytes[stretch.range]))
        wholes.withLock { $0[stretch.file] = whole }
    }
}
