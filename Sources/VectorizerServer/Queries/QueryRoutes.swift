import VectorStore

/// Finding points: queries, alone, in batches and in groups, and the values that points have.
enum QueryRoutes {
    private static let path = CollectionRoutes.path + "/points"

    static let all: [Route] = [
        read("/query", "A query") { request, body, limits in
            try one(QueryRequest(body, limits: limits), request, isEnvelope: true)
        },
        read("/query/batch", "Several queries") { request, body, limits in
            let searches = try BatchRequest.searches(body, limits: limits) {
                element throws(RequestError) in try QueryRequest(element, limits: limits)
            }
            return try several(searches, request, isEnvelope: true)
        },
        read("/query/groups", "A query whose answer is in groups") { request, body, limits in
            try groups(GroupsRequest(body, limits: limits), request)
        },
        read("/search", "A search, for older clients") { request, body, limits in
            try one(QueryRequest(older: body, limits: limits), request, isEnvelope: false)
        },
        read("/search/batch", "Several searches, for older clients") { request, body, limits in
            try older(request, body, limits)
        },
        read("/search/groups", "A search in groups, for older clients") { request, body, limits in
            try groups(GroupsRequest(older: body, limits: limits), request)
        },
        read("/recommend", "A recommendation, for older clients") { request, body, limits in
            try one(QueryRequest(older: body, limits: limits), request, isEnvelope: false)
        },
        read("/recommend/batch", "Several recommendations, for older clients") {
            request,
            body,
            limits in try older(request, body, limits)
        },
        read("/recommend/groups", "A recommendation in groups, for older clients") {
            request,
            body,
            limits in
            try groups(GroupsRequest(older: body, limits: limits), request)
        },
        read("/search/matrix/pairs", "How near points are to each other, in pairs") {
            request,
            body,
            limits in
            try matrix(MatrixRequest(body, limits: limits), request).pairs
        },
        read("/search/matrix/offsets", "How near points are to each other, in columns") {
            request,
            body,
            limits in
            try matrix(MatrixRequest(body, limits: limits), request).offsets
        },
        Route(
            .post,
            CollectionRoutes.path + "/facet",
            .collection(.read),
            lane: .read,
            title: "The values of a key, with the number of points",
            handler: facet
        ),
    ]

    private static func read(
        _ end: String,
        _ title: String,
        _ answer: @escaping @Sendable (RouteRequest, JSONElement, RequestLimits) throws -> [UInt8]
    ) -> Route {
        Route(.post, path + end, .collection(.read), lane: .read, title: title) { request in
            _ = try request.parameters()
            return .result(try answer(request, request.json(), request.requestLimits))
        }
    }

    private static func one(
        _ query: QueryRequest,
        _ request: RouteRequest,
        isEnvelope: Bool
    ) throws -> [UInt8] {
        try request.withCollection { reader in
            var writer = JSONWriter(capacity: 2048)
            try write(query, QueryRun(reader, request), isEnvelope, to: &writer)
            return writer.bytes
        }
    }

    private static func matrix(
        _ wanted: MatrixRequest,
        _ request: RouteRequest
    ) throws -> DistanceMatrix {
        try request.withCollection { reader in
            try DistanceMatrix(wanted, QueryRun(reader, request))
        }
    }

    private static func several(
        _ queries: [QueryRequest],
        _ request: RouteRequest,
        isEnvelope: Bool
    ) throws -> [UInt8] {
        try request.withCollection { reader in
            let run = QueryRun(reader, request)
            var writer = JSONWriter(capacity: 2048)
            try writer.array { writer in
                for query in queries { try write(query, run, isEnvelope, to: &writer) }
            }
            return writer.bytes
        }
    }

    private static func older(
        _ request: RouteRequest,
        _ body: JSONElement,
        _ limits: RequestLimits
    ) throws -> [UInt8] {
        let searches = try BatchRequest.searches(body, limits: limits) {
            element throws(RequestError) in try QueryRequest(older: element, limits: limits)
        }
        return try several(searches, request, isEnvelope: false)
    }

    /// Appends the answer to a query: its points, for newer clients in an object.
    private static func write(
        _ query: QueryRequest,
        _ run: QueryRun,
        _ isEnvelope: Bool,
        to writer: inout JSONWriter
    ) throws {
        let answer = try PointAnswer(of: run.reader, query.payload, query.vectors)
        let hits = try run.hits(query)
        guard isEnvelope else { return try write(hits, run, answer, to: &writer) }
        try writer.object { writer in
            writer.name("points")
            try write(hits, run, answer, to: &writer)
        }
    }

