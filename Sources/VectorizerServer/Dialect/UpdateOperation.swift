/// A point as a request gives it.
package struct RequestPoint: Equatable, Sendable {
    package let id: RequestPointID
    package let vectors: RequestVectors
    /// A JSON object without blanks.
    package let payload: [UInt8]

    /// Takes the parts of a point.
    package init(id: RequestPointID, vectors: RequestVectors, payload: [UInt8]) {
        self.id = id
        self.vectors = vectors
        self.payload = payload
    }
}

/// New vectors of a point that is there.
package struct PointVectors: Equatable, Sendable {
    package let id: RequestPointID
    package let vectors: RequestVectors

    /// Takes the parts.
    package init(id: RequestPointID, vectors: RequestVectors) {
        self.id = id
        self.vectors = vectors
    }
}

/// A change of points, alone or one of a batch.
package enum UpdateOperation: Equatable, Sendable {
    case upsert([RequestPoint], if: UpdateCondition = UpdateCondition())
    case delete(PointChoice)
    /// Merges an object into the payload, or into what lies at a path in it.
    case setPayload([UInt8], at: PayloadPath?, PointChoice)
    /// Replaces the payload.
    case overwritePayload([UInt8], PointChoice)
    case deletePayload([PayloadPath], PointChoice)
    case clearPayload(PointChoice)
    case updateVectors([PointVectors], if: UpdateCondition = UpdateCondition())
    /// Deletes the vectors of these fields.
    case deleteVectors([String], PointChoice)
}

// MARK: - Bodies

extension UpdateOperation {
    /// Reads points, or columns of points in `batch`: the body of `PUT …/points`.
    package static func upsert(
        _ body: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> UpdateOperation {
        let condition = try UpdateCondition(try body.object(), limits: limits)
        if let batch = body.optional("batch") {
            return .upsert(try ColumnReader.points(batch, limits: limits), if: condition)
        }
        let points = try body.required("points")
        try check(points, limits)
        return .upsert(
            try points.list { point throws(RequestError) in
                let id = try RequestPointID(try point.object().required("id"))
                let vectors = try RequestVectors(try point.required("vector"))
                let payload = try payload(point.optional("payload"), limits)
                return RequestPoint(id: id, vectors: vectors, payload: payload)
            },
            if: condition
        )
    }

    /// Reads which points to delete: the body of `POST …/points/delete`.
    package static func delete(
        _ body: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> UpdateOperation {
        .delete(try PointChoice(try body.object(), limits: limits))
    }

    /// Reads what to merge into payloads: the body of `POST …/points/payload`.
    package static func setPayload(
        _ body: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> UpdateOperation {
        let element = try body.object().required("payload")
        let payload = try payload(element, limits)
        let path = try path(body)
        guard (path?.steps.count ?? 0) + element.depth <= JSONDocument.depthMax else {
            throw .format("the payload would nest too deep at its key", at: element)
        }
        return .setPayload(payload, at: path, try PointChoice(body, limits: limits))
    }

    /// Reads what to replace payloads by: the body of `PUT …/points/payload`.
    package static func overwritePayload(
        _ body: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> UpdateOperation {
        let payload = try payload(try body.object().required("payload"), limits)
        return .overwritePayload(payload, try PointChoice(body, limits: limits))
    }

    /// Reads which keys to delete: the body of `POST …/points/payload/delete`.
    package static func deletePayload(
        _ body: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> UpdateOperation {
        let keys = try body.object().required("keys")
        let paths = try keys.list { key throws(RequestError) in try PayloadPath(key) }
        return .deletePayload(paths, try PointChoice(body, limits: limits))
    }

    /// Reads whose payload to delete: the body of `POST …/points/payload/clear`.
    package static func clearPayload(
        _ body: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> UpdateOperation {
        .clearPayload(try PointChoice(try body.object(), limits: limits))
    }

    /// Reads vectors of points: the body of `PUT …/points/vectors`.
    package static func updateVectors(
        _ body: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> UpdateOperation {
        let condition = try UpdateCondition(try body.object(), limits: limits)
        let points = try body.required("points")
        try check(points, limits)
        guard points.count > 0 else {
            throw .validation(points.path(), "length 0 invalid, must be 1 or larger")
        }
        return .updateVectors(
            try points.list { point throws(RequestError) in
                let id = try RequestPointID(try point.object().required("id"))
                let vector = try point.required("vector")
                let vectors = try RequestVectors(vector)
                guard !vectors.fields.isEmpty else {
                    throw .validation(vector.path(), "must specify vectors to update for point")
                }
                return PointVectors(id: id, vectors: vectors)
            },
            if: condition
        )
    }

    /// Reads which vectors to delete: the body of `POST …/points/vectors/delete`.
    package static func deleteVectors(
        _ body: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> UpdateOperation {
        let given = try body.object().optional("vector") ?? body.optional("vectors")
        guard let element = given else { throw .format("missing field `vector`", at: body) }
        let names = try element.list { name throws(RequestError) in try name.requireString() }
        guard !names.isEmpty else {
            throw .validation("vector", "must specify vector names to delete")
        }
        return .deleteVectors(names, try PointChoice(body, limits: limits))
    }

    // MARK: Parts

    private static func check(
        _ points: JSONElement,
        _ limits: RequestLimits
    ) throws(RequestError) {
        let count = try points.array().count
        guard count <= limits.pointCount else {
            throw .validation(
                points.path(),
                "\(count) points in one request, at most \(limits.pointCount) are allowed"
            )
        }
    }

    static func payload(
        _ element: JSONElement?,
        _ limits: RequestLimits
    ) throws(RequestError) -> [UInt8] {
        guard let element, !element.isNull else { return Array("{}".utf8) }
        let payload = try element.object().minified
        guard payload.count <= limits.payloadByteCount else {
            throw .validation(
                element.path(),
                """
                a payload of \(payload.count) bytes, at most \(limits.payloadByteCount) are \
                allowed
                """
            )
        }
        return payload
    }

    private static func path(_ body: JSONElement) throws(RequestError) -> PayloadPath? {
        try body.optional("key").map { key throws(RequestError) in try PayloadPath(key) }
    }
}
