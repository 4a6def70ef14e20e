import Glibc
import Synchronization

/// Chunks that are written together: none has its name before all are on the medium.
///
/// Several threads may add chunks at once.
final class ChunkBatch: Sendable {
    private let chunks: ChunkStore
    private let directory: String
    /// Chunks that were there and that no snapshot names: their names may not be on the medium yet.
    private let found = Mutex<Set<ContentHash>>([])
    /// The lengths of the new chunks' files.
    private let written = Mutex<[ContentHash: Int]>([:])

    /// With so few files each is forced to the medium alone; with more the file system is.
    private static let fileCountForcedAlone = 4

    /// Begins a batch that keeps unnamed chunks in a directory of its own.
    init(_ chunks: ChunkStore, in directory: String) {
        self.chunks = chunks
        self.directory = directory
    }

    /// Writes one chunk under a name that does not count yet.
    ///
    /// - Returns: whether this batch did not have the chunk yet.
    @unsafe
    func add(
        _ hash: ContentHash,
        _ content: UnsafeRawBufferPointer
    ) throws(VectorStoreError) -> Bool {
        let isNew = written.withLock { $0.updateValue(0, forKey: hash) == nil }
        guard isNew else { return false }
        let frame = unsafe LZ4Frame.encode(content)
        try DurableFile.write(frame, to: temporaryPath(hash))
        written.withLock { $0[hash] = frame.count }
        return true
    }

    /// Takes a chunk that an unfinished backup has left, or that another one writes just now.
    func adopt(_ hash: ContentHash) {
        found.withLock { _ = $0.insert(hash) }
    }

    private func temporaryPath(_ hash: ContentHash) -> String {
        directory + "/" + hash.hexadecimal
    }

    /// Makes the chunks durable, gives them their names, and reads each again.
    ///
    /// - Returns: the lengths of their files.
    /// - Throws: `.corruptRepository` when the medium gives back something else, `.system`.
    func publish(_ team: ThreadTeam) throws(VectorStoreError) -> [ContentHash: Int] {
        let byteCounts = written.withLock { $0 }
        var directories = Set(found.withLock { $0 }.map(chunks.directory))
        guard !byteCounts.isEmpty || !directories.isEmpty else { return [:] }
        let hashes = byteCounts.keys.sorted { $0.hexadecimal < $1.hexadecimal }
        try force(hashes.map(temporaryPath))
        for hash in hashes {
            let home = chunks.directory(of: hash)
            directories.insert(home)
            // Copying a repository may have left empty ones out.
            if !DurableFile.isDirectory(home) {
                try DurableFile.makeDirectory(home)
            }
            let (old, new) = (temporaryPath(hash), chunks.path(of: hash))
            // Over what is there: a damaged chunk, or the same one from another backup.
            _ = try SystemCall.run(.rename, path: old) { unsafe Glibc.rename(old, new) }
        }
        // Its directory may be one that an unfinished backup has made, and forced nothing.
        try force([chunks.path] + directories)
        try chunks.readAgain(hashes)
        let chunks = chunks
        try team.forEach(hashes) { hash throws(VectorStoreError) in
            var content: [UInt8] = []
            try chunks.read(hash, into: &content)
        }
        return byteCounts
    }

    private func force(_ paths: [String]) throws(VectorStoreError) {
        guard paths.count <= Self.fileCountForcedAlone else {
            return try DurableFile.synchronizeFileSystem(of: directory)
        }
        for path in paths {
            let file = try FileDescriptor(opening: path, flags: O_RDONLY)
            try file.synchronize()
        }
    }
}
