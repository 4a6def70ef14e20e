import Logging
import Synchronization
import VectorStore
import VectorizerSettings

/// Keeps the store of a session open between its commands, and lends it to each.
///
/// Between two commands it holds no lock and no transaction: another process that works on the
/// store does not see that a session waits.
package final class StoreKeeper: Sendable {
    private struct Kept {
        let path: String
        let options: StoreOptions
        let store: Store
        var isResting = false

        /// Whether a store that was opened like this can be lent to who wants that one.
        func fits(_ path: String, _ wanted: StoreOptions) -> Bool {
            self.path == path && options.context.lockTimeout == wanted.context.lockTimeout
                && options.limits == wanted.limits
                && options.auditRetentionSeconds == wanted.auditRetentionSeconds
        }
    }

    private let kept = Mutex<Kept?>(nil)
    private let log = SessionLog()

    /// Keeps nothing yet.
    package init() {}

    /// The store in a data directory: the one that is kept, if it still is there, or another.
    ///
    /// - Parameters:
    ///   - path: the data directory.
    ///   - wanted: how the command wants it opened.
    ///   - messages: takes the engine's messages, until another command brings its own.
    ///   - events: takes them too, when the log is on.
    ///   - didOpen: told when the store was opened just now.
    /// - Returns: the store.
    /// - Throws: what opening a store throws.
    func store(
        _ path: String,
        _ wanted: StoreOptions,
        log messages: MessageLog,
        events: EventLog?,
        didOpen: (Store) -> Void
    ) throws(VectorStoreError) -> Store {
        log.set(messages, events)
        let log = log
        return try kept.withLock { (kept: inout Kept?) throws(VectorStoreError) in
            if let store = try Self.resume(&kept, path, wanted) {
                if wanted.access == .write { try store.prepareWriting() }
                var context = wanted.context
                context.logger = log.logger
                return store.with(context)
            }
            var options = wanted
            options.logger = log.logger
            options.keepsFiles = true
            let store = try Store(path: path, options: options)
            didOpen(store)
            // A medium that can't be written is read-locked for as long as it is open.
            if !store.isReadOnlyMedium {
                kept = Kept(path: path, options: options, store: store)
            }
            return store
        }
    }

    /// The kept store, ready to be asked; nil when it is another one or has been replaced.
    private static func resume(
        _ kept: inout Kept?,
        _ path: String,
        _ wanted: StoreOptions
    ) throws(VectorStoreError) -> Store? {
        guard let known = kept, known.fits(path, wanted) else { return nil }
        guard known.isResting else { return known.store }
        // What can't be resumed is opened anew by the next command, which then says why not.
        kept = nil
        guard try known.store.reacquireOpenLock() else { return nil }
        kept = known
        kept?.isResting = false
        return known.store
    }

    /// Lets go of what others might wait for; called after each command.
    package func rest() {
        kept.withLock { kept in
            guard kept?.isResting == false else { return }
            kept?.store.releaseOpenLock()
            kept?.isResting = true
        }
    }

    /// Closes the store; the next command opens it anew.
    package func forget() {
        kept.withLock { $0 = nil }
    }
}

/// The logs of whichever command runs.
final class SessionLog: Sendable {
    private struct Logs {
        var messages: MessageLog?
        var events: Logger?
    }

    private let current = Mutex(Logs())

    func set(_ messages: MessageLog, _ events: EventLog?) {
        current.withLock { $0 = Logs(messages: messages, events: events?.logger("store")) }
    }

    /// Takes the engine's messages.
    var logger: Logger { Logger(label: "store") { _ in EngineLogHandler(log: self) } }

    var level: Logger.Level { min(.info, current.withLock { $0.events?.logLevel } ?? .info) }

    func write(_ event: LogEvent) {
        let logs = current.withLock { $0 }
        let text = event.message.description
        if event.level >= .warning {
            logs.messages?.warning(text)
        } else if event.level >= .info {
            logs.messages?.detail(text)
        }
        logs.events?.log(level: event.level, event.message, metadata: event.metadata)
    }
}

/// Passes the engine's messages on to the command's.
struct EngineLogHandler: LogHandler {
    let log: SessionLog
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level {
        get { log.level }
        set { assertionFailure("the command says how much it wants to hear, not \(newValue)") }
    }

    init(log: SessionLog) {
        self.log = log
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.write(event) }
}
