import CKernels
import Glibc
package import VectorStore

extension Cancellation {
    /// Cancels once a signal has asked the process to stop; the command line's only cause.
    package static let bySignal = Cancellation { vz_signals_pending() != 0 }

    /// The signal that asked the process to stop, or that of Ctrl-C where a key was read for it.
    static var signal: Int32 {
        let pending = vz_signals_pending()
        return pending == 0 ? SIGINT : pending
    }
}
