import VectorStore
import VectorizerSettings

extension CommandContext {
    /// Changes the settings file in one step, and records that in the audit trail.
    ///
    /// When another process changes it meanwhile, its change is taken in and the edit made anew.
    ///
    /// - Parameters:
    ///   - key: the setting that changes.
    ///   - outcome: what it is then, in words.
    ///   - edit: makes the new text of the one that is there.
    /// - Returns: false for a dry run.
    /// - Throws: what reading the file and the edit throw, `.store(.busy)`, and system errors.
    func changeSettings(
        _ key: SettingKey,
        _ outcome: String,
        _ edit: (String) throws -> String
    ) throws -> Bool {
        let store = try openStore(options.isDryRun ? .read : .write)
        let start = ContinuousClock.now
        repeat {
            let text = try SettingsFile.read(in: options.dataDirectory.value)?.text ?? ""
            let edited = try edit(text)
            guard edited.utf8.count <= SettingsFile.byteCountMax else {
                throw Diagnostic(
                    code: 78,
                    kind: "invalid_settings_file",
                    message: "\(settingsPath) would have \(edited.utf8.count) bytes, expected "
                        + "at most \(SettingsFile.byteCountMax)",
                    file: settingsPath
                )
            }
            if options.isDryRun { return false }
            let isDone = try store.settings.replace(
                Array(text.utf8),
                with: Array(edited.utf8),
                object: "setting \(key.rawValue)",
                outcome: outcome
            )
            if isDone { return true }
        } while start.duration(to: .now) < .seconds(options.settings.waitSeconds)
        throw Diagnostic(
            code: 75,
            kind: "busy",
            message: "\(settingsPath) was changed again and again meanwhile; nothing was written",
            file: settingsPath
        )
    }

    /// The settings file.
    var settingsPath: String { SettingsFile.path(in: options.dataDirectory.value) }

    /// Says that an environment variable hides what a file says.
    func warnOfVariable(_ key: SettingKey) {
        guard let text = environment[key.variable], !text.isEmpty else { return }
        log.caution("\(key.variable) is set to \(text), and wins")
    }
}
