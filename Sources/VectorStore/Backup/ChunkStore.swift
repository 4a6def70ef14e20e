import Glibc

/// The chunks of a backup repository, each named by the SHA-256 of its content: `chunks/ab/<hash>`.
///
/// A chunk is a standard LZ4 frame and is never changed once it has its name.
struct ChunkStore: Sendable {
    /// The directory `chunks/`.
    let path: String

    /// The longest file of a chunk.
    static let storedByteCountMax = LZ4Frame.byteCountMax(
        contentByteCount: ChunkCutter.byteCountMax
    )

    func directory(of hash: ContentHash) -> String {
        path + "/" + Hexadecimal.text(hash.bytes.prefix(1))
    }

    func path(of hash: ContentHash) -> String {
        directory(of: hash) + "/" + hash.hexadecimal
    }

    /// Makes the directories of all chunks at once: one at a time each costs a journal commit.
    func makeDirectories() throws(VectorStoreError) {
        for first in UInt8.min...UInt8.max {
            try DurableFile.makeDirectory(path + "/" + Hexadecimal.text([first]), isForced: false)
        }
        try DurableFile.synchronizeFileSystem(of: path)
    }

    /// The length of a chunk's file; nil when there is none.
    func storedByteCount(of hash: ContentHash) -> Int? {
        DurableFile.byteCount(of: path(of: hash))
    }

    /// Reads a chunk and checks every byte of it.
    ///
    /// - Parameters:
    ///   - hash: the chunk.
    ///   - content: takes the content.
    /// - Returns: the length of the chunk's file.
    /// - Throws: `.corruptRepository` when it is missing or damaged, `.system`.
    @discardableResult
    func read(_ hash: ContentHash, into content: inout [UInt8]) throws(VectorStoreError) -> Int {
        let path = path(of: hash)
        let frame: [UInt8]
        do {
            frame = try DurableFile.read(path, byteCountMax: Self.storedByteCountMax)
        } catch .file(.system(_, _, ENOENT)) {
            throw .backup(.corruptRepository(file: path, reason: "it is missing"))
        } catch .file(.corrupt(_, _, let reason)) {
            throw .backup(.corruptRepository(file: path, reason: reason))
        }
        do throws(LZ4Frame.Fault) {
            try LZ4Frame.decode(
                frame,
                contentByteCountMax: ChunkCutter.byteCountMax,
                into: &content
            )
        } catch {
            guard case .damaged(let reason) = error else { preconditionFailure("one case") }
            throw .backup(.corruptRepository(file: path, reason: reason))
        }
        guard ContentHash(of: content) == hash else {
            throw .backup(
                .corruptRepository(file: path, reason: "its content is not what its name says")
            )
        }
        return frame.count
    }

    /// Makes the next reads of chunks that were written a moment ago come from the medium, and
    /// begins them.
    ///
    /// Advice: a file system without a cache of its own declines.
    func readAgain(_ hashes: [ContentHash]) throws(VectorStoreError) {
        for advice in [POSIX_FADV_DONTNEED, POSIX_FADV_WILLNEED] {
            for hash in hashes {
                let flags = O_RDONLY | O_NONBLOCK
                let file = try FileDescriptor(opening: path(of: hash), flags: flags)
                _ = posix_fadvise(file.number, 0, 0, advice)
            }
        }
    }

    /// All files below `chunks/`, in the order of their names, with what each should be.
    ///
    /// - Returns: nil in place of a hash for names that are none of ours.
    func all() throws(VectorStoreError) -> [(path: String, hash: ContentHash?)] {
        var found: [(String, ContentHash?)] = []
        for directory in try DurableFile.names(in: path).sorted() {
            let inner = path + "/" + directory
            guard DurableFile.isDirectory(inner) else {
                found.append((inner, nil))
                continue
            }
            for name in try DurableFile.names(in: inner).sorted() {
                let hash = ContentHash(hexadecimal: name)
                let isHome = hash.map { self.path(of: $0) == inner + "/" + name } ?? false
                found.append((inner + "/" + name, isHome ? hash : nil))
            }
        }
        return found
    }
}
