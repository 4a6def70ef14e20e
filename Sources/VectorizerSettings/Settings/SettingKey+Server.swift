import VectorStore

/// The settings of the HTTP server.
extension SettingKey {
    /// The name as it stands in its section.
    var nameInSection: String { String(rawValue.drop { $0 != "." }.dropFirst()) }

    /// What values a server's setting takes.
    var serverKind: SettingKind {
        switch self {
        case .serverListen: .address
        case .serverAllowedHosts, .serverCORSOrigins: .words("none")
        case .serverBackups: .path
        case .serverBodyBytes, .serverBodiesBytes, .serverAnswerBytes: .number(1024...(1 << 34))
        case .serverUploadBytes: .number(1024...(1 << 44))
        case .serverHeaderBytes: .number(1024...(16 << 20))
        case .serverPoints: .number(1...Limits.batchRowCount)
        case .serverK: .number(1...Limits.neighbourCount)
        case .serverPrefetchDepth: .number(1...64)
        case .serverFilterDepth: .number(1...128)
        case .serverRequestSeconds, .serverHeaderSeconds, .serverGraceSeconds,
            .serverIdleSeconds:
            .seconds(1...86_400)
        case .serverSearches: .numberOr("auto", 1...Limits.threadCount)
        case .serverRate: .rateOr("off")
        default: .number(1...1_000_000)
        }
    }

    /// The default of a server's setting.
    var serverDefault: String {
        switch self {
        case .serverListen: "127.0.0.1:6333"
        case .serverAllowedHosts, .serverCORSOrigins: "none"
        case .serverBodyBytes: "\(32 << 20)"
        case .serverUploadBytes: "\(64 << 30)"
        case .serverBodiesBytes: "\(512 << 20)"
        case .serverHeaderBytes: "\(80 << 10)"
        case .serverAnswerBytes: "\(64 << 20)"
        case .serverPoints, .serverK: "10000"
        case .serverBatch, .serverFailedLogins: "100"
        case .serverPrefetchDepth: "8"
        case .serverFilterDepth: "128"
        case .serverFilterConditions: "1000"
        case .serverRequestSeconds, .serverIdleSeconds: "60"
        case .serverHeaderSeconds, .serverGraceSeconds: "10"
        case .serverMinRate, .serverConnections: "1024"
        case .serverSearches: "auto"
        case .serverQueue: "256"
        case .serverRate: "off"
        default: ""
        }
    }
}
