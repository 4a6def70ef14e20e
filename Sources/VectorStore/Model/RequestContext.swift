public import Logging

/// What one caller's request carries through the engine: who asks, how long to wait, when to stop.
///
/// A command line makes one from its options and signals, a server one for each request.
public struct RequestContext: Sendable {
    /// The id of the API key that the request was made with; nil for the user of the process.
    public var keyID: String?
    /// What the audit trail and those who wait for a lock are told that is running.
    public var command: String
    /// Tells whether the answer is still wanted.
    public var cancellation: Cancellation
    /// How long to wait for locks, in seconds.
    public var lockTimeout: Double
    /// Where the engine tells what it does.
    public var logger: Logger

    /// Takes what is known of a request.
    ///
    /// - Parameters:
    ///   - keyID: the id of its API key; nil for the user of the process.
    ///   - command: what is running, in words without anything private.
    ///   - cancellation: tells whether the answer is still wanted.
    ///   - lockTimeout: how long to wait for locks, in seconds.
    ///   - logger: where the engine tells what it does; silent unless given.
    public init(
        keyID: String? = nil,
        command: String = "vectorizer",
        cancellation: Cancellation = .never,
        lockTimeout: Double = 10,
        logger: Logger = Logger(label: "store") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.keyID = keyID
        self.command = command
        self.cancellation = cancellation
        self.lockTimeout = lockTimeout
        self.logger = logger
    }
}