    private static func write(
        _ hits: [QueryHit],
        _ run: QueryRun,
        _ answer: PointAnswer,
        to writer: inout JSONWriter
    ) throws {
        let points = try run.points(hits)
        try writer.array { writer in
            for (hit, point) in zip(hits, points) {
                try answer.write(point, score: hit.score, order: hit.order, to: &writer)
            }
        }
    }

    // MARK: Groups

    private static func groups(_ wanted: GroupsRequest, _ request: RouteRequest) throws -> [UInt8] {
        try request.withCollection { reader in
            let run = QueryRun(reader, request)
            let answer = try PointAnswer(of: reader, wanted.query.payload, wanted.query.vectors)
            let groups = try groups(wanted, run)
            let lookups = try wanted.lookup.map { try run.points(of: groups.map(\.key), $0) }
            var writer = JSONWriter()
            try writer.object { writer in
                writer.name("groups")
                try writer.array { writer in
                    for (place, group) in groups.enumerated() {
                        try write(group, answer, lookup: lookups?[place], to: &writer)
                    }
                }
            }
            return writer.bytes
        }
    }

    /// Points are read until the groups are full, or there are no more.
    private static func groups(
        _ wanted: GroupsRequest,
        _ run: QueryRun
    ) throws -> [PointGroups<(hit: QueryHit, point: StoredPoint)>.Group] {
        let all = max(1, run.reader.info.pointCount)
        var step = QueryStep(wanted.query)
        let groupCount = wanted.query.limit
        var count = min(all, max(64, groupCount * wanted.groupSize * 4))
        while true {
            step.limit = count
            // What the prefetches find must fill the groups.
            step.prefetches = wanted.query.prefetches.map {
                $0.widened(by: wanted.groupSize, least: count)
            }
            var groups = PointGroups<(hit: QueryHit, point: StoredPoint)>(
                groupSize: wanted.groupSize
            )
            let hits = try run.hits(step)
            for (hit, point) in zip(hits, try run.points(hits)) {
                let values = try DocumentValue.all(
                    at: wanted.key.steps,
                    in: point.payload.span
                )
                groups.add((hit, point), values)
            }
            let isAll = count >= all || (hits.count < count && step.prefetches.isEmpty)
            if isAll || groups.isComplete(groupCount) { return groups.best(groupCount) }
            count = min(all, count * 4)
        }
    }

    private static func write(
        _ group: PointGroups<(hit: QueryHit, point: StoredPoint)>.Group,
        _ answer: PointAnswer,
        lookup: [UInt8]?,
        to writer: inout JSONWriter
    ) throws {
        try writer.object { writer in
            writer.name("hits")
            try writer.array { writer in
                for (hit, point) in group.points {
                    try answer.write(point, score: hit.score, to: &writer)
                }
            }
            writer.name("id")
            switch group.key {
            case .integer(let integer): writer.value(integer)
            case .text(let text): writer.value(text)
            }
            guard let lookup else { return }
            writer.name("lookup")
            writer.raw(lookup.span)
        }
    }

    // MARK: Facets

    private static func facet(_ request: RouteRequest) throws -> RouteAnswer {
        _ = try request.parameters()
        let wanted = try FacetRequest(request.json(), limits: request.requestLimits)
        let name = try request.collection()
        let facts = CollectionFacts(try request.store.notes.all(of: name))
        let index = try facts.indexes().first { PayloadPath($0.field) == wanted.key }
        guard let kind = index?.kind, ["keyword", "integer", "bool", "uuid"].contains(kind) else {
            throw RequestError.badRequest(
                "No appropriate index for faceting: `\(FilterField.payload(wanted.key.steps))`. "
                    + "Please create one to facet on this field."
            )
        }
        var counter = FacetCounter(areUUIDs: kind == "uuid")
        try request.store.withReader(of: name) { reader in
            let filter = try request.server.wireIDs.filter(wanted.filter, in: reader)
            try reader.forEachPoint(filter: filter) { point in
                counter.add(
                    try DocumentValue.all(at: wanted.key.steps, in: point.payload.span)
                )
                return true
            }
        }
        return .result(facets(counter.hits(wanted.limit)))
    }

    private static func facets(_ hits: [FacetCounter.Hit]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("hits")
            writer.array { writer in
                for hit in hits {
                    writer.object { writer in
                        writer.name("value")
                        switch hit.value {
                        case .boolean(let boolean): writer.value(boolean)
                        case .integer(let integer): writer.value(integer)
                        case .text(let text): writer.value(text)
                        }
                        writer.name("count")
                        writer.value(hit.count)
                    }
                }
            }
        }
        return writer.bytes
    }
}
