import Synchronization
import VectorStore

/// Long work that a request has begun, and that goes on after its answer.
final class Job: Sendable {
    /// How far a job has come.
    enum Phase: String {
        case queued, running, done, failed, cancelled

        /// Whether nothing more happens.
        var isEnd: Bool { self != .queued && self != .running }
    }

    private struct State {
        var phase = Phase.queued
        var started: Timestamp?
        var ended: Timestamp?
        var progress: (done: Int, total: Int)?
        var result: PlainJSON?
        var error: String?
    }

    /// Its name, which nobody can guess.
    let id: String
    /// What it does: verify, compact, recall or backup.
    let kind: String
    /// What it does it to; nil for the whole store.
    let object: String?
    /// When it was asked for.
    let created = Timestamp.now
    private let state = Mutex(State())
    private let isCancelled = Atomic(false)

    init(id: String, kind: String, object: String?) {
        self.id = id
        self.kind = kind
        self.object = object
    }

    /// How far it has come.
    var phase: Phase { state.withLock { $0.phase } }

    /// Ends the work soon.
    var cancellation: Cancellation {
        Cancellation { [self] in isCancelled.load(ordering: .relaxed) }
    }

    /// Asks the work to end; what is over stays as it is.
    func cancel() {
        isCancelled.store(true, ordering: .relaxed)
        state.withLock { state in
            guard state.phase == .queued else { return }
            state.phase = .cancelled
            state.ended = .now
        }
    }

    /// Notes how much is done.
    func progress(_ done: Int, _ total: Int) {
        state.withLock { $0.progress = (done, total) }
    }

    /// Runs the work, unless it was cancelled before.
    ///
    /// - Parameters:
    ///   - explain: the sentence for what goes wrong.
    ///   - body: the work.
    func run(_ explain: (any Error) -> String, _ body: (Job) throws -> PlainJSON) {
        let isWanted = state.withLock { state in
            guard state.phase == .queued else { return false }
            state.phase = .running
            state.started = .now
            return true
        }
        guard isWanted else { return }
        do {
            let result = try body(self)
            finish(.done, result, nil)
        } catch VectorStoreError.cancelled {
            finish(.cancelled, nil, nil)
        } catch {
            finish(.failed, nil, explain(error))
        }
    }

    private func finish(_ phase: Phase, _ result: PlainJSON?, _ error: String?) {
        state.withLock { state in
            state.phase = phase
            state.ended = .now
            state.result = result
            state.error = error
        }
    }

    /// What is told of it.
    var json: PlainJSON {
        state.withLock { state in
            PlainJSON.members([
                "id": .text(id), "kind": .text(kind), "collection": object.map { .text($0) },
                "state": .text(state.phase.rawValue), "created": .time(created),
                "started": .time(state.started), "ended": .time(state.ended),
                "progress": state.progress.map { progress in
                    PlainJSON.members([
                        "done": .count(progress.done), "total": .count(progress.total),
                    ])
                },
                "result": state.result, "error": state.error.map { .text($0) },
            ])
        }
    }
}
