import CKernels
import Glibc

/// Input at a terminal that is not shown, for secrets.
enum HiddenInput {
    /// Runs a body while the terminal on standard input shows nothing of what is typed.
    ///
    /// Signals that would end the process are only noted meanwhile, so that the terminal is as it
    /// was whatever happens.
    ///
    /// - Parameter body: reads.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws.
    static func reading<Value>(_ body: () throws -> Value) throws -> Value {
        var usual = termios()
        guard tcgetattr(0, &usual) == 0 else { return try body() }
        vz_signals_install()
        var hidden = usual
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(0, TCSAFLUSH, &hidden)
        defer { tcsetattr(0, TCSAFLUSH, &usual) }
        return try body()
    }
}
