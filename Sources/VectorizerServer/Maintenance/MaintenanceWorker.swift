import Dispatch
import Glibc
import Logging
import NIOPosix
import Synchronization
import VectorStore

/// Does in the background what a store needs now and then, behind all requests.
///
/// One thread of the lowest standing, whose index builds are single-threaded unless the settings
/// say otherwise: on a busy machine the system gives nearly all time to the threads that answer.
package final class MaintenanceWorker: Sendable {
    private let state: ServerState
    private let store: Store
    private let pool = NIOThreadPool(numberOfThreads: 1)
    private let isStopped: Flag
    private let wakes = DispatchSemaphore(value: 0)

    /// What has gone wrong and is told already, and until when a collection is left alone.
    private struct Troubles {
        var told: [String: String] = [:]
        var restsUntil: [String: Double] = [:]
    }

    /// Set once, by whoever ends the work.
    private final class Flag: Sendable {
        private let value = Atomic(false)

        var isSet: Bool { value.load(ordering: .relaxed) }
        func set() { value.store(true, ordering: .relaxed) }
    }

    /// Seconds between two looks at what is due.
    static let pauseSeconds = 3.0
    /// Looks between two at what the audit trail says of backups.
    private static let auditRoundCount = 20
    /// Seconds for which a collection that can't be compacted is left alone.
    static let restSeconds = 60.0
    /// Seconds that the last write of all waits for others.
    private static let lastSeconds = 2.0

    /// Prepares the work; nothing is done before ``start()``.
    ///
    /// - Parameter state: the server whose store it is.
    package init(state: ServerState) {
        self.state = state
        let isStopped = Flag()
        self.isStopped = isStopped
        store = state.store.with(
            RequestContext(
                command: "vectorizer serve: maintenance",
                cancellation: Cancellation { isStopped.isSet },
                logger: state.logger
            )
        )
    }

    /// Begins.
    package func start() {
        pool.start()
        pool.submit { [self] _ in work() }
    }

    /// Ends; a compaction under way is given up, and everything is as it was before it.
    package func stop() async throws {
        isStopped.set()
        wakes.signal()
        try await pool.shutdownGracefully()
    }

    private func work() {
        ThreadStanding.lower()
        var troubles = Troubles()
        var count = 0
        while !isStopped.isSet {
            if count % Self.auditRoundCount == 0 {
                attempt("audit", &troubles) { try noteLastBackup() }
            }
            count += 1
            round(&troubles)
            _ = wakes.wait(timeout: .now() + Self.pauseSeconds)
        }
        // What keys were used for must not be lost with the process.
        attempt("keys", &troubles) {
            try state.keys.writeDown(lockTimeout: LockTimeout(seconds: Self.lastSeconds))
        }
    }

    /// Does what is due once.
    private func round(_ troubles: inout Troubles) {
        guard !state.rules.isReadOnly, !store.isReadOnlyMedium else {
            attempt("files", &troubles) { try store.refresh() }
            return
        }
        attempt("keys", &troubles) { try state.keys.writeDown() }
        let policy = MaintenancePolicy(indexingThreshold: nil)
        attempt("files", &troubles) { try store.maintenance.run(policy) }
        var infos: [CollectionInfo] = []
        attempt("collections", &troubles) { infos = try store.collections() }
        for info in infos where !isStopped.isSet { compact(info, &troubles) }
    }

    private func compact(_ info: CollectionInfo, _ troubles: inout Troubles) {
        let name = info.name.text
        let now = KeyClock.seconds()
        guard troubles.restsUntil[name].map({ $0 <= now }) ?? true else { return }
        let rules = state.rules.compaction
        let policy = MaintenancePolicy(indexingThreshold: rules.threshold)
        var options = CompactionOptions()
        options.threadCount = rules.threadCount
        let isDone = attempt(name, &troubles) {
            guard
                let result = try store.maintenance.run(policy, after: info.name, options: options)
            else { return }
            state.events.count { $0.compactionCount += 1 }
            state.logger.info(
                "a collection is indexed",
                metadata: [
                    "collection": "\(name)",
                    "segments": .stringConvertible(result.segmentCountAfter),
                ]
            )
        }
        guard !isDone, !isStopped.isSet else { return }
        state.events.count { $0.failedCompactionCount += 1 }
        troubles.restsUntil[name] = now + Self.restSeconds
    }

    /// Runs a step; what goes wrong is told once, and again when it is something else.
    ///
    /// - Returns: whether it went well.
    @discardableResult
    private func attempt(
        _ name: String,
        _ troubles: inout Troubles,
        _ step: () throws -> Void
    ) -> Bool {
        do {
            try step()
            troubles.told[name] = nil
            return true
        } catch VectorStoreError.cancelled {
            return false
        } catch {
            let text = "\(error)"
            if troubles.told[name] != text {
                state.logger.warning(
                    "maintenance fails",
                    metadata: ["of": "\(name)", "error": "\(text)"]
                )
            }
            troubles.told[name] = text
            return false
        }
    }

    private func noteLastBackup() throws {
        var last: Timestamp?
        var selection = AuditSelection()
        selection.action = .createBackup
        selection.limit = 1
        try store.audit.forEach(selection) { entry in
            last = entry.time
            return true
        }
        state.events.count { $0.lastBackup = last }
    }
}
