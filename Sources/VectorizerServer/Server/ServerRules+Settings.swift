import VectorStore
package import VectorizerSettings

extension ServerRules {
    /// What settings say of all requests.
    ///
    /// - Parameter settings: the settings in force.
    package init(_ settings: Settings) {
        limits = ServerLimits(settings)
        allowedHosts = Set(Self.words(settings[.serverAllowedHosts].value).map { $0.lowercased() })
        corsOrigins = Set(Self.words(settings[.serverCORSOrigins].value))
        backups = settings[.serverBackups].value
        compaction = Compaction(settings)
    }

    private static func words(_ text: String) -> [String] {
        text == "none" ? [] : text.split(separator: ",").map(String.init)
    }
}

extension ServerRules.Compaction {
    fileprivate init(_ settings: Settings) {
        let isAutomatic = settings.choice(.compaction, as: CompactionMode.self) == .auto
        threshold = isAutomatic ? settings.number(.compactionThreshold) : nil
        threadCount = settings.number(.compactionThreads) ?? 1
    }
}

extension ServerLimits {
    /// What settings say of sizes and times.
    fileprivate init(_ settings: Settings) {
        bodyByteCount = settings.number(.serverBodyBytes) ?? bodyByteCount
        uploadByteCount = settings.number(.serverUploadBytes) ?? uploadByteCount
        bodiesByteCount = settings.number(.serverBodiesBytes) ?? bodiesByteCount
        headerByteCount = settings.number(.serverHeaderBytes) ?? headerByteCount
        answerByteCount = settings.number(.serverAnswerBytes) ?? answerByteCount
        pointCount = settings.number(.serverPoints) ?? pointCount
        batchCount = settings.number(.serverBatch) ?? batchCount
        neighbourCount = settings.number(.serverK) ?? neighbourCount
        prefetchDepth = settings.number(.serverPrefetchDepth) ?? prefetchDepth
        filterDepth = settings.number(.serverFilterDepth) ?? filterDepth
        filterConditionCount = settings.number(.serverFilterConditions) ?? filterConditionCount
        requestSeconds = settings.seconds(.serverRequestSeconds) ?? requestSeconds
        headerSeconds = settings.seconds(.serverHeaderSeconds) ?? headerSeconds
        graceSeconds = settings.seconds(.serverGraceSeconds) ?? graceSeconds
        bytesPerSecond = settings.number(.serverMinRate) ?? bytesPerSecond
        idleSeconds = settings.seconds(.serverIdleSeconds) ?? idleSeconds
        connectionCount = settings.number(.serverConnections) ?? connectionCount
        searchCount = settings.number(.serverSearches)
        queueLength = settings.number(.serverQueue) ?? queueLength
        failedLoginCount = settings.number(.serverFailedLogins) ?? failedLoginCount
        addressRate = KeyRate(text: settings[.serverRate].value)
    }
}
