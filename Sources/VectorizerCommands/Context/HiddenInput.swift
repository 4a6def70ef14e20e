import CKernels
import Glibc
import VectorStore

/// A line typed at a terminal that does not show it, for secrets.
///
/// The terminal hands over each byte as it is typed, the signs for signals among them, so that
/// nothing ends or stops the process before the terminal is as it was.
enum HiddenInput {
    private enum Sign {
        static let interrupt: UInt8 = 3
        static let end: UInt8 = 4
        static let backspace: UInt8 = 8
        static let lineEnd: UInt8 = 10
        static let returnKey: UInt8 = 13
        static let erase: UInt8 = 21
        static let delete: UInt8 = 127
    }

    /// Longer lines are no keys.
    private static let byteCountMax = 4096
    private static let pollMilliseconds: Int32 = 100

    /// Reads a line from the terminal on standard input.
    ///
    /// - Returns: its bytes, without the end.
    /// - Throws: `.cancelled` for Ctrl-C and signals, ``Diagnostic`` when reading fails.
    static func readLine() throws -> [UInt8] {
        var usual = termios()
        guard tcgetattr(0, &usual) == 0 else { throw Diagnostic.system("tcgetattr", "-", errno) }
        vz_signals_install()
        var hidden = usual
        hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(0, TCSADRAIN, &hidden) == 0 else {
            throw Diagnostic.system("tcsetattr", "-", errno)
        }
        defer { tcsetattr(0, TCSADRAIN, &usual) }
        var line: [UInt8] = []
        while let byte = try next() {
            switch byte {
            case Sign.interrupt: throw VectorStoreError.cancelled
            case Sign.end, Sign.lineEnd, Sign.returnKey: return line
            case Sign.backspace, Sign.delete: _ = line.popLast()
            case Sign.erase: line = []
            default: if line.count < byteCountMax { line.append(byte) }
            }
        }
        return line
    }

    /// The next byte; nil at the end of the input.
    private static func next() throws -> UInt8? {
        while true {
            try Cancellation.bySignal.check()
            var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
            guard poll(&input, 1, pollMilliseconds) > 0 else { continue }
            var byte: UInt8 = 0
            let count = read(0, &byte, 1)
            if count == 1 { return byte }
            if count == 0 { return nil }
            guard errno == EINTR || errno == EAGAIN else {
                throw Diagnostic.system("read", "-", errno)
            }
        }
    }
}
