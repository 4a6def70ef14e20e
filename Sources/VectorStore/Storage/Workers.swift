import Glibc
import Synchronization

/// Threads for one piece of work.
enum Workers {
    /// Cores that are there to work on.
    static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Hands out the numbers below `count`, each once, to several threads, and waits for all.
    ///
    /// - Parameters:
    ///   - count: how many numbers there are.
    ///   - threadCount: threads, this one among them; not more than there are cores.
    ///   - body: runs once in each thread, so that it can keep what serves one thread only, and
    ///     takes numbers until there is none left.
    static func forEach(
        below count: Int,
        threadCount: Int,
        _ body: @Sendable (_ next: () -> Int?) -> Void
    ) {
        let place = Atomic(0)
        let team = WorkerTeam(threadCount: min(threadCount, count))
        team.forEach(team.threadCount, grain: 1) { _, pieces in
            for _ in pieces {
                body {
                    let number = place.wrappingAdd(1, ordering: .relaxed).oldValue
                    return number < count ? number : nil
                }
            }
        }
    }
}
