import Dispatch
import Glibc

/// The signals of a server, taken one after the other by a thread of their own.
enum ServerSignals {
    private static let numbers = [SIGTERM, SIGINT, SIGHUP]

    private static func set() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }

    /// Keeps the signals from interrupting this thread, and those that it starts.
    static func block() {
        var set = set()
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Hands signals on as they come; the second one that asks to stop ends the process at once.
    ///
    /// - Parameter body: takes a signal, and returns soon.
    static func watch(_ body: @escaping @Sendable (Int32) -> Void) {
        DispatchQueue(label: "signals").async {
            var set = set()
            var stopCount = 0
            while true {
                var number: Int32 = 0
                guard sigwait(&set, &number) == 0 else { continue }
                if number != SIGHUP { stopCount += 1 }
                guard stopCount < 2 else {
                    signal(number, SIG_DFL)
                    pthread_sigmask(SIG_UNBLOCK, &set, nil)
                    raise(number)
                    return
                }
                body(number)
            }
        }
    }
}
