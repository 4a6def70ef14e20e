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
    case serverListen = "server.listen"
    case serverAllowedHosts = "server.allowed_hosts"
    case serverCORSOrigins = "server.cors_origins"
    case serverBackups = "server.backups"
    case serverBodyBytes = "server.body_bytes"
    case serverUploadBytes = "server.upload_bytes"
    case serverBodiesBytes = "server.bodies_bytes"
    case serverHeaderBytes = "server.header_bytes"
    case serverAnswerBytes = "server.answer_bytes"
    case serverPoints = "server.points"
    case serverBatch = "server.batch"
    case serverK = "server.k"
    case serverPrefetchDepth = "server.prefetch_depth"
    case serverFilterDepth = "server.filter_depth"
    case serverFilterConditions = "server.filter_conditions"
    case serverRequestSeconds = "server.request_seconds"
    case serverHeaderSeconds = "server.header_seconds"
    case serverGraceSeconds = "server.grace_seconds"
    case serverMinRate = "server.min_bytes_per_second"
    case serverIdleSeconds = "server.idle_seconds"
    case serverConnections = "server.connections"
    case serverSearches = "server.searches"
    case serverQueue = "server.queue"
    case serverRate = "server.rate"
    case serverFailedLogins = "server.failed_logins"

    /// The section of the file that the server's settings may stand in, without the word.
    static let section = "server"

    /// The environment variable of the same meaning.
    package var variable: String {
        // Each start of the program asks for all of them, so this goes by bytes.
        let name = rawValue.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "."): UInt8(ascii: "_")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            default: byte
            }
        }
        return "VECTORIZER_" + String(decoding: name, as: UTF8.self)
    }

    /// What values it takes.
    package var kind: SettingKind {
        switch self {
        case .output: .choice(OutputMode.allCases.map(\.rawValue))
        case .wait: .seconds(0...1e6)
        case .durability: .choice(["full"])
        case .batchRows: .number(1...Limits.batchRowCount)
        case .batchBytes: .number(1...Settings.batchByteCountMax)
        case .compaction: .choice(CompactionMode.allCases.map(\.rawValue))
        case .compactionThreshold: .rows
        case .compactionThreads: .numberOr("auto", 1...Limits.threadCount)
        case .logLevel: .levels
        case .logFormat: .choice(LogFormat.allCases.map(\.rawValue))
        case .logFile: .path
        case .logFileBytes: .number(4096...(1 << 40))
        case .logFiles: .number(1...100)
        case .auditRetention: .spanOr("forever")
        case .limitPayloadBytes: .number(2...Limits.payloadByteCount)
        case .limitBatchRows: .number(1...Limits.batchRowCount)
        case .limitLineBytes: .number(64...Limits.lineByteCount)
        case .limitK: .number(1...Limits.neighbourCount)
        case .limitDimension: .number(1...Limits.dimension)
        default: serverKind
        }
    }

    /// The default; nil where it depends on the terminal.
    package var defaultValue: String? {
        switch self {
        case .output: nil
        case .wait: "10"
        case .durability: "full"
        case .batchRows: "\(Settings.defaultBatchRowCount)"
        case .batchBytes: "\(Settings.defaultBatchByteCount)"
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
        default: serverDefault
        }
    }

    /// Whether a running process goes on with the value it began with.
    ///
    /// A log file is opened once: its lines must not end up in two places by an edit half-way.
    package var isFixedWhileRunning: Bool {
        switch self {
        case .logFile, .logFileBytes, .logFiles: true
        case .serverListen, .serverHeaderBytes, .serverConnections, .serverSearches: true
        default: false
        }
    }

    /// The key that is called so.
    ///
    /// - Throws: `.unknownName` or `.sectionName` for any other name.
    package static func named(_ name: String) throws(SettingsError) -> SettingKey {
        if let key = SettingKey(rawValue: name) { return key }
        throw name == section ? .sectionName(name) : .unknownName(name, at: nil)
    }
}
