import VectorStore
import VectorizerSettings

/// The store as a whole, its audit trail and its settings, under `/v1/`.
enum StoreRoutes {
    static let all: [Route] = [
        Route(.get, "/v1/stats", .store(.read), title: "Counts and sizes", handler: stats),
        Route(.get, "/v1/audit", .store(.admin), title: "Who changed what", handler: audit),
        Route(.get, "/v1/settings", .store(.admin), title: "Settings in force") { request in
            .result(try settings(request.server))
        },
        Route(.put, "/v1/settings", .store(.admin), title: "Change settings", handler: change),
    ]

    private static func stats(_ request: RouteRequest) throws -> RouteAnswer {
        let facts = try request.store.statistics()
        let collections = try request.store.collections().map { info in
            PlainJSON.members([
                "name": .text(info.name.text), "points": .count(info.pointCount),
                "unindexed": .count(info.unindexedPointCount),
                "segments": .count(info.segmentCount), "bytes": .count(info.byteCount),
                "reclaimable_bytes": .count(info.reclaimableByteCount),
                "sequence": .integer(Int64(clamping: info.sequence)),
            ])
        }
        return .result(
            PlainJSON.members([
                "uuid": .text(facts.uuid), "format": .count(facts.formatVersion),
                "sequence": .integer(Int64(clamping: facts.sequence)),
                "points": .count(facts.pointCount), "vector_bytes": .count(facts.vectorByteCount),
                "catalog_bytes": .count(facts.catalogByteCount),
                "log_bytes": .count(facts.logByteCount),
                "reclaimable_bytes": .count(facts.reclaimableByteCount),
                "read_only": .flag(facts.isReadOnlyMedium || request.server.rules.isReadOnly),
                "version": .text(request.server.version), "collections": .list(collections),
            ])
        )
    }

    // MARK: The audit trail

    private static let auditCount = (usual: 100, most: 1000)

    private static func audit(_ request: RouteRequest) throws -> RouteAnswer {
        let query = request.query
        var selection = AuditSelection()
        selection.since = try time("since", query)
        selection.until = try time("until", query)
        selection.key = query["key"]
        if let text = query["action"] {
            guard let action = AuditAction(rawValue: text) else {
                throw ServerError.badQuery("action: unknown action `\(text)`")
            }
            selection.action = action
        }
        selection.after = Int64(try query.number("after") ?? 0)
        let limit = try query.number("limit") ?? auditCount.usual
        guard (1...auditCount.most).contains(limit) else {
            throw ServerError.invalidQuery("limit", "must be from 1 to \(auditCount.most)")
        }
        selection.limit = limit
        var entries: [PlainJSON] = []
        try request.store.audit.forEach(selection) { entry in
            entries.append(json(entry))
            return true
        }
        return .result(.list(entries))
    }

    private static func time(
        _ name: String,
        _ query: QueryParameters
    ) throws(ServerError) -> Timestamp? {
        guard let text = query[name] else { return nil }
        guard let time = Timestamp(text) else {
            throw .badQuery("\(name): expected a moment such as 2026-01-31T12:00:00Z")
        }
        return time
    }

    private static func json(_ entry: AuditEntry) -> PlainJSON {
        PlainJSON.members([
            "sequence": .integer(entry.sequence), "time": .time(entry.time),
            "actor": .text(entry.actor), "process": .integer(Int64(entry.processID)),
            "command": .text(entry.command), "action": .text(entry.action),
            "object": .text(entry.object), "outcome": .text(entry.outcome),
            "commit_sequence": .integer(Int64(clamping: entry.commitSequence)),
        ])
    }

    // MARK: Settings

    private static func settings(_ server: ServerState) throws -> PlainJSON {
        let settings = try server.source.read()
        return .object(
            SettingKey.allCases.map { key in
                let setting = settings[key]
                return (
                    key.rawValue,
                    PlainJSON.members([
                        "value": .text(setting.value), "source": .text(setting.source.rawValue),
                    ])
                )
            }
        )
    }

    private static func change(_ request: RouteRequest) throws -> RouteAnswer {
        let members = try request.anyObject().members
        guard !members.isEmpty, members.count <= SettingKey.allCases.count else {
            throw ServerError.badBody("expected an object of settings")
        }
        let changes = try members.map { name, value in try wanted(name, value) }
        try SettingsChange(request).apply(changes)
        try request.server.reload()
        return .result(try settings(request.server))
    }

    /// One setting with its new value; nil takes it out of the file.
    private static func wanted(
        _ name: String,
        _ value: JSONElement
    ) throws -> (key: SettingKey, value: String?) {
        guard let key = SettingKey(rawValue: name) else {
            throw ServerError.invalid(name, "no such setting")
        }
        // A client must not say where the server reads and writes, or listens.
        switch key.kind {
        case .path, .address: throw ServerError.forbidden("\(name) is set on the machine itself")
        default: break
        }
        if value.isNull { return (key, nil) }
        let text = value.string ?? (value.kind == .number ? value.text : nil)
        guard let text, key.kind.takes(text) else {
            throw ServerError.invalid(name, "expected \(key.kind.expected)")
        }
        return (key, text)
    }
}
