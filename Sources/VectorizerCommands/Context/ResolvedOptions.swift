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
    /// What the line says, and where it says nothing, its session.
    package let asked: GlobalOptions
    /// Everything that can be set, with where it comes from.
    package let settings: Settings

    package var isDryRun: Bool { asked.isDryRun }
    package var logFormat: MessageLog.Format { settings.choice(.logFormat) }

    /// Whether errors are JSON because messages are, or because the settings file wants such rows.
    var asksForJSONErrors: Bool {
        let isFromFile = output.source == .file
        return logFormat == .json
            || isFromFile && OutputMode.diagnosticFormat(for: output.value) == .json
    }

    /// Fills in what the options leave open.
    ///
    /// - Parameters:
    ///   - asked: what the line says, and where it says nothing, its session.
    ///   - environment: the process's environment.
    ///   - terminal: decides on the output mode where nothing else does.
    ///   - settings: finds out what is set in a data directory and its environment.
    /// - Throws: ``Diagnostic`` for a setting with an impossible value.
    package init(
        _ asked: GlobalOptions,
        environment: [String: String],
        terminal: Terminal,
        settings: SettingsSource = Settings.inForce
    ) throws(Diagnostic) {
        self.asked = asked
        dataDirectory = Self.dataDirectory(asked.dataDir, environment)
        var line: [SettingKey: String] = [:]
        for option in GlobalOption.all {
            if let key = option.setting, let text = option.text(asked) { line[key] = text }
        }
        self.settings = try settings(dataDirectory.value, environment, Set(line.keys))
            .with(line, usualOutput: terminal.outputIsTerminal ? .table : .jsonl)
        output = Setting(
            value: self.settings.choice(.output),
            source: self.settings[.output].source
        )
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
