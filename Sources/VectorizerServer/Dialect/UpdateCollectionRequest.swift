import VectorStore

/// A change of a collection's settings: the body of `PATCH /collections/{c}`.
package struct UpdateCollectionRequest: Equatable, Sendable {
    /// By the names of the fields, what is to be told of them and how graphs are to be built.
    package let dense: [FieldChange]
    package let sparse: [SparseFieldRequest]
    package let graph: GraphRequest
    package let settings: EchoedSettings

    /// A change of one field.
    package struct FieldChange: Equatable, Sendable {
        package let name: String
        package let graph: GraphRequest
        /// What was given, without blanks.
        package let json: [UInt8]
    }

    /// Reads a request.
    package init(_ body: JSONElement) throws(RequestError) {
        try body.object()
        var dense: [FieldChange] = []
        for (name, value) in try body.optional("vectors")?.object().members ?? [] {
            let graph = try GraphRequest(try value.object().optional("hnsw_config"))
            dense.append(FieldChange(name: name, graph: graph, json: value.minified))
        }
        self.dense = dense
        var sparse: [SparseFieldRequest] = []
        for (name, value) in try body.optional("sparse_vectors")?.object().members ?? [] {
            try SparseFieldRequest.check(value)
            sparse.append(SparseFieldRequest(name: name, json: value.minified))
        }
        self.sparse = sparse
        graph = try GraphRequest(body.optional("hnsw_config"))
        settings = try EchoedSettings(of: body)
    }
}

/// One change of the names that collections also have: `POST /collections/aliases`.
package enum AliasOperation: Equatable, Sendable {
    case create(alias: String, collection: String)
    case delete(alias: String)
    case rename(from: String, to: String)

    /// Reads all changes of a request, to be made together.
    package static func list(
        _ body: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> [AliasOperation] {
        let actions = try body.object().required("actions")
        let count = try actions.array().count
        guard count <= limits.batchCount else {
            throw .validation(
                "actions",
                "\(count) actions in one request, at most \(limits.batchCount) are allowed"
            )
        }
        return try actions.list { action throws(RequestError) in try one(action) }
    }

    private static func one(_ element: JSONElement) throws(RequestError) -> AliasOperation {
        if let create = try element.object().optional("create_alias") {
            return .create(
                alias: try create.object().required("alias_name").requireString(),
                collection: try create.required("collection_name").requireString()
            )
        }
        if let delete = element.optional("delete_alias") {
            return .delete(alias: try delete.object().required("alias_name").requireString())
        }
        if let rename = element.optional("rename_alias") {
            return .rename(
                from: try rename.object().required("old_alias_name").requireString(),
                to: try rename.required("new_alias_name").requireString()
            )
        }
        throw .format("no kind of action is named", at: element)
    }
}

/// A new index on a field of payloads: the body of `PUT …/index`.
package struct CreateIndexRequest: Equatable, Sendable {
    /// What an index is for.
    package enum Kind: String, CaseIterable, Sendable {
        case keyword, integer, float, bool, datetime, uuid, geo, text
    }

    package let path: PayloadPath
    /// The path as it was written.
    package let field: String
    package let kind: Kind
    /// The parameters, without blanks; nil where only the kind was given.
    package let parameters: [UInt8]?

    /// Reads a request.
    package init(_ body: JSONElement) throws(RequestError) {
        let name = try body.object().required("field_name")
        path = try PayloadPath(name)
        field = try name.requireString()
        let schema = body.optional("field_schema") ?? body.optional("field_type")
        guard let schema else { throw .badRequest("field_schema or field_type must be given") }
        guard schema.kind != .string else {
            (kind, parameters) = (try schema.requireWord(Kind.self), nil)
            return
        }
        kind = try schema.object().required("type").requireWord(Kind.self)
        try Self.check(schema)
        parameters = schema.minified
    }

    private static func check(_ schema: JSONElement) throws(RequestError) {
        for name in ["is_tenant", "on_disk", "is_principal", "lowercase", "lookup", "range"] {
            _ = try schema.optional(name)?.requireBoolean()
        }
        let off = ["lookup", "range"].allSatisfy { schema.optional($0)?.boolean == false }
        guard !off else {
            throw .validation(
                "field_schema",
                "Validation error: the 'lookup' and 'range' capabilities can't be both disabled"
            )
        }
    }
}

/// Where a snapshot is to be read from: the body of `PUT …/snapshots/recover`.
package struct RecoverRequest: Equatable, Sendable {
    package let location: String
    /// The SHA-256 that the snapshot must have, in lower case.
    package let checksum: String?

    /// Reads a request.
    package init(_ body: JSONElement) throws(RequestError) {
        location = try body.object().required("location").requireString()
        checksum = try body.optional("checksum")?.requireString().lowercased()
        _ = try body.optional("priority")?.requireWord(Priority.self)
        _ = try body.optional("api_key")?.requireString()
    }

    private enum Priority: String, CaseIterable {
        case no_sync, snapshot, replica
    }
}
