import Glibc
import VectorStore

/// Everything that can be set in `config.yaml` and by `VECTORIZER_*`; the names are for ever.
package enum SettingKey: String, CaseIterable, Sendable {
    case output
    case wait
    case durability
    case batchRows = "batch_rows"
    case batchBytes = "batch_bytes"
    case compaction
    case compactionThreshold = "compaction_threshold"
    case compactionThreads = "compaction_threads"
    case logLevel = "log_level"
    case logFormat = "log_format"
    case logFile = "log_file"
    case logFileBytes = "log_file_bytes"
    case logFiles = "log_files"
    case auditRetention = "audit_retention"
    case limitPayloadBytes = "limit_payload_bytes"
    case limitBatchRows = "limit_batch_rows"
    case limitLineBytes = "limit_line_bytes"
    case limitK = "limit_k"
    case limitDimension = "limit_dimension"

    /// The word in the file that is kept for the HTTP server and takes nothing yet.
    static let reserved = "server"

    /// The environment variable of the same meaning.
    package var variable: String { "VECTORIZER_" + rawValue.uppercased() }

    /// What values it takes.
    package var kind: SettingKind {
        switch self {
        case .output: .choice(OutputMode.allCases.map(\.rawValue))
        case .wait: .seconds(0...1e6)
        case .durability: .choice(["full"])
        case .batchRows: .number(1...Limits.batchRowCount)
        case .batchBytes: .number(1...InsertRun.BatchLimits.byteCountMax)
        case .compaction: .choice(CompactionMode.allCases.map(\.rawValue))
        case .compactionThreshold: .rows
        case .compactionThreads: .numberOr("auto", 1...Limits.threadCount)
        case .logLevel: .levels
        case .logFormat: .choice(MessageLog.Format.allCases.map(\.rawValue))
        case .logFile: .path
        case .logFileBytes: .number(4096...(1 << 40))
        case .logFiles: .number(1...100)
        case .auditRetention: .spanOr("forever")
        case .limitPayloadBytes: .number(2...Limits.payloadByteCount)
        case .limitBatchRows: .number(1...Limits.batchRowCount)
        case .limitLineBytes: .number(64...Limits.lineByteCount)
        case .limitK: .number(1...Limits.neighbourCount)
        case .limitDimension: .number(1...Limits.dimension)
        }
    }

    /// The value where nobody says otherwise; nil where it depends on the terminal.
    package var usual: String? {
        switch self {
        case .output: nil
        case .wait: "10"
        case .durability: "full"
        case .batchRows: "\(InsertRun.BatchLimits.defaultRowCount)"
        case .batchBytes: "\(InsertRun.BatchLimits.defaultByteCount)"
        case .compaction: "auto"
        // Rows without an index that a search still compares in about a millisecond.
        case .compactionThreshold: "10000"
        case .compactionThreads: "auto"
        case .logLevel: "off"
        case .logFormat: "text"
        case .logFile: ""
        case .logFileBytes: "\(10 << 20)"
        case .logFiles: "5"
        case .auditRetention: "forever"
        case .limitPayloadBytes: "\(Limits.payloadByteCount)"
        case .limitBatchRows: "\(Limits.batchRowCount)"
        case .limitLineBytes: "\(Limits.lineByteCount)"
        case .limitK: "\(Limits.neighbourCount)"
        case .limitDimension: "\(Limits.dimension)"
        }
    }

    /// Whether a running process goes on with the value it began with.
    ///
    /// A log file is opened once: its lines must not end up in two places by an edit half-way.
    package var isFixedWhileRunning: Bool {
        switch self {
        case .logFile, .logFileBytes, .logFiles: true
        default: false
        }
    }

    /// The key that is called so, or the one that may be meant.
    static func named(_ name: String) throws(Diagnostic) -> SettingKey {
        if let key = SettingKey(rawValue: name) { return key }
        guard name == reserved else { throw unknown(name) }
        throw Diagnostic(
            code: 78,
            kind: "unknown_setting",
            message: "\(name) is reserved for the HTTP server, and takes nothing yet",
            field: name
        )
    }

    /// Refuses a name that no setting has.
    static func unknown(
        _ name: String,
        file: String? = nil,
        line: Int? = nil
    ) -> Diagnostic {
        let names = allCases.map(\.rawValue)
        let near = Suggestion.nearest(to: name, in: names)
        let question = near.map { ", did you mean '\($0)'?" } ?? ""
        let place = file.map { $0 + (line.map { ":\($0)" } ?? "") + ": " } ?? ""
        return Diagnostic(
            code: 78,
            kind: "unknown_setting",
            message: "\(place)unknown setting '\(name)'\(question)",
            file: file,
            line: line,
            field: name,
            // What shows the settings needs the file in order.
            hint: file == nil ? "vectorizer config show" : Self.manual
        )
    }

    /// The command that tells what can be set, whatever is wrong with the file.
    static let manual = "man 5 vectorizer-config"

    /// What an error says of a limit that somebody has set below the program's own.
    func explanation(of limit: Int) -> String {
        guard let usual, let number = Int(usual), limit < number else { return "" }
        return ", as \(rawValue) is set"
    }
}

/// The values that a setting takes.
package enum SettingKind: Sendable {
    case choice([String])
    case number(ClosedRange<Int>)
    case numberOr(String, ClosedRange<Int>)
    case rows
    case seconds(ClosedRange<Double>)
    case spanOr(String)
    case path
    case levels

    /// What is expected, as errors say it.
    package var expected: String {
        switch self {
        case .choice(let words): words.joined(separator: ", ")
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .numberOr(let word, let range):
            "\(word) or a number from \(range.lowerBound) to \(range.upperBound)"
        case .rows: "a number of rows above 0"
        case .seconds(let range):
            "seconds from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
        case .spanOr(let word): "\(word) or a time such as 90d"
        case .path: "a path without control bytes"
        case .levels: LogLevels.expected
        }
    }

    /// Whether a text is such a value.
    func takes(_ text: String) -> Bool {
        switch self {
        case .choice(let words): words.contains(text)
        case .number(let range): Self.number(text).map(range.contains) ?? false
        case .numberOr(let word, let range):
            text == word || Self.number(text).map(range.contains) ?? false
        case .rows: Self.number(text).map { $0 > 0 } ?? false
        case .seconds(let range):
            text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
                && Double(text).map(range.contains) ?? false
        case .spanOr(let word): text == word || TimeSpan(text).map { $0.seconds > 0 } ?? false
        case .path:
            !text.utf8.contains { $0 < 0x20 || $0 == 0x7f }
                && text.utf8.count < Self.pathByteCountMax
                && !text.contains("\u{fffd}") && !KeyRedaction.holdsKey(text)
        case .levels: LogLevels(text: text) != nil
        }
    }

    private static let pathByteCountMax = Int(PATH_MAX)

    private static func number(_ text: String) -> Int? {
        text.first.map { $0.isNumber } == true ? Int(text) : nil
    }

    /// A number of seconds as settings have it, without a fraction that is zero.
    static func plain(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    }

    /// A value that it takes in the form that is shown.
    func canonical(_ text: String) -> String {
        guard case .seconds = self, let number = Double(text) else { return text }
        return Self.plain(number)
    }

    /// How rows of `config` show a value.
    func shown(_ text: String) -> OutputValue {
        switch self {
        case .number, .numberOr, .rows: Int64(text).map { .integer($0) } ?? .text(text)
        case .seconds:
            Int64(text).map { .integer($0) } ?? Double(text).map { .double($0) } ?? .text(text)
        case .choice, .spanOr, .path, .levels: .text(text)
        }
    }
}
