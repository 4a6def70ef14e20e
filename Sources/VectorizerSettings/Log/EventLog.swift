import Glibc
package import Logging
import VectorStore

/// The log of what the program does, for those who run it.
///
/// A line has time, level, subsystem, process, the command's id and a message. Keys never get into
/// it, whatever a message says, and control bytes are escaped.
package final class EventLog: Sendable {
    private let levels: LogLevels
    private let format: LogFormat
    private let id: String
    private let destination: any LogDestination

    /// Begins the log of one command or server; nil when nothing is logged, which costs one
    /// comparison.
    ///
    /// - Parameters:
    ///   - settings: what is logged, how and where.
    ///   - dataDirectory: where relative names of log files begin.
    ///   - fallback: takes the lines where no file is set.
    ///   - report: is told why nothing is logged.
    package init?(
        _ settings: Settings,
        dataDirectory: String,
        fallback: any LogDestination,
        report: @escaping @Sendable (LogProblem) -> Void
    ) {
        guard settings[.logLevel].value != "off",
            let levels = LogLevels(text: settings[.logLevel].value), !levels.isOff
        else { return nil }
        guard !LogPlace.isForeign(settings[.logFile], isForeignFile: settings.isForeignFile) else {
            report(.isNamedByOtherUser)
            return nil
        }
        self.levels = levels
        format = settings.choice(.logFormat)
        var generator = SystemRandomNumberGenerator()
        let number = UInt32.random(in: 0...UInt32.max, using: &generator)
        let digits = String(number, radix: 16)
        id = String(repeating: "0", count: 8 - digits.count) + digits
        let file = settings[.logFile].value
        destination =
            file.isEmpty
            ? fallback
            : RotatingFile(
                path: LogPlace.path(file, in: dataDirectory),
                byteCountMax: settings.number(.logFileBytes) ?? 10 << 20,
                fileCount: settings.number(.logFiles) ?? 5,
                report: report
            )
    }

    /// A logger for a part of the program.
    package func logger(_ subsystem: String) -> Logger {
        Logger(label: subsystem) { label in
            EventLogHandler(log: self, subsystem: label, level: levels.level(of: label))
        }
    }

    fileprivate func write(_ event: LogEvent, _ subsystem: String, _ metadata: Logger.Metadata) {
        let more = metadata.map { ($0.key, LogFact($0.value)) }.sorted { $0.0 < $1.0 }
        let message = KeyRedaction.redacted(event.message.description)
        switch format {
        case .text:
            let place = "\(event.level.rawValue) \(subsystem) [\(getpid()) \(id)]"
            var line = "\(Timestamp.now) \(place) \(TerminalText.escaped(message))"
            for (name, fact) in more { line += " \(name)=\(fact.text)" }
            destination.write(line)
        case .json:
            let members: [(String, LogFact)] = [
                ("time", .text(Timestamp.now.description)), ("level", .text(event.level.rawValue)),
                ("subsystem", .text(subsystem)), ("process", .number(Int64(getpid()))),
                ("id", .text(id)), ("message", .text(message)),
            ]
            destination.write(LogFact.object(members + more))
        }
    }
}

/// Hands the lines of one subsystem to the log.
struct EventLogHandler: LogHandler {
    private let log: EventLog
    private let subsystem: String
    private let isOn: Bool
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    init(log: EventLog, subsystem: String, level: Logger.Level?) {
        self.log = log
        self.subsystem = subsystem
        isOn = level != nil
        logLevel = level ?? .critical
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard isOn else { return }
        log.write(event, subsystem, metadata.merging(event.metadata ?? [:]) { $1 })
    }
}

/// Where lines of the log go.
package protocol LogDestination: Sendable {
    /// Takes one line, without its end.
    func write(_ line: String)
}
