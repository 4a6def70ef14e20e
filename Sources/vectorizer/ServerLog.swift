import Logging
import VectorizerCommands
import VectorizerSettings

/// Where a server tells what it does: warnings on standard error, all of it in the log.
struct ServerLog: LogHandler {
    private let messages: MessageLog
    private let events: Logger?
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    init(_ messages: MessageLog, _ events: EventLog?) {
        self.messages = messages
        self.events = events?.logger("server")
        logLevel = min(.warning, self.events?.logLevel ?? .warning)
    }

    /// A logger that tells it here.
    var logger: Logger { Logger(label: "server") { _ in self } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        if event.level >= .warning {
            let text = facts.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            messages.warning(event.message.description + text)
        }
        events?.log(level: event.level, event.message, metadata: facts)
    }
}
