import VectorStore

extension UpdateOperation {
    /// Reads several changes, to be made in this order: the body of `POST …/points/batch`.
    ///
    /// - Parameters:
    ///   - body: the request.
    ///   - limits: how many and how large they may be.
    /// - Returns: the changes.
    /// - Throws: 400 and 422 for the first of them that is wrong.
    package static func batch(
        _ body: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> [UpdateOperation] {
        let operations = try body.object().required("operations")
        let count = try operations.array().count
        guard count <= limits.batchCount else {
            throw .validation(
                "operations",
                "\(count) operations in one request, at most \(limits.batchCount) are allowed"
            )
        }
        return try operations.list { operation throws(RequestError) in
            try one(operation, limits)
        }
    }

    private static func one(
        _ element: JSONElement,
        _ limits: RequestLimits
    ) throws(RequestError) -> UpdateOperation {
        for (name, body) in try element.object().members {
            switch name {
            case "upsert": return try upsert(body, limits: limits)
            case "delete": return try delete(body, limits: limits)
            case "set_payload": return try setPayload(body, limits: limits)
            case "overwrite_payload": return try overwritePayload(body, limits: limits)
            case "delete_payload": return try deletePayload(body, limits: limits)
            case "clear_payload": return try clearPayload(body, limits: limits)
            case "update_vectors": return try updateVectors(body, limits: limits)
            case "delete_vectors": return try deleteVectors(body, limits: limits)
            default: continue
            }
        }
        throw .format("no kind of operation is named", at: element)
    }
}

/// Reads points that are given in columns.
enum ColumnReader {
    static func points(
        _ batch: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> [RequestPoint] {
        let ids = try RequestPointID.list(try batch.object().required("ids"), limits: limits)
        let vectors = try RequestVectors.columns(try batch.required("vectors"), count: ids.count)
        let payloads = try batch.optional("payloads")?.array()
        guard payloads?.count ?? ids.count == ids.count else {
            throw .validation(
                "batch",
                "number of ids and payloads must be equal (\(ids.count) != \(payloads?.count ?? 0))"
            )
        }
        var points: [RequestPoint] = []
        points.reserveCapacity(ids.count)
        for (index, id) in ids.enumerated() {
            let payload = try UpdateOperation.payload(payloads?[index], limits)
            points.append(RequestPoint(id: id, vectors: vectors[index], payload: payload))
        }
        return points
    }
}
