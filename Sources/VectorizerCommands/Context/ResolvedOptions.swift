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
    /// Options that were given and differ from their defaults.
    package let given: Set<GivenOption>

    /// Options whose source `config show` tells.
    package enum GivenOption: Sendable {
        case color, progress, wait, logFormat
    }

    /// Fills in what the options leave open; nil when none were given.
    ///
    /// - Throws: ``Diagnostic`` for an environment variable with an impossible value.
    package init(
        _ options: GlobalOptions?,
        environment: [String: String],
        terminal: Terminal
    ) throws(Diagnostic) {
        dataDirectory = Self.dataDirectory(options, environment)
        output = try Self.output(options, environment, terminal)
        hidesHeader = options?.hidesHeader ?? false
        isQuiet = options?.quiet ?? false
        isVerbose = options?.verbose ?? false
        logFormat = options?.logFormat ?? .text
        color = options?.color ?? .auto
        progress = options?.progress ?? .auto
        waitSeconds = options?.wait ?? 10
        assumesYes = options?.yes ?? false
        isDryRun = options?.isDryRun ?? false
        var given: Set<GivenOption> = []
        if options?.color != nil { given.insert(.color) }
        if options?.progress != nil { given.insert(.progress) }
        if options?.wait != nil { given.insert(.wait) }
        if options?.logFormat != nil { given.insert(.logFormat) }
        self.given = given
    }

    private static func dataDirectory(
        _ options: GlobalOptions?,
        _ environment: [String: String]
    ) -> Setting<String> {
        if let path = options?.dataDir { return Setting(value: path, source: .option) }
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
        _ options: GlobalOptions?,
        _ environment: [String: String],
        _ terminal: Terminal
    ) throws(Diagnostic) -> Setting<OutputMode> {
        if let mode = options?.output { return Setting(value: mode, source: .option) }
        if let text = environment["VECTORIZER_OUTPUT"], !text.isEmpty {
            guard let mode = OutputMode(rawValue: text) else {
                let modes = OutputMode.allCases.map(\.rawValue).joined(separator: ", ")
                throw Diagnostic(
                    code: 78,
                    kind: "invalid_setting",
                    message: "VECTORIZER_OUTPUT is '\(text)', expected one of \(modes)",
                    field: "VECTORIZER_OUTPUT",
                    expected: .text(modes),
                    got: .text(text)
                )
            }
            return Setting(value: mode, source: .environment)
        }
        return Setting(value: terminal.outputIsTerminal ? .table : .jsonl, source: .builtIn)
    }
}
