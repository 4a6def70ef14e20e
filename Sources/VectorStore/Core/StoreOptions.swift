public import Logging

/// How a store is opened.
public struct StoreOptions: Sendable {
    /// What the process intends to do; a reader never needs the right to write.
    public enum Access: Sendable {
        case read
        case write
    }

    /// What the process intends to do.
    public var access: Access
    /// What holds for requests that bring no context of their own.
    public var context: RequestContext
    /// How long entries of the audit trail are kept; nil is for ever.
    public var auditRetentionSeconds: Int64?
    /// Sizes that the store refuses to exceed, where they are smaller than ``Limits``.
    public var limits = StoreLimits()
    /// Whether vector files stay mapped from one snapshot to the next, for a process that searches
    /// again and again.
    package var keepsFiles = false

    /// Takes the options.
    ///
    /// - Parameters:
    ///   - access: what the process intends to do.
    ///   - context: what holds for requests that bring no context of their own.
    public init(access: Access = .read, context: RequestContext = RequestContext()) {
        self.access = access
        self.context = context
    }

    /// Takes the options, with a context that says how long to wait and where to tell.
    ///
    /// - Parameters:
    ///   - access: what the process intends to do.
    ///   - lockTimeout: how long to wait for locks, and what ends waiting and work early.
    ///   - logger: where the engine tells what it does.
    public init(
        access: Access = .read,
        lockTimeout: LockTimeout,
        logger: Logger = RequestContext().logger
    ) {
        self.init(
            access: access,
            context: RequestContext(
                cancellation: lockTimeout.cancellation,
                lockTimeout: lockTimeout.seconds,
                logger: logger
            )
        )
    }

    /// How long to wait for locks, for the context's request.
    var lockTimeout: LockTimeout { LockTimeout(context) }

    /// Where the engine tells what it does.
    package var logger: Logger {
        get { context.logger }
        set { context.logger = newValue }
    }
}
