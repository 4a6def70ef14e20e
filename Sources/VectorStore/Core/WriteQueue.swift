import Dispatch
import Glibc
import Synchronization

/// The writers of one process, in the order in which they came.
///
/// One of them leads: it waits for the write lock and then runs the changes of all that wait, each
/// for itself, in one transaction that is forced to the medium once (group commit). A caller goes
/// on only after the commit of its own change. While the leader waits for other processes, the
/// others hold nothing and keep their own time limits.
final class WriteQueue: Sendable {
    private struct State {
        var waiting: [QueuedWrite] = []
        var isLed = false
    }

    private let state = Mutex(State())

    /// How often one who waits looks whether it is cancelled.
    private static let pauseMilliseconds = 10

    /// How many writers wait for their turn.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Whether one of them leads.
    var isLed: Bool { state.withLock { $0.isLed } }

    /// Runs a write: in the group of another leader, or as the leader.
    ///
    /// - Parameters:
    ///   - write: the caller's change.
    ///   - lockTimeout: how long to wait for the turn; what is left of it goes to `lead`.
    ///   - lead: ends the write, and those that it takes from the queue meanwhile.
    /// - Throws: what the write has ended with, `.busy`, `.cancelled`.
    func run(
        _ write: QueuedWrite,
        lockTimeout: LockTimeout,
        _ lead: (_ lockTimeout: LockTimeout) -> Void
    ) throws(VectorStoreError) {
        let clock = ContinuousClock()
        let start = clock.now
        let leads = state.withLock { state in
            guard state.isLed else {
                state.isLed = true
                return true
            }
            state.waiting.append(write)
            return false
        }
        if !leads { try wait(write, lockTimeout, since: start) }
        if case .ended(let error) = turn(of: write) {
            if let error { throw error }
            return
        }
        var rest = lockTimeout
        rest.seconds = max(0, rest.seconds - start.duration(to: clock.now) / .seconds(1))
        lead(rest)
        passLead()
        guard case .ended(let error) = turn(of: write) else {
            preconditionFailure("a leader ends its own write")
        }
        if case .store(.busy(let lock, let holder, rest.seconds)) = error {
            throw .store(.busy(lock: lock, holder: holder, waitedSeconds: lockTimeout.seconds))
        }
        if let error { throw error }
    }

    private func turn(of write: QueuedWrite) -> QueuedWrite.Turn {
        state.withLock { _ in write.turn }
    }

    /// Waits until the write has ended or leads.
    private func wait(
        _ write: QueuedWrite,
        _ lockTimeout: LockTimeout,
        since start: ContinuousClock.Instant
    ) throws(VectorStoreError) {
        while true {
            _ = write.wakes.wait(timeout: .now() + .milliseconds(Self.pauseMilliseconds))
            let waited = start.duration(to: .now) / .seconds(1)
            let isCancelled = lockTimeout.cancellation.isCancelled
            let isOver = waited >= lockTimeout.seconds
            let isDone = state.withLock { state in
                guard case .waiting = write.turn else { return true }
                guard isOver || isCancelled else { return false }
                // A change that a leader has taken can't be called back.
                guard let place = state.waiting.firstIndex(where: { $0 === write }) else {
                    return false
                }
                state.waiting.remove(at: place)
                let error: VectorStoreError =
                    isCancelled
                    ? .cancelled
                    : .store(
                        .busy(
                            lock: DataDirectory.Lock.write.rawValue,
                            holder: LockHolder(processID: getpid(), command: lockTimeout.command),
                            waitedSeconds: lockTimeout.seconds
                        )
                    )
                write.end(error)
                return true
            }
            if isDone { return }
        }
    }

    /// Takes the next write, when it may share the transaction of others.
    func takeShared() -> QueuedWrite? {
        state.withLock { state in
            guard let first = state.waiting.first, first.isShared else { return nil }
            return state.waiting.removeFirst()
        }
    }

    /// Tells a writer what its write has ended with, nil for a durable commit.
    func end(_ write: QueuedWrite, _ error: VectorStoreError?) {
        state.withLock { _ in write.end(error) }
        write.wakes.signal()
    }

    /// Lets the first that waits lead.
    private func passLead() {
        let next = state.withLock { state -> QueuedWrite? in
            guard !state.waiting.isEmpty else {
                state.isLed = false
                return nil
            }
            let next = state.waiting.removeFirst()
            next.turn = .leads
            return next
        }
        next?.wakes.signal()
    }
}

/// One caller's change, with the thread that waits for it.
///
/// `@unchecked Sendable`: its turn changes under the queue's lock only, and its closures run in the
/// leader's thread while the caller's waits, or in the caller's own.
final class QueuedWrite: @unchecked Sendable {
    /// What becomes of a write.
    enum Turn {
        case waiting
        case leads
        case ended(VectorStoreError?)
    }

    /// Whether it may share a transaction with others' changes.
    let isShared: Bool
    /// Whether its transaction is undone in the end.
    let isDryRun: Bool
    let checkpoint: Store.Checkpoint
    let wakes = DispatchSemaphore(value: 0)
    fileprivate(set) var turn = Turn.waiting
    private(set) var body: ((CatalogWriter, WriteGroup) throws -> Void)?
    private(set) var undo: (() throws(VectorStoreError) -> Void)?

    init(
        isShared: Bool,
        isDryRun: Bool = false,
        checkpoint: Store.Checkpoint,
        undo: @escaping () throws(VectorStoreError) -> Void,
        body: @escaping (CatalogWriter, WriteGroup) throws -> Void
    ) {
        self.isShared = isShared
        self.isDryRun = isDryRun
        self.checkpoint = checkpoint
        self.undo = undo
        self.body = body
    }

    /// Runs the change; its effects count once the group is committed.
    func run(_ db: CatalogWriter, _ group: WriteGroup) throws {
        guard let body else { preconditionFailure("a write runs before it ends") }
        try body(db, group)
    }

    /// The caller goes on after this, so its closures must not outlive it.
    fileprivate func end(_ error: VectorStoreError?) {
        body = nil
        undo = nil
        turn = .ended(error)
    }
}
