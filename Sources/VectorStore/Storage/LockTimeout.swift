import Glibc

/// How long an operation waits for others, and what makes it give up early.
public struct LockTimeout: Sendable {
    /// The longest wait.
    public var seconds: Double
    /// What ends waiting early.
    public var cancellation: Cancellation
    /// What the file of a lock says of its holder, for those who wait.
    package var command = "vectorizer"

    /// Takes a bound and a way to give up.
    ///
    /// - Parameters:
    ///   - seconds: the longest wait.
    ///   - cancellation: tells whether to stop.
    public init(seconds: Double = 10, cancellation: Cancellation = .never) {
        self.seconds = seconds
        self.cancellation = cancellation
    }

    /// Waits as a request allows.
    package init(_ context: RequestContext) {
        self.init(seconds: context.lockTimeout, cancellation: context.cancellation)
        command = context.command
    }

    /// Sleeps between two attempts: 1 ms at first, 16 ms later, with jitter against lock-step.
    ///
    /// - Returns: false when the time is over.
    func pause(attempt: Int) throws(VectorStoreError) -> Bool {
        try cancellation.check()
        let slept = Self.sleptMicroseconds(before: attempt)
        guard Double(slept) < seconds * 1e6 else { return false }
        let base = Self.pauseMicroseconds(of: attempt)
        usleep(useconds_t(Int.random(in: base * 3 / 4...base * 5 / 4)))
        return true
    }

    private static func pauseMicroseconds(of attempt: Int) -> Int {
        min(1000 << min(attempt / 4, 4), 16000)
    }

    private static func sleptMicroseconds(before attempt: Int) -> Int {
        let early = (0..<min(attempt, 20)).reduce(0) { $0 + pauseMicroseconds(of: $1) }
        return early + max(0, attempt - 20) * pauseMicroseconds(of: 20)
    }
}
