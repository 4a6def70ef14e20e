import VectorStore

/// What everyone may ask, without a key; nothing of the store is told.
enum FreeRoutes {
    /// The release of the dialect's document that the server speaks.
    static let dialectVersion = "1.19.0"

    static let all: [Route] = [
        Route(.get, "/", .free, lane: .direct, title: "Name and version") { _ in root() },
        Route(.get, "/healthz", .free, lane: .direct, title: "Whether the process answers") { _ in
            .text("healthz check passed")
        },
        Route(.get, "/livez", .free, lane: .direct, title: "Whether the process answers") { _ in
            .text("healthz check passed")
        },
        Route(.get, "/readyz", .free, lane: .direct, title: "Whether the store is open") {
            request in
            request.server.isReady && !request.server.isStopping
                ? .text("all shards are ready")
                : .text("some shards are not ready", status: 503)
        },
    ]

    private static func root() -> RouteAnswer {
        let title = "vectorizer - a vector database in one file"
        return .json(Array(#"{"title":"\#(title)","version":"\#(dialectVersion)"}"#.utf8))
    }
}
