package import VectorStore

/// The settings in force: from the command line, the environment, the file, or as usual.
package struct Settings: Sendable {
    /// One for each key, in their order.
    ///
    /// No dictionary: to make the first one of a type, a process searches all conformances there
    /// are, which takes a sixth of the time of a whole one-shot search.
    private let values: [Setting<String>]
    /// Whether another user than the one this process runs for may have written the file.
    let isForeignFile: Bool

    /// Finds out what is set, but for what a command line says.
    ///
    /// - Parameters:
    ///   - environment: the process's environment.
    ///   - file: the data directory's file, if it has one.
    ///   - given: what the command line says, so that it alone has to make sense.
    /// - Throws: `.invalidVariable` for an environment variable with an impossible value.
    package init(
        environment: [String: String],
        file: SettingsFile?,
        given: Set<SettingKey> = []
    ) throws(SettingsError) {
        var values: [Setting<String>] = []
        for key in SettingKey.allCases {
            if !given.contains(key), let text = environment[key.variable], !text.isEmpty {
                guard key.kind.takes(text) else { throw .invalidVariable(key, value: text) }
                values.append(Setting(value: key.kind.canonical(text), source: .environment))
            } else if let entry = file?.entries[key] {
                values.append(Setting(value: entry.text, source: .file))
            } else {
                values.append(Setting(value: key.defaultValue ?? "", source: .builtIn))
            }
        }
        self.values = values
        isForeignFile = file?.isForeign ?? false
    }

    /// The same settings with what a command line says.
    ///
    /// - Parameters:
    ///   - given: what it says.
    ///   - defaultOutput: how rows are written by default.
    /// - Returns: all settings.
    package func with(_ given: [SettingKey: String], defaultOutput: OutputMode) -> Settings {
        var values = values
        if self[.output].value.isEmpty {
            values[Self.place(of: .output)] = Setting(
                value: defaultOutput.rawValue,
                source: .builtIn
            )
        }
        for (key, text) in given {
            values[Self.place(of: key)] = Setting(value: text, source: .option)
        }
        return Settings(values: values, isForeignFile: isForeignFile)
    }

    /// What holds in a data directory: its file, then the environment.
    ///
    /// - Parameters:
    ///   - dataDirectory: the data directory.
    ///   - environment: the process's environment.
    ///   - given: what the command line says.
    /// - Returns: all settings but for what the command line says.
    /// - Throws: ``SettingsError`` for a file or a variable that can't be obeyed.
    package static func inForce(
        in dataDirectory: String,
        _ environment: [String: String],
        given: Set<SettingKey> = []
    ) throws(SettingsError) -> Settings {
        let file = try SettingsFile.read(in: dataDirectory)
        let settings = try Settings(environment: environment, file: file, given: given)
        try LogPlace.check(settings[.logFile], in: dataDirectory)
        return settings
    }

    /// A setting's value as text, and where it comes from.
    package subscript(key: SettingKey) -> Setting<String> {
        values[Self.place(of: key)]
    }

    /// A setting that is a number; nil where it is a word instead.
    package func number(_ key: SettingKey) -> Int? { Int(self[key].value) }

    /// A setting that is a number of seconds.
    package func seconds(_ key: SettingKey) -> Double? { Double(self[key].value) }

    /// A setting that is one of a few words.
    package func choice<Value: RawRepresentable<String>>(
        _ key: SettingKey,
        as type: Value.Type = Value.self
    ) -> Value {
        guard let value = Value(rawValue: self[key].value) else {
            preconditionFailure("a setting was checked when it was read")
        }
        return value
    }

    /// How long a command waits for locks.
    package var waitSeconds: Double { Double(self[.wait].value) ?? 10 }

    /// Rows after which a batch is full, as far as the limits allow.
    package var batchRowCount: Int {
        min(number(.batchRows) ?? Self.defaultBatchRowCount, limits.batchRowCount)
    }

    /// Bytes after which a batch is full.
    package var batchByteCount: Int { number(.batchBytes) ?? Self.defaultBatchByteCount }

    /// Rows in one transaction where nothing else is set.
    static let defaultBatchRowCount = 4096
    /// Bytes after which a batch is full where nothing else is set, so that memory stays bounded.
    static let defaultBatchByteCount = 16 << 20
    /// Bytes after which any batch is full.
    package static let batchByteCountMax = 256 << 20

    /// How long the audit trail is kept; nil is for ever.
    package var auditRetentionSeconds: Int64? {
        TimeSpan(self[.auditRetention].value)?.seconds
    }

    /// Threads that build an index.
    package var compactionThreadCount: Int {
        number(.compactionThreads) ?? CompactionOptions.processorCount
    }

    /// The limits that the engine keeps.
    package var limits: StoreLimits {
        var limits = StoreLimits()
        limits.payloadByteCount = number(.limitPayloadBytes) ?? limits.payloadByteCount
        limits.batchRowCount = number(.limitBatchRows) ?? limits.batchRowCount
        limits.neighbourCount = number(.limitK) ?? limits.neighbourCount
        limits.dimension = number(.limitDimension) ?? limits.dimension
        return limits
    }

    /// The same settings, but for those that a running process goes on with.
    ///
    /// - Parameters:
    ///   - running: what the process began with.
    ///   - left: settings that stay as they are running.
    ///   - unseen: settings that are taken as they come, and count as no change.
    /// - Returns: what holds now, what has changed, and what would have.
    package func applied(
        to running: Settings,
        leaving left: Set<SettingKey> = [],
        unseen: Set<SettingKey> = []
    ) -> (settings: Settings, changed: [SettingKey], waiting: [SettingKey]) {
        var values = values
        var (changed, waiting): ([SettingKey], [SettingKey]) = ([], [])
        for key in SettingKey.allCases where self[key].value != running[key].value {
            if left.contains(key) {
                values[Self.place(of: key)] = running[key]
            } else if unseen.contains(key) {
                continue
            } else if key.isFixedWhileRunning {
                values[Self.place(of: key)] = running[key]
                waiting.append(key)
            } else {
                changed.append(key)
            }
        }
        return (Settings(values: values, isForeignFile: isForeignFile), changed, waiting)
    }

    private static func place(of key: SettingKey) -> Int {
        guard let place = SettingKey.allCases.firstIndex(of: key) else {
            preconditionFailure("every setting has a place")
        }
        return place
    }

    private init(values: [Setting<String>], isForeignFile: Bool) {
        self.values = values
        self.isForeignFile = isForeignFile
    }
}
