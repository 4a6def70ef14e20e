import VectorStore

/// Making, changing, showing and removing collections.
enum CollectionRoutes {
    static let all: [Route] = [
        Route(.get, "/collections", .anyKey, title: "List collections", handler: list),
        Route(.get, path, .collection(.read), title: "Show a collection") { request in
            .result(try CollectionAnswer.info(request))
        },
        Route(
            .put,
            path,
            .collection(.admin),
            isAdministrative: true,
            title: "Make a collection",
            handler: create
        ),
        Route(
            .patch,
            path,
            .collection(.admin),
            isAdministrative: true,
            title: "Change the settings of a collection",
            handler: update
        ),
        Route(
            .delete,
            path,
            .collection(.admin),
            isAdministrative: true,
            title: "Remove a collection",
            handler: delete
        ),
        Route(.get, path + "/exists", .collection(.read), title: "Whether there is a collection") {
            .result(#"{"exists":\#(try exists($0))}"#)
        },
    ]

    /// The path of one collection.
    static let path = "/collections/{collection_name}"

    private static func list(_ request: RouteRequest) throws -> RouteAnswer {
        let names = try request.store.collections().map(\.name).filter(request.caller.mayKnow)
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("collections")
            writer.array { writer in
                for name in names {
                    writer.object { writer in
                        writer.name("name")
                        writer.value(name.text)
                    }
                }
            }
        }
        return .result(writer.bytes)
    }

    private static func exists(_ request: RouteRequest) throws -> Bool {
        do throws(VectorStoreError) {
            _ = try request.store.aliases.collectionName(
                resolving: CollectionName(request.path(RouteRequest.collectionParameter))
            )
            return true
        } catch .collection(.notFound), .collection(.invalidName) {
            return false
        }
    }

    private static func create(_ request: RouteRequest) throws -> RouteAnswer {
        _ = try request.parameters()
        let name = try CollectionName(request.path(RouteRequest.collectionParameter))
        let wanted = try CreateCollectionRequest(request.json(), limits: request.requestLimits)
        var fields: [VectorField] = []
        for field in wanted.dense where !field.name.isEmpty {
            fields.append(
                try VectorField(field.name, .dense(configuration(field, wanted.graph)))
            )
        }
        for field in wanted.sparse { fields.append(try VectorField(field.name, .sparse)) }
        try request.store.createCollection(
            name,
            unnamed: wanted.dense.first { $0.name.isEmpty }
                .map { field throws in try configuration(field, wanted.graph) },
            fields: fields,
            notes: CollectionFacts(wanted).all
        )
        return .result("true")
    }

    private static func configuration(
        _ field: DenseFieldRequest,
        _ usual: GraphRequest
    ) throws -> CollectionConfiguration {
        let links = field.graph.neighbourCount ?? usual.neighbourCount ?? 16
        let ef = field.graph.constructionEF ?? usual.constructionEF ?? 200
        return try CollectionConfiguration(
            dimension: field.dimension,
            metric: metric(field.distance),
            // Any number is told again; the index takes the nearest that it can be built with.
            linkCount: min(
                max(links, Limits.linkCounts.lowerBound),
                Limits.linkCounts.upperBound
            ),
            efConstruction: min(
                max(ef, Limits.constructionEFs.lowerBound),
                Limits.constructionEFs.upperBound
            )
        )
    }

    private static func metric(_ distance: DenseFieldRequest.Distance) throws -> Metric {
        switch distance {
        case .cosine: .cosine
        case .euclid: .euclidean
        case .dot: .dot
        case .manhattan: throw RequestError.unsupported("Manhattan distances")
        }
    }

    private static func update(_ request: RouteRequest) throws -> RouteAnswer {
        _ = try request.parameters()
        let name = try request.collection()
        let change = try UpdateCollectionRequest(request.json())
        let known = try request.store.collection(name).vectorNames
        for field in change.dense.map(\.name) + change.sparse.map(\.name)
        where !known.contains(field) {
            throw VectorStoreError.collection(
                .fieldNotFound(field: field, collection: name.text)
            )
        }
        let facts = CollectionFacts(try request.store.notes.all(of: name))
        try request.store.notes.set(try facts.changed(by: change), of: name)
        return .result("true")
    }

    private static func delete(_ request: RouteRequest) throws -> RouteAnswer {
        _ = try request.parameters()
        let name = try CollectionName(request.path(RouteRequest.collectionParameter))
        do throws(VectorStoreError) {
            try request.store.dropCollection(name)
            return .result("true")
        } catch .collection(.notFound) {
            return .result("false")
        }
    }
}
