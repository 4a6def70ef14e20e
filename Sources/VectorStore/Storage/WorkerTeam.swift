import Dispatch
import Synchronization

/// Threads that share out numbered pieces of work.
struct WorkerTeam: Sendable {
    /// How many threads work.
    let threadCount: Int

    init(threadCount: Int) {
        self.threadCount = max(threadCount, 1)
    }

    /// Runs a body once for each piece, some at the same time; returns when all are done.
    ///
    /// - Parameters:
    ///   - count: the number of pieces.
    ///   - grain: how many pieces a thread takes at a time.
    ///   - body: takes the number of the thread that works, from 0, and a range of pieces. Which
    ///     thread works on which pieces is left to chance; the outcome must not depend on it.
    func forEach(
        _ count: Int,
        grain: Int = 16,
        _ body: @Sendable (_ thread: Int, _ pieces: Range<Int>) -> Void
    ) {
        guard threadCount > 1, count > grain, FreeDescriptors.areEnough else {
            if count > 0 { body(0, 0..<count) }
            return
        }
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: threadCount) { thread in
            while true {
                let first = next.wrappingAdd(grain, ordering: .relaxed).oldValue
                guard first < count else { return }
                body(thread, first..<min(first + grain, count))
            }
        }
    }
}
