import Logging
import Synchronization
import VectorStore

/// Keeps the store of a session open between its commands, and lends it to each.
///
/// Between two commands it holds no lock and no transaction: whoever else works on the store does
/// not see that a session waits.
package final class StoreKeeper: Sendable {
    private struct Kept {
        let path: String
        let waitSeconds: Double
        let store: Store
        var isResting = false
    }

    private let kept = Mutex<Kept?>(nil)
    private let log = SessionLog()

    /// Keeps nothing yet.
    package init() {}

    /// The store in a data directory: the one that is kept, if it still is there, or another.
    ///
    /// - Parameters:
    ///   - path: the data directory.
    ///   - access: what the command intends to do.
    ///   - patience: how long it waits for locks.
    ///   - messages: takes the engine's messages, until another command brings its own.
    /// - Returns: the store.
    /// - Throws: what opening a store throws.
    func store(
        _ path: String,
        _ access: StoreOptions.Access,
        patience: Patience,
        log messages: MessageLog
    ) throws(VectorStoreError) -> Store {
        log.set(messages)
        let log = log
        let logger = Logger(label: "store") { _ in EngineLogHandler(log: log) }
        return try kept.withLock { (kept: inout Kept?) throws(VectorStoreError) in
            if let store = try Self.resume(&kept, path, patience) {
                if access == .write { try store.prepareWriting() }
                return store
            }
            var options = StoreOptions(access: access, patience: patience, logger: logger)
            options.keepsFiles = true
            let store = try Store(path: path, options: options)
            // A medium that nobody can write is read-locked for as long as it is open.
            if !store.isReadOnlyMedium {
                kept = Kept(path: path, waitSeconds: patience.seconds, store: store)
            }
            return store
        }
    }

    /// The kept store, ready to be asked; nil when it is another one or has been replaced.
    private static func resume(
        _ kept: inout Kept?,
        _ path: String,
        _ patience: Patience
    ) throws(VectorStoreError) -> Store? {
        guard let known = kept, known.path == path, known.waitSeconds == patience.seconds else {
            return nil
        }
        guard known.isResting else { return known.store }
        // What can't be resumed is opened anew by the next command, which then says why not.
        kept = nil
        guard try known.store.resume() else { return nil }
        kept = known
        kept?.isResting = false
        return known.store
    }

    /// Lets go of what others might wait for; called after each command.
    package func rest() {
        kept.withLock { kept in
            guard kept?.isResting == false else { return }
            kept?.store.rest()
            kept?.isResting = true
        }
    }

    /// Closes the store; the next command opens it anew.
    package func forget() {
        kept.withLock { $0 = nil }
    }
}

/// The log of whichever command runs.
final class SessionLog: Sendable {
    private let current = Mutex<MessageLog?>(nil)

    func set(_ log: MessageLog) { current.withLock { $0 = log } }

    var log: MessageLog? { current.withLock { $0 } }
}

/// Passes the engine's messages on to the command's.
struct EngineLogHandler: LogHandler {
    let log: SessionLog
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    init(log: SessionLog) {
        self.log = log
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let text = event.message.description
        if event.level >= .warning { log.log?.warning(text) } else { log.log?.detail(text) }
    }
}
