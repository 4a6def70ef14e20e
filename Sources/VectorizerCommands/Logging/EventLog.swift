import Glibc
package import Logging
import Synchronization
import VectorStore

/// The log of what the program does, for those who run it; ``MessageLog`` speaks to who types.
///
/// A line has time, level, subsystem, process, the command's id and a message. Keys never get into
/// it, whatever a message says, and control bytes are escaped.
package final class EventLog: Sendable {
    private let levels: LogLevels
    private let format: MessageLog.Format
    private let id: String
    private let destination: any LogDestination

    /// Begins the log of one command.
    ///
    /// - Returns: nil when nothing is logged, which costs one comparison.
    package init?(_ settings: Settings, dataDirectory: String, standardError: StandardError) {
        guard settings[.logLevel].value != "off",
            let levels = LogLevels(text: settings[.logLevel].value), !levels.isOff
        else { return nil }
        let format: MessageLog.Format = settings.choice(.logFormat)
        let messages = MessageLog(level: .quiet, format: format, standardError: standardError)
        guard !LogPlace.isForeign(settings[.logFile], isForeignFile: settings.isForeignFile) else {
            messages.warning(
                "nothing is logged: config.yaml belongs to another user, and names a log outside "
                    + "of the data directory"
            )
            return nil
        }
        self.levels = levels
        self.format = format
        var generator = SystemRandomNumberGenerator()
        let number = UInt32.random(in: 0...UInt32.max, using: &generator)
        let digits = String(number, radix: 16)
        id = String(repeating: "0", count: 8 - digits.count) + digits
        let file = settings[.logFile].value
        destination =
            file.isEmpty
            ? StandardErrorDestination(standardError: standardError)
            : RotatingFile(
                path: LogPlace.path(file, in: dataDirectory),
                byteCountMax: settings.number(.logFileBytes) ?? 10 << 20,
                fileCount: settings.number(.logFiles) ?? 5,
                messages: messages
            )
    }

    /// A logger for a part of the program.
    package func logger(_ subsystem: String) -> Logger {
        Logger(label: subsystem) { label in
            EventLogHandler(log: self, subsystem: label, level: levels.level(of: label))
        }
    }

    /// A fact of the engine: a number as a number, everything else as text without keys.
    private static func value(_ value: Logger.MetadataValue) -> OutputValue {
        if case .stringConvertible(let fact) = value, let number = fact as? any BinaryInteger,
            let number = Int64(exactly: number)
        {
            return .integer(number)
        }
        return .text(KeyRedaction.redacted(value.description))
    }

    fileprivate func write(_ event: LogEvent, _ subsystem: String, _ metadata: Logger.Metadata) {
        let more = metadata.map { ($0.key, Self.value($0.value)) }.sorted { $0.0 < $1.0 }
        let message = KeyRedaction.redacted(event.message.description)
        switch format {
        case .text:
            var line =
                "\(Timestamp.now) \(event.level.rawValue) \(subsystem) [\(getpid()) \(id)] "
            line += TerminalText.escaped(message)
            for (name, value) in more {
                let text = String(decoding: CellText.plain(value, forTerminal: true), as: UTF8.self)
                line += " \(name)=\(text)"
            }
            destination.write(line)
        case .json:
            var members: [(name: String, value: OutputValue)] = [
                ("time", .text(Timestamp.now.description)), ("level", .text(event.level.rawValue)),
                ("subsystem", .text(subsystem)), ("process", .integer(Int64(getpid()))),
                ("id", .text(id)), ("message", .text(message)),
            ]
            members += more.map { (name: $0, value: $1) }
            var bytes: [UInt8] = []
            JSONText.append(object: members, to: &bytes, forTerminal: true)
            destination.write(String(decoding: bytes, as: UTF8.self))
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
protocol LogDestination: Sendable {
    func write(_ line: String)
}

/// Standard error.
struct StandardErrorDestination: LogDestination {
    let standardError: StandardError

    func write(_ line: String) { standardError.write(line: line) }
}
