import VectorStore

/// Turns the changes of a request into the engine's.
struct PointUpdate {
    private let server: ServerState
    private let reader: CollectionReader

    /// Takes the collection, whose points the ids of the request are looked up in.
    init(_ server: ServerState, in reader: CollectionReader) {
        self.server = server
        self.reader = reader
    }

    /// The engine's changes for one of a request.
    ///
    /// - Throws: the catalog's errors, while ids are looked up.
    func operations(_ operation: UpdateOperation) throws -> [PointOperation] {
        switch operation {
        case .upsert(let points, let condition):
            let points = try points.map { try point($0.id, $0.vectors, $0.payload) }
            return [.put(points, if: try change(condition))]
        case .updateVectors(let points, let condition):
            let points = try points.map { try point($0.id, $0.vectors, []) }
            return [.setVectors(points, if: try change(condition))]
        case .delete(let choice): return [.remove(try selection(choice))]
        case .deleteVectors(let fields, let choice):
            try checkFields(fields)
            return [.removeVectors(of: try selection(choice), fields: fields)]
        case .setPayload(let object, let path, let choice):
            let steps = path?.steps ?? []
            return [
                .changePayloads(of: try selection(choice)) { payload in
                    try DocumentEditing.set(object.span, at: steps, in: payload.span)
                }
            ]
        case .overwritePayload(let object, let choice):
            return [.changePayloads(of: try selection(choice)) { _ in object }]
        case .deletePayload(let paths, let choice):
            return [
                .changePayloads(of: try selection(choice)) { payload in
                    try paths.reduce(payload) { payload, path in
                        try DocumentEditing.removing(path.steps, from: payload.span)
                    }
                }
            ]
        case .clearPayload(let choice):
            return [.changePayloads(of: try selection(choice)) { _ in Array("{}".utf8) }]
        }
    }

    private func point(
        _ id: RequestPointID,
        _ vectors: RequestVectors,
        _ payload: [UInt8]
    ) throws -> FieldPoint {
        FieldPoint(
            id: try server.wireIDs.pointID(id, in: reader),
            payload: payload,
            vectors: try vectors.fields.map {
                NamedVector($0.name, try FieldVector($0.vector))
            }
        )
    }

    private func change(_ condition: UpdateCondition) throws -> ChangeCondition {
        ChangeCondition(
            filter: try server.wireIDs.filter(condition.filter, in: reader),
            changesKnown: condition.mode != .insertOnly,
            addsNew: condition.mode != .updateOnly
        )
    }

    private func selection(_ choice: PointChoice) throws -> PointSelection {
        switch choice {
        case .ids(let ids):
            .ids(try ids.map { try server.wireIDs.pointID($0, in: reader) })
        case .filter(let filter):
            .filter(try server.wireIDs.filter(filter, in: reader) ?? PointFilter(.and([])))
        }
    }

    private func checkFields(_ names: [String]) throws {
        let known = reader.info.vectorNames
        for name in names where !known.contains(name) {
            throw VectorStoreError.collection(
                .fieldNotFound(field: name, collection: reader.info.name.text)
            )
        }
    }
}

extension FieldVector {
    /// The vector of a request.
    ///
    /// - Throws: ``SparseVectorError``, which its reader has found already.
    init(_ vector: RequestVector) throws {
        switch vector {
        case .dense(let components): self = .dense(components)
        case .sparse(let indices, let values):
            self = .sparse(try SparseVector(indices: indices, values: values))
        }
    }
}
