import Glibc
import Synchronization
import VectorStore
import VectorizerCommands

/// A line that the process of an exit test runs as the program would, and that a signal meets at a
/// call of the system that the test chooses: at an exact place, however fast the machine is.
struct ChildLine: Codable, Sendable {
    let tokens: [String]
    let environment: [String: String]
    /// The signal.
    let signal: Int32

    init(_ tokens: [String], in environment: [String: String], signal: Int32) {
        self.tokens = tokens
        self.environment = environment
        self.signal = signal
    }

    /// Runs the line to its end, and the process with it.
    ///
    /// - Parameter isPlace: whether the signal comes at this call; asked until it says so once.
    func run(
        signalling isPlace: @escaping @Sendable (SystemCall.Name, String) -> Bool
    ) -> Never {
        // The threads that tests run on block signals, and children inherit that.
        Self.unblockSignals()
        let wasSent = Mutex(false)
        let signal = signal
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            wasSent.withLock { wasSent in
                guard !wasSent, isPlace(name, path) else { return }
                wasSent = true
                // Not kill: the kernel may choose another thread, which on a busy machine runs only
                // after the call. This thread's own signal is delivered before raise returns.
                Self.unblockSignals()
                raise(signal)
            }
            return nil
        }
        let code = SystemCall.$fault.withValue(hook) {
            CommandRunner.run(
                VectorizerRoot.self,
                tokens,
                in: CommandWorld(environment: environment)
            )
        }
        // Else a test that passes has shown nothing.
        exit(wasSent.withLock { $0 } ? code : 99)
    }

    /// Lets every signal through to the calling thread.
    private static func unblockSignals() {
        var blocked = sigset_t()
        sigemptyset(&blocked)
        pthread_sigmask(SIG_SETMASK, &blocked, nil)
    }
}
