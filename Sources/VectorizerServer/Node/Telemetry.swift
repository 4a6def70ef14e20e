import VectorStore

/// What the program tells of itself.
enum Telemetry {
    /// The answer; counts only, nothing of what is stored.
    static func answer(_ request: RouteRequest) throws -> RouteAnswer {
        let statistics = try request.store.statistics()
        let uptime = Int64(KeyClock.seconds() - request.server.start)
        let startup = Timestamp.now.adding(seconds: -uptime)
        return .result(
            PlainJSON.members([
                "id": .text(statistics.uuid),
                "app": PlainJSON.members([
                    "name": .text("vectorizer"), "version": .text(request.server.version),
                    "startup": .time(startup),
                ]),
                "collections": PlainJSON.members([
                    "number_of_collections": .count(statistics.collectionCount)
                ]),
            ])
        )
    }
}
