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
    /// How long to wait for locks, and what makes waiting end early.
    public var patience: Patience
    /// Where the engine tells what it does; silent unless given.
    public var logger: Logger
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
    ///   - patience: how long to wait for locks.
    ///   - logger: where the engine tells what it does.
    public init(
        access: Access = .read,
        patience: Patience = Patience(),
        logger: Logger = Logger(label: "store") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.access = access
        self.patience = patience
        self.logger = logger
    }
}
