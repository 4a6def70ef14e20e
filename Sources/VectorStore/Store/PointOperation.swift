/// One change of a collection's points, as a part of several that happen together or not at all.
public enum PointOperation: Sendable {
    /// Puts points in; each takes the place of the point with its id.
    case put([FieldPoint], if: ChangeCondition = .none)
    /// Gives points other vectors in some fields; their payloads are not looked at.
    case setVectors([FieldPoint], if: ChangeCondition = .none)
    /// Takes vectors from points; "" is the unnamed field.
    case removeVectors(of: PointSelection, fields: [String])
    /// Removes points with all they have; ids that are not there are no error.
    case remove(PointSelection)
    /// Changes payloads; the closure takes a payload and returns what takes its place, both
    /// minified JSON objects.
    case changePayloads(of: PointSelection, by: @Sendable ([UInt8]) throws -> [UInt8])

    /// Whether others may wait for its commit.
    var isShort: Bool {
        switch self {
        case .put(let points, let condition), .setVectors(let points, let condition):
            points.count <= PointSelection.sharedCountMax && condition.filter == nil
        case .removeVectors(let selection, _), .remove(let selection),
            .changePayloads(let selection, _):
            selection.isShort
        }
    }

    /// Does it.
    ///
    /// - Throws: what is wrong with it; the transaction must then be undone.
    func apply(to writer: PointWriter) throws {
        switch self {
        case .put(let points, let condition):
            try writer.put(writer.chosen(points, condition))
        case .setVectors(let points, let condition):
            try writer.setVectors(writer.chosen(points, condition))
        case .removeVectors(let selection, let fields):
            try writer.removeVectors(
                ofPointsWithKeys: writer.keys(of: selection).keys,
                in: fields
            )
        case .remove(let selection): try writer.remove(keys: writer.keys(of: selection).keys)
        case .changePayloads(let selection, let change):
            let found = try writer.keys(of: selection)
            guard found.missing.isEmpty else {
                throw VectorStoreError.point(.notFound(found.missing, row: nil))
            }
            _ = try writer.changePayloads(keys: found.keys, change)
        }
    }
}

extension Store {
    /// Changes points of a collection: all of it, in order and durably, or nothing.
    ///
    /// - Parameters:
    ///   - operations: the changes, each of which sees what those before it did.
    ///   - name: the collection.
    /// - Returns: the commit sequence of the change, or of the store when nothing changed.
    /// - Throws: `CollectionError.notFound`, `.fieldNotFound`, `.wrongFieldKind`,
    ///   `PointError.invalidVector`, `.notFound`, `.payloadTooLarge`, `.busy`, `.cancelled`, and
    ///   system errors. Then nothing is changed.
    @discardableResult
    public func apply(
        _ operations: [PointOperation],
        to name: CollectionName
    ) throws(VectorStoreError) -> UInt64 {
        let isShort = operations.count <= 16 && operations.allSatisfy(\.isShort)
        return try change(
            name,
            checkpoint: .whenLarge,
            isShared: isShort,
            isCancellable: !isShort
        ) { writer in
            // Points without a vector are nothing that earlier programs know.
            try writer.prepareForFields()
            for operation in operations { try operation.apply(to: writer) }
            return { $0 }
        }
    }
}
