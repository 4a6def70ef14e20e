import Glibc
import Synchronization
import VectorStore

/// A file that is sent as an answer, piece by piece.
final class AnswerFile: Sendable {
    /// Bytes that are read at a time.
    static let pieceByteCount = 256 << 10

    /// Its length when it was opened; no more is sent, whatever comes later.
    let byteCount: Int
    private let path: String
    private let descriptor: Int32
    private let position = Mutex(0)

    /// Opens a file.
    ///
    /// - Parameter path: the file; no link.
    /// - Throws: system errors.
    init(_ path: String) throws(VectorStoreError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", path, errno) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            let number = errno
            close(descriptor)
            throw .system("fstat", path, number)
        }
        byteCount = Int(facts.st_size)
    }

    deinit { close(descriptor) }

    /// The next piece; empty at the end.
    ///
    /// - Throws: system errors, and one for a file that has become shorter.
    func next() throws(VectorStoreError) -> [UInt8] {
        let start = position.withLock { $0 }
        let wanted = min(Self.pieceByteCount, byteCount - start)
        guard wanted > 0 else { return [] }
        var number: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]
                )
                let got = pread(descriptor, rest.baseAddress, wanted - count, off_t(start + count))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    number = got < 0 ? errno : EIO
                    return
                }
                count += got
            }
        }
        if number != 0 { throw .system("pread", path, number) }
        position.withLock { $0 = start + wanted }
        return piece
    }
}
