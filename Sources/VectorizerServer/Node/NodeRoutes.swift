import VectorStore

/// What the dialect asks of a cluster, answered by one node that is none.
enum NodeRoutes {
    static let all: [Route] = whole + parts

    private static let whole: [Route] = [
        Route(.get, "/cluster", .anyKey, title: "Whether there is a cluster") { _ in
            .result(#"{"status":"disabled"}"#)
        },
        standalone(.post, "/cluster/recover", .store(.admin)),
        standalone(.delete, "/cluster/peer/{peer_id}", .store(.admin)),
        Route(.get, "/issues", .store(.read), title: "What could be better: nothing") { _ in
            .result(#"{"issues":[]}"#)
        },
        Route(.delete, "/issues", .store(.admin), title: "Forget what could be better") { _ in
            .result("true")
        },
        Route(.get, "/quotas", .store(.read), title: "Limits of the node: none") { _ in
            .result(#"{"config":{"enabled":false},"usage":{}}"#)
        },
        Route(
            .get,
            "/telemetry",
            .store(.read),
            title: "The program and how many collections there are",
            handler: Telemetry.answer
        ),
    ]

    private static let parts: [Route] = [
        Route(
            .get,
            "/collections/{collection_name}/cluster",
            .collection(.read),
            title: "The one shard of a collection"
        ) { request in
            let info = try request.store.collection(try request.collection())
            let shard = PlainJSON.members([
                "shard_id": .integer(0), "points_count": .count(info.pointCount),
                "state": .text("Active"),
            ])
            return .result(
                PlainJSON.members([
                    "peer_id": .integer(0), "shard_count": .integer(1),
                    "local_shards": .list([shard]), "remote_shards": .list([]),
                    "shard_transfers": .list([]),
                ])
            )
        },
        Route(
            .get,
            "/collections/{collection_name}/shards",
            .collection(.read),
            title: "The shard keys of a collection: none"
        ) { request in
            _ = try request.store.collection(try request.collection())
            return .result(#"{"shard_keys":[]}"#)
        },
        Route(
            .get,
            "/collections/{collection_name}/optimizations",
            .collection(.read),
            title: "What waits to be indexed"
        ) { request in
            let info = try request.store.collection(try request.collection())
            let summary = PlainJSON.members([
                "queued_optimizations": .integer(0), "queued_segments": .integer(0),
                "queued_points": .integer(0), "idle_segments": .count(info.segmentCount),
            ])
            return .result(PlainJSON.members(["running": .list([]), "summary": summary]))
        },
        standalone(.post, "/collections/{collection_name}/cluster", .collection(.admin)),
        standalone(.put, "/collections/{collection_name}/shards", .collection(.admin)),
        standalone(.post, "/collections/{collection_name}/shards/delete", .collection(.admin)),
    ]

    /// A route that only a cluster has; whatever body comes is passed over.
    private static func standalone(
        _ method: RequestMethod,
        _ template: String,
        _ access: RouteAccess
    ) -> Route {
        Route(method, template, access, lane: .read, body: .some(.none), title: "Not on one node") {
            _ in
            throw ServerError(405, "Method not allowed: the server runs in standalone mode")
        }
    }
}
