import Synchronization
package import VectorStore

/// How long one request may take, and whether its answer is still wanted.
package final class RequestDeadline: Sendable {
    /// When the request began, on the steady clock.
    package let start: Double
    private let limit: Mutex<Double>
    private let isAbandoned = Atomic(false)

    /// Begins a request.
    ///
    /// - Parameters:
    ///   - seconds: how long it may take.
    ///   - start: when it began, on the steady clock.
    package init(seconds: Double, start: Double = KeyClock.seconds()) {
        self.start = start
        limit = Mutex(seconds)
    }

    /// Seconds since the request began.
    package var elapsedSeconds: Double { KeyClock.seconds() - start }

    /// How long the request may take, in seconds.
    package var limitSeconds: Double { limit.withLock { $0 } }

    /// Whether the time is over.
    package var isOver: Bool { elapsedSeconds >= limitSeconds }

    /// Makes the time shorter, never longer.
    package func shorten(to seconds: Double) {
        limit.withLock { $0 = min($0, seconds) }
    }

    /// Says that nobody waits for the answer any more.
    package func abandon() { isAbandoned.store(true, ordering: .relaxed) }

    /// Stops the work when the time is over or nobody waits.
    package var cancellation: Cancellation {
        Cancellation { [self] in isAbandoned.load(ordering: .relaxed) || isOver }
    }
}
