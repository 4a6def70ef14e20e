import VectorStore

/// Other names of collections.
enum AliasRoutes {
    static let all: [Route] = [
        Route(.get, "/aliases", .anyKey, title: "List aliases") { request in
            .result(list(try request.store.aliases.all(), request))
        },
        Route(
            .get,
            CollectionRoutes.path + "/aliases",
            .collection(.read),
            title: "List the aliases of a collection"
        ) { request in
            let name = try request.collection()
            _ = try request.store.collection(name)
            return .result(
                list(try request.store.aliases.all().filter { $0.collection == name }, request)
            )
        },
        Route(
            .post,
            "/collections/aliases",
            .anyKey,
            lane: .write,
            isAdministrative: true,
            title: "Change aliases together",
            handler: change
        ),
    ]

    private static func list(
        _ aliases: [CollectionAliasInfo],
        _ request: RouteRequest
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("aliases")
            writer.array { writer in
                for alias in aliases where request.caller.mayKnow(alias.collection) {
                    writer.object { writer in
                        writer.name("alias_name")
                        writer.value(alias.name.text)
                        writer.name("collection_name")
                        writer.value(alias.collection.text)
                    }
                }
            }
        }
        return writer.bytes
    }

    private static func change(_ request: RouteRequest) throws -> RouteAnswer {
        _ = try request.parameters()
        let operations = try AliasOperation.list(request.json(), limits: request.requestLimits)
        let changes = try operations.map { try change($0, request) }
        try request.store.aliases.change(changes)
        return .result("true")
    }

    /// A change that the caller may make: of aliases of collections that it manages.
    private static func change(
        _ operation: AliasOperation,
        _ request: RouteRequest
    ) throws -> AliasChange {
        func owned(_ alias: String) throws -> CollectionName {
            let name = try CollectionName(alias)
            let known = try request.store.aliases.all().first { $0.name == name }
            if let known { try request.require(.admin, on: known.collection) }
            return name
        }
        switch operation {
        case .create(let alias, let collection):
            let target = try CollectionName(collection)
            try request.require(.admin, on: target)
            return .create(try owned(alias), of: target)
        case .delete(let alias): return .delete(try owned(alias))
        case .rename(let old, let new): return .rename(try owned(old), to: try owned(new))
        }
    }
}
