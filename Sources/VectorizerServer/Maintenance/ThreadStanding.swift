import Glibc

/// How the system weighs a thread against the others.
enum ThreadStanding {
    /// On a busy machine nearly all time goes to the threads that answer.
    private static let niceness: Int32 = 10

    /// Puts the calling thread, and no other, behind those that answer requests.
    static func lower() {
        // The calling thread's alone, as the system counts it.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
    }
}
