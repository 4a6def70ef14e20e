import CKernels
import Crypto
import Glibc
import VectorStore
import VectorizerSettings

/// Where an export goes: standard output, or a file that appears whole or not at all.
///
/// A regular file is written under another name beside its own, forced to the medium and renamed;
/// devices and pipes are written as they are.
final class ExportTarget {
    private let path: String
    private let scratch: String?
    private let descriptor: Int32?
    private let writer: CheckedWriter
    private let forTerminal: Bool
    private var hash = SHA256()
    private var isPublished = false
    /// Bytes written so far.
    private(set) var byteCount = 0

    /// Opens the target; `-` is standard output, which may be a terminal.
    init(path: String, standardOutput: CheckedWriter, isTerminal: Bool) throws(Diagnostic) {
        self.path = path
        forTerminal = path == "-" && isTerminal
        guard path != "-" else {
            (scratch, descriptor, writer) = (nil, nil, standardOutput)
            return
        }
        var facts = stat()
        let exists = stat(path, &facts) == 0
        if exists, facts.st_mode & S_IFMT == S_IFDIR { throw .system("open", path, EISDIR) }
        let isPlain = !exists || facts.st_mode & S_IFMT == S_IFREG
        let name = isPlain ? "\(path).\(getpid()).tmp" : path
        let flags = isPlain ? O_CREAT | O_EXCL | O_NOFOLLOW : 0
        let descriptor = try Self.open(
            name,
            flags,
            for: path,
            isPipe: exists && facts.st_mode & S_IFMT == S_IFIFO
        )
        self.scratch = isPlain ? name : nil
        self.descriptor = descriptor
        writer = CheckedWriter(descriptor: descriptor)
    }

    /// Opens for writing; a named pipe is waited for until it has a reader or a signal arrives.
    private static func open(
        _ name: String,
        _ flags: Int32,
        for path: String,
        isPipe: Bool
    ) throws(Diagnostic) -> Int32 {
        while true {
            let descriptor = Glibc.open(
                name,
                O_WRONLY | O_CLOEXEC | O_NONBLOCK | flags,
                0o600
            )
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
                return descriptor
            }
            guard isPipe, errno == ENXIO else { throw .system("open", path, errno) }
            let signal = vz_signals_pending()
            guard signal == 0 else {
                throw Diagnostic(VectorStoreError.cancelled)
            }
            usleep(10_000)
        }
    }

    deinit {
        if let descriptor { close(descriptor) }
        if let scratch, !isPublished { unlink(scratch) }
    }

    /// The SHA-256 of everything written, in hexadecimal.
    var sha256: String {
        Hexadecimal.text(hash.finalize())
    }

    /// Writes a chunk and empties it.
    func write(_ chunk: inout [UInt8]) throws {
        if forTerminal { chunk = Self.harmless(chunk) }
        hash.update(data: chunk)
        byteCount += chunk.count
        try mapping { () throws(OutputError) in try writer.write(chunk) }
        chunk.removeAll(keepingCapacity: true)
    }

    /// Makes the file durable and gives it its name.
    func publish() throws {
        guard let descriptor else { return }
        try mapping { () throws(OutputError) in try writer.finish() }
        guard let scratch else { return }
        guard fsync(descriptor) == 0 else { throw Diagnostic.system("fsync", path, errno) }
        guard rename(scratch, path) == 0 else { throw Diagnostic.system("rename", path, errno) }
        isPublished = true
    }

    /// Text of lines that a terminal shows instead of obeying; in JSON it still means the same.
    private static func harmless(_ chunk: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        TerminalText.forEachScalar(in: chunk) { piece in
            switch piece {
            case .scalar("\n"): result.append(UInt8(ascii: "\n"))
            case .scalar(let scalar) where TerminalText.isUnsafe(scalar):
                result += "\\u\(Hexadecimal.text(scalar.value, digitCount: 4))".utf8
            case .scalar(let scalar): result += String(scalar).utf8
            case .invalid: result += "\\ufffd".utf8
            }
        }
        return result
    }

    /// Failures of standard output are the program's; those of a file name the file.
    private func mapping(_ body: () throws(OutputError) -> Void) throws {
        do throws(OutputError) {
            try body()
        } catch {
            guard descriptor != nil else { throw error }
            throw error.diagnostic(ofFile: path)
        }
    }
}
