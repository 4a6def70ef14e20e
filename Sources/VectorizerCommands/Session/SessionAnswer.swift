import CKernels
import Glibc

/// Reads a person's answer in a session, which goes on after Ctrl-C and Ctrl-D.
enum SessionAnswer {
    /// The next line of standard input; nil at its end and after a signal.
    ///
    /// Read byte by byte, so that nothing of what follows is lost, and without the buffer of
    /// `stdin`, which would stay at its end for good.
    static func read() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count == 1, byte != UInt8(ascii: "\n") {
                line.append(byte)
            } else if count == 1 {
                return String(decoding: line, as: UTF8.self)
            } else if count == 0 || errno != EINTR || vz_signals_pending() != 0 {
                return nil
            }
        }
    }
}
