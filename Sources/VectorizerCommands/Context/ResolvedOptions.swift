import VectorStore

/// A setting's value and where it came from.
package struct Setting<Value: Sendable>: Sendable {
    package let value: Value
    package let source: SettingSource
}

/// Where a setting came from; later ones win over earlier ones.
package enum SettingSource: String, Sendable {
    case builtIn = "default"
    case file
    case environment
    case option
}

/// Finds out what is set in a data directory and an environment, where a command line does not say.
package typealias SettingsSource = (
    _ dataDirectory: String, _ environment: [String: String], _ given: Set<SettingKey>
) throws(Diagnostic) -> Settings

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
    /// Everything that can be set, with where it comes from.
    package let settings: Settings
    /// Options that were given and differ from their defaults.
    package let given: Set<GivenOption>

    /// Options that are no settings and whose source `config show` tells.
    package enum GivenOption: Sendable {
        case color, progress
    }

    /// Whether errors are JSON because messages are, or because the settings file wants such rows.
    var asksForJSONErrors: Bool {
        let isFromFile = output.source == .file
        return logFormat == .json
            || isFromFile && OutputMode.diagnosticFormat(for: output.value) == .json
    }

    /// Fills in what the options leave open; nil when none were given.
    ///
    /// - Parameters:
    ///   - options: the line's own.
    ///   - standing: those of the session, if the line belongs to one.
    ///   - environment: the process's environment.
    ///   - terminal: decides on the output mode where nothing else does.
    ///   - settings: finds out what is set in a data directory and its environment.
    /// - Throws: ``Diagnostic`` for a setting with an impossible value.
    package init(
        _ options: GlobalOptions?,
        standing: StandingOptions = StandingOptions(),
        environment: [String: String],
        terminal: Terminal,
        settings: SettingsSource = Settings.inForce
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
        var line: [SettingKey: String] = [:]
        line[.output] = (options?.output ?? standing.output)?.rawValue
        line[.wait] = wait.map(SettingKind.plain)
        line[.logFormat] = logFormat?.rawValue
        let inForce = try settings(dataDirectory.value, environment, Set(line.keys))
            .with(line, usualOutput: terminal.outputIsTerminal ? .table : .jsonl)
        self.settings = inForce
        output = Setting(value: inForce.choice(.output), source: inForce[.output].source)
        hidesHeader = options?.hidesHeader == true || standing.hidesHeader
        isQuiet = options?.quiet == true || standing.isQuiet
        isVerbose = options?.verbose == true || standing.isVerbose
        self.logFormat = inForce.choice(.logFormat)
        self.color = color ?? .auto
        self.progress = progress ?? .auto
        waitSeconds = inForce.waitSeconds
        assumesYes = options?.yes == true || standing.assumesYes
        isDryRun = options?.isDryRun == true || standing.isDryRun
        var given: Set<GivenOption> = []
        if color != nil { given.insert(.color) }
        if progress != nil { given.insert(.progress) }
        self.given = given
    }

    /// Where the store is: by an option, or by the environment.
    static func dataDirectory(
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
        let home =
            environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? OperatingSystemUser.homeDirectory ?? "/"
        return Setting(
            value: (home == "/" ? "" : home) + "/.local/share/vectorizer",
            source: .builtIn
        )
    }
}
