package import Logging

/// How a snapshot is restored or proven.
package struct RestoreOptions: Sendable {
    /// How long to wait for locks, and what makes the work end early.
    package var patience: Patience
    /// Where the engine tells what it does.
    package var logger: Logger
    /// Threads; nil takes one per core.
    package var threadCount: Int?
    /// Told how far the work is: bytes done, bytes in all.
    package var progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }

    package init(
        patience: Patience = Patience(),
        logger: Logger = Logger(label: "restore") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.patience = patience
        self.logger = logger
    }

    var crew: Crew {
        Crew(
            threadCount: threadCount ?? Workers.coreCount,
            pendingSignal: patience.pendingSignal
        )
    }
}
