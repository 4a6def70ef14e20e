package import Logging

/// How a snapshot is restored or proven.
package struct RestoreOptions: Sendable {
    /// Who asks, how long to wait for locks, when to stop, and where to tell.
    package var context: RequestContext
    /// Threads; nil takes one per core.
    package var threadCount: Int?
    /// Told how far the work is: bytes done, bytes in all.
    package var progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }

    package init(
        lockTimeout: LockTimeout = LockTimeout(),
        logger: Logger = Logger(label: "restore") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.init(
            context: RequestContext(
                cancellation: lockTimeout.cancellation,
                lockTimeout: lockTimeout.seconds,
                logger: logger
            )
        )
    }

    package init(context: RequestContext) {
        self.context = context
    }

    /// How long to wait for locks, and what makes the work end early.
    package var lockTimeout: LockTimeout {
        get { LockTimeout(context) }
        set {
            context.lockTimeout = newValue.seconds
            context.cancellation = newValue.cancellation
        }
    }
    var logger: Logger { context.logger }

    var team: ThreadTeam {
        ThreadTeam(threadCount: threadCount, cancellation: context.cancellation)
    }
}
