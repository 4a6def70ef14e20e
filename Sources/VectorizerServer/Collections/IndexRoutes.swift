import VectorStore

/// Indexes on fields of payloads.
enum IndexRoutes {
    static let all: [Route] = [
        Route(
            .put,
            CollectionRoutes.path + "/index",
            .collection(.admin),
            isAdministrative: true,
            title: "Make an index on a field of payloads",
            handler: create
        ),
        Route(
            .delete,
            CollectionRoutes.path + "/index/{field_name}",
            .collection(.admin),
            isAdministrative: true,
            title: "Remove an index on a field of payloads",
            handler: delete
        ),
    ]

    private static func create(_ request: RouteRequest) throws -> RouteAnswer {
        let waits = try request.parameters().waits
        let wanted = try CreateIndexRequest(request.json())
        let name = try request.collection()
        let info = try request.store.collection(name)
        if let field = engineField(wanted), !info.indexedFields.contains(field) {
            _ = try request.store.createIndex(on: field, in: name)
        }
        let note = CollectionFacts.note(ofIndexOn: wanted.field, wanted)
        return .update(try request.store.notes.set(note, of: name), waits: waits)
    }

    /// The field that the engine's own index is about; nil where that would answer nothing.
    private static func engineField(_ wanted: CreateIndexRequest) -> String? {
        switch wanted.kind {
        case .keyword, .integer, .float, .bool, .uuid: wanted.path.fieldPath?.description
        case .datetime, .geo, .text: nil
        }
    }

    private static func delete(_ request: RouteRequest) throws -> RouteAnswer {
        let waits = try request.parameters().waits
        let field = request.path("field_name")
        let name = try request.collection()
        let info = try request.store.collection(name)
        if let path = PayloadPath(field)?.fieldPath?.description,
            info.indexedFields.contains(path)
        {
            try request.store.dropIndex(on: path, in: name)
        }
        let note = CollectionFacts.note(ofIndexOn: field, nil)
        return .update(try request.store.notes.set(note, of: name), waits: waits)
    }
}

extension RouteAnswer {
    /// The answer to a change of points.
    ///
    /// - Parameters:
    ///   - sequence: the commit sequence.
    ///   - waits: whether the request has waited for the change, as all do here.
    /// - Returns: the answer.
    static func update(_ sequence: UInt64, waits: Bool?) -> RouteAnswer {
        .result(updateResult(sequence, waits: waits))
    }

    /// What is told of one change.
    static func updateResult(_ sequence: UInt64, waits: Bool?) -> String {
        let status = waits == true ? "completed" : "acknowledged"
        return #"{"operation_id":\#(sequence),"status":"\#(status)"}"#
    }
}
