import VectorStore
package import VectorizerSettings

/// Finds out what is set in a data directory and an environment, where a command line does not say.
package typealias SettingsSource = (
    _ dataDirectory: String, _ environment: [String: String], _ given: Set<SettingKey>
) throws(SettingsError) -> Settings

/// The global options with the environment and the defaults filled in.
package struct ResolvedOptions: Sendable {
    package let dataDirectory: Setting<String>
    package let output: Setting<OutputMode>
    /// What the line says, and where it says nothing, its session.
    package let asked: GlobalOptions
    /// Everything that can be set, with where it comes from.
    package let settings: Settings

    package var isDryRun: Bool { asked.isDryRun }
    package var logFormat: LogFormat { settings.choice(.logFormat) }

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
    /// - Throws: ``SettingsError`` for a setting with an impossible value.
    package init(
        _ asked: GlobalOptions,
        environment: [String: String],
        terminal: Terminal,
        settings: SettingsSource = Settings.inForce
    ) throws(SettingsError) {
        self.asked = asked
        dataDirectory = Settings.dataDirectory(asked.dataDir, environment)
        var line: [SettingKey: String] = [:]
        for option in GlobalOption.all {
            if let key = option.setting, let text = option.text(asked) { line[key] = text }
        }
        self.settings = try settings(dataDirectory.value, environment, Set(line.keys))
            .with(line, defaultOutput: terminal.outputIsTerminal ? .table : .jsonl)
        output = Setting(
            value: self.settings.choice(.output),
            source: self.settings[.output].source
        )
    }
}
