import Logging
import VectorizerSettings

/// What the log says of a command itself: that it began, how it ended, and how long it took.
///
/// Neither its arguments nor its messages: both may hold what is private.
struct CommandEvents {
    let log: EventLog
    private let logger: Logger
    private let start = ContinuousClock.now

    init(_ log: EventLog, _ name: String) {
        self.log = log
        var logger = log.logger("command")
        logger[metadataKey: "command"] = "\(name)"
        self.logger = logger
        logger.debug("begins")
    }

    /// Says how the command ended; failures are warnings, and bugs are errors.
    func finish(_ code: Int32, kind: String? = nil) {
        let level: Logger.Level = code == 0 || code == 1 ? .info : code == 70 ? .error : .warning
        let milliseconds = Int(start.duration(to: .now) / .milliseconds(1))
        var facts: Logger.Metadata = [
            "code": .stringConvertible(code), "ms": .stringConvertible(milliseconds),
        ]
        if let kind { facts["kind"] = "\(kind)" }
        logger.log(level: level, "ends", metadata: facts)
    }
}
