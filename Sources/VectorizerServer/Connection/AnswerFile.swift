import Glibc
import VectorStore

/// A file that goes out as the body of an answer, read piece by piece on one connection's thread.
final class AnswerFile: @unchecked Sendable {
    private static let pieceByteCount = 1 << 18

    private let descriptor: Int32
    private let path: String
    private var offset = 0
    /// Bytes of the file when it was opened.
    let byteCount: Int

    /// Opens a plain file.
    ///
    /// - Throws: system errors.
    init(_ path: String) throws(VectorStoreError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .system("open", path, errno) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .system("open", path, EINVAL)
        }
        self.path = path
        byteCount = Int(facts.st_size)
    }

    deinit { close(descriptor) }

    /// Whether bytes follow those that were read.
    var isMoreToCome: Bool { offset < byteCount }

    /// Reads the next piece.
    ///
    /// - Throws: system errors, also for a file that has become shorter.
    func next() throws(VectorStoreError) -> [UInt8] {
        var piece = [UInt8](repeating: 0, count: min(Self.pieceByteCount, byteCount - offset))
        let count = pread(descriptor, &piece, piece.count, off_t(offset))
        guard count > 0 || piece.isEmpty else {
            throw .system("read", path, count < 0 ? errno : EIO)
        }
        piece.removeLast(piece.count - count)
        offset += count
        return piece
    }
}
