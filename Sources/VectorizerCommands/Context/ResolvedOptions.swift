import Foundation

/// A setting's value and where it came from.
package struct Setting<Value: Sendable>: Sendable {
    package let value: Value
    package let source: SettingSource
}

/// Where a setting came from; later ones win over earlier ones.
package enum SettingSource: String, Sendable {
    case builtIn = "default"
    case environment
    case option
}

/// Whether `insert` indexes what it has written.
package enum CompactionMode: String, CaseIterable, Sendable {
    case auto, manual
}

/// The global options with the environment and the defaults filled in.
package struct ResolvedOptions: Sendable {
    package let dataDirectory: Setting<String>
    package let output: Setting<OutputMode>
    package let hidesHeader: Bool
    package let isQuiet: Bool
    package let isVerbose: Bool
    package let logFormat: MessageLog.Format
    package let color: When
    package let progress: When
    package let waitSeconds: Double
    package let assumesYes: Bool
    package let isDryRun: Bool
    /// Whether `insert` indexes a collection at its end.
    package let compaction: Setting<CompactionMode>
    /// How many rows without an index make that worth it.
    package let compactionThreshold: Setting<Int>
    /// Options that were given and differ from their defaults.
    package let given: Set<GivenOption>

    /// Options whose source `config show` tells.
    package enum GivenOption: Sendable {
        case color, progress, wait, logFormat
    }

    /// Fills in what the options leave open; nil when none were given.
    ///
    /// - Parameters:
    ///   - options: the line's own.
    ///   - standing: those of the session, if the line belongs to one.
    ///   - environment: the process's environment.
    ///   - terminal: decides on the output mode where nothing else does.
    /// - Throws: ``Diagnostic`` for an environment variable with an impossible value.
    package init(
        _ options: GlobalOptions?,
        standing: StandingOptions = StandingOptions(),
        environment: [String: String],
        terminal: Terminal
    ) throws(Diagnostic) {
        let (color, progress) = (
            options?.color ?? standing.color, options?.progress ?? standing.progress
        )
        let (wait, logFormat) = (
            options?.wait ?? standing.waitSeconds, options?.logFormat ?? standing.logFormat
        )
        dataDirectory = Self.dataDirectory(
            options?.dataDir ?? standing.dataDirectory,
            environment
        )
        output = try Self.output(options?.output ?? standing.output, environment, terminal)
        hidesHeader = options?.hidesHeader == true || standing.hidesHeader
        isQuiet = options?.quiet == true || standing.isQuiet
        isVerbose = options?.verbose == true || standing.isVerbose
        self.logFormat = logFormat ?? .text
        self.color = color ?? .auto
        self.progress = progress ?? .auto
        waitSeconds = wait ?? 10
        assumesYes = options?.yes == true || standing.assumesYes
        isDryRun = options?.isDryRun == true || standing.isDryRun
        compaction = try Self.choice("VECTORIZER_COMPACTION", environment, default: .auto)
        compactionThreshold = try Self.compactionThreshold(environment)
        var given: Set<GivenOption> = []
        if color != nil { given.insert(.color) }
        if progress != nil { given.insert(.progress) }
        if wait != nil { given.insert(.wait) }
        if logFormat != nil { given.insert(.logFormat) }
        self.given = given
    }

    private static func dataDirectory(
        _ given: String?,
        _ environment: [String: String]
    ) -> Setting<String> {
        if let path = given { return Setting(value: path, source: .option) }
        if let path = environment["VECTORIZER_DATA_DIR"], !path.isEmpty {
            return Setting(value: path, source: .environment)
        }
        if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") {
            return Setting(value: base + "/vectorizer", source: .environment)
        }
        // cron and containers may set no HOME; the account's own directory is the same place.
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        return Setting(value: home + "/.local/share/vectorizer", source: .builtIn)
    }

    private static func output(
        _ given: OutputMode?,
        _ environment: [String: String],
        _ terminal: Terminal
    ) throws(Diagnostic) -> Setting<OutputMode> {
        if let mode = given { return Setting(value: mode, source: .option) }
        return try choice(
            "VECTORIZER_OUTPUT",
            environment,
            default: terminal.outputIsTerminal ? .table : .jsonl
        )
    }

    /// A setting with a few possible values.
    private static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ variable: String,
        _ environment: [String: String],
        default value: Value
    ) throws(Diagnostic) -> Setting<Value> {
        guard let text = environment[variable], !text.isEmpty else {
            return Setting(value: value, source: .builtIn)
        }
        guard let chosen = Value(rawValue: text) else {
            let all = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw impossible(variable, text, "one of \(all)", expected: all)
        }
        return Setting(value: chosen, source: .environment)
    }

    /// Rows without an index that a search still compares in about a millisecond.
    private static let defaultCompactionThreshold = 10_000

    private static func compactionThreshold(
        _ environment: [String: String]
    ) throws(Diagnostic) -> Setting<Int> {
        let variable = "VECTORIZER_COMPACTION_THRESHOLD"
        guard let text = environment[variable], !text.isEmpty else {
            return Setting(value: defaultCompactionThreshold, source: .builtIn)
        }
        guard let rows = Int(text), rows > 0 else {
            let expected = "a number of rows above 0"
            throw impossible(variable, text, expected, expected: expected)
        }
        return Setting(value: rows, source: .environment)
    }

    private static func impossible(
        _ variable: String,
        _ text: String,
        _ words: String,
        expected: String
    ) -> Diagnostic {
        Diagnostic(
            code: 78,
            kind: "invalid_setting",
            message: "\(variable) is '\(text)', expected \(words)",
            field: variable,
            expected: .text(expected),
            got: .text(text)
        )
    }
}
