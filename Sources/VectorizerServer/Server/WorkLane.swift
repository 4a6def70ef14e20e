import NIOPosix
import Synchronization

/// Threads for work that waits, with a short queue before them.
final class WorkLane: Sendable {
    private let pool: NIOThreadPool
    private let threadCount: Int
    private let count = Atomic(0)

    /// Starts the threads.
    ///
    /// - Parameter threadCount: how many pieces of work run at one time.
    init(threadCount: Int) {
        self.threadCount = threadCount
        pool = NIOThreadPool(numberOfThreads: threadCount)
        pool.start()
    }

    /// Work that runs or waits.
    var workCount: Int { count.load(ordering: .relaxed) }

    /// Takes work, unless too much waits already.
    ///
    /// - Parameters:
    ///   - queueLength: how much may wait.
    ///   - work: runs in one of the threads.
    /// - Returns: whether the work was taken.
    func submit(queueLength: Int, _ work: @escaping @Sendable () -> Void) -> Bool {
        let before = count.wrappingAdd(1, ordering: .relaxed).oldValue
        guard before < threadCount + queueLength else {
            count.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        pool.submit { state in
            if case .active = state { work() }
            self.count.wrappingSubtract(1, ordering: .relaxed)
        }
        return true
    }

    /// Ends the threads after their present work.
    func stop() async throws {
        try await pool.shutdownGracefully()
    }
}
