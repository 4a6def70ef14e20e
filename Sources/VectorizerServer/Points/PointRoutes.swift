import VectorStore

/// Writing, reading and counting points.
enum PointRoutes {
    private static let path = CollectionRoutes.path + "/points"

    static let all: [Route] =
        changes + [
            Route(
                .post,
                path,
                .collection(.read),
                lane: .read,
                title: "Points by their ids",
                handler: retrieve
            ),
            Route(.get, path + "/{id}", .collection(.read), title: "One point", handler: one),
            Route(
                .post,
                path + "/scroll",
                .collection(.read),
                lane: .read,
                title: "Points in an order, page by page"
            ) { .result(try PointScroll($0).page()) },
            Route(
                .post,
                path + "/count",
                .collection(.read),
                lane: .read,
                title: "The number of points",
                handler: count
            ),
        ]

    private static let changes: [Route] = [
        change(.put, "", "Put points in", UpdateOperation.upsert),
        change(.post, "/delete", "Remove points", UpdateOperation.delete),
        change(.post, "/payload", "Merge into payloads", UpdateOperation.setPayload),
        change(.put, "/payload", "Replace payloads", UpdateOperation.overwritePayload),
        change(.post, "/payload/delete", "Remove keys of payloads", UpdateOperation.deletePayload),
        change(.post, "/payload/clear", "Empty payloads", UpdateOperation.clearPayload),
        change(.put, "/vectors", "Give points other vectors", UpdateOperation.updateVectors),
        change(.post, "/vectors/delete", "Take vectors away", UpdateOperation.deleteVectors),
        Route(
            .post,
            path + "/batch",
            .collection(.write),
            title: "Several changes",
            handler: batch
        ),
    ]

    private typealias Reading =
        @Sendable (JSONElement, RequestLimits) throws(RequestError) -> UpdateOperation

    private static func change(
        _ method: RequestMethod,
        _ end: String,
        _ title: String,
        _ read: @escaping Reading
    ) -> Route {
        Route(method, path + end, .collection(.write), title: title) { request in
            let waits = try request.parameters().waits
            let operation = try read(request.json(), request.requestLimits)
            return .update(try apply([operation], request), waits: waits)
        }
    }

    private static func batch(_ request: RouteRequest) throws -> RouteAnswer {
        let waits = try request.parameters().waits
        let operations = try UpdateOperation.batch(request.json(), limits: request.requestLimits)
        let sequence = try apply(operations, request)
        let results = operations.map { _ in RouteAnswer.updateResult(sequence, waits: waits) }
        return .result("[" + results.joined(separator: ",") + "]")
    }

    /// Makes changes together, or none of them.
    private static func apply(
        _ operations: [UpdateOperation],
        _ request: RouteRequest
    ) throws -> UInt64 {
        let name = try request.collection()
        let changes = try request.store.withReader(of: name) { reader in
            let update = PointUpdate(request.server, in: reader)
            return try operations.flatMap { try update.operations($0) }
        }
        return try request.store.apply(changes, to: name)
    }

    // MARK: Reading

    private static func retrieve(_ request: RouteRequest) throws -> RouteAnswer {
        _ = try request.parameters()
        let wanted = try RetrieveRequest(request.json(), limits: request.requestLimits)
        return try request.withCollection { reader in
            let answer = try PointAnswer(of: reader, wanted.payload, wanted.vectors)
            let ids = try wanted.ids.map { try request.server.wireIDs.pointID($0, in: reader) }
            var points: [StoredPoint] = []
            _ = try reader.forEachPoint(withIDs: ids) { points.append($0) }
            var writer = JSONWriter()
            try writer.array { writer in
                for point in points { try answer.write(point, to: &writer) }
            }
            return .result(writer.bytes)
        }
    }

    private static func one(_ request: RouteRequest) throws -> RouteAnswer {
        _ = try request.parameters()
        let text = request.path("id")
        guard let id = RequestPointID(path: text) else {
            throw ServerError(400, "Wrong input: Can not recognize \"\(text)\" as point id")
        }
        return try request.withCollection { reader in
            let known = try request.server.wireIDs.pointID(id, in: reader)
            var found: StoredPoint?
            _ = try reader.forEachPoint(withIDs: [known]) { found = $0 }
            guard let found else { throw ServerError.notFound("No point with id \(id.text) found") }
            var writer = JSONWriter()
            try PointAnswer(of: reader, .all, .all).write(found, to: &writer)
            return .result(writer.bytes)
        }
    }

    private static func count(_ request: RouteRequest) throws -> RouteAnswer {
        _ = try request.parameters()
        let wanted = try CountRequest(request.json(), limits: request.requestLimits)
        let count = try request.withCollection { reader in
            try reader.count(request.server.wireIDs.filter(wanted.filter, in: reader))
        }
        return .result(#"{"count":\#(count)}"#)
    }
}
