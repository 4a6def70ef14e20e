import VectorStore

/// Pages of points, in the order of their ids or of a value of their payloads.
struct PointScroll {
    private let request: RouteRequest
    private let wanted: ScrollRequest

    /// Reads the request.
    init(_ request: RouteRequest) throws {
        _ = try request.parameters()
        self.request = request
        wanted = try ScrollRequest(request.json(), limits: request.requestLimits)
    }

    /// The `result`: points, and where the next page begins.
    func page() throws -> [UInt8] {
        try request.withCollection { reader in
            let answer = try PointAnswer(of: reader, wanted.payload, wanted.vectors)
            guard let order = wanted.order else { return try page(in: reader, answer) }
            let name = reader.info.name
            let sorting = try PointSorting(order, of: name, request.store)
            let filter = try request.server.wireIDs.filter(wanted.filter, in: reader)
            let points = try sorting.points(in: reader, passing: filter, limit: wanted.limit)
            return try Self.text(next: nil) { writer in
                for (value, point) in points {
                    try answer.write(point, order: value, to: &writer)
                }
            }
        }
    }

    private func page(in reader: CollectionReader, _ answer: PointAnswer) throws -> [UInt8] {
        var points = try IDOrder(reader, request.server.wireIDs).points(
            from: wanted.offset,
            passing: request.server.wireIDs.filter(wanted.filter, in: reader),
            limit: wanted.limit + 1
        )
        let next = points.count > wanted.limit ? points.removeLast() : nil
        return try Self.text(next: next.map { RequestPointID($0.id) }) { writer in
            for point in points { try answer.write(point, to: &writer) }
        }
    }

    private static func text(
        next: RequestPointID?,
        _ points: (inout JSONWriter) throws -> Void
    ) throws -> [UInt8] {
        var writer = JSONWriter()
        try writer.object { writer in
            writer.name("points")
            try writer.array(points)
            writer.name("next_page_offset")
            if let next { writer.value(next) } else { writer.null() }
        }
        return writer.bytes
    }
}

/// Points in the order of their ids: numbers, then UUIDs.
struct IDOrder {
    private let reader: CollectionReader
    private let wireIDs: PointWireIDs

    /// Takes a collection.
    init(_ reader: CollectionReader, _ wireIDs: PointWireIDs) {
        self.reader = reader
        self.wireIDs = wireIDs
    }

    /// Some points in their order.
    ///
    /// - Parameters:
    ///   - first: the id to begin with, or the first behind it.
    ///   - filter: which points.
    ///   - limit: how many at most.
    /// - Returns: the points.
    /// - Throws: the catalog's errors, `.corrupt`.
    /// - Complexity: O(points).
    func points(
        from first: RequestPointID?,
        passing filter: PointFilter?,
        limit: Int
    ) throws -> [StoredPoint] {
        var points: [StoredPoint] = []
        func read(_ form: IDForm, from text: String?) throws {
            try reader.forEachPoint(
                of: form,
                filter: filter,
                from: text,
                limit: limit - points.count
            ) {
                points.append($0)
                return true
            }
        }
        switch first {
        case nil: try read(.number, from: nil)
        case .number: try read(.number, from: first?.text)
        case .uuid: break
        }
        guard points.count < limit else { return points }
        let start: RequestPointID? = if case .uuid = first { first } else { nil }
        let numberCount = points.count
        try read(.uuid, from: start?.text)
        return try points[..<numberCount]
            + merged(points[numberCount...], start, filter, limit - numberCount)
    }

    /// UUIDs together with points that are only called by UUIDs.
    private func merged(
        _ uuids: ArraySlice<StoredPoint>,
        _ start: RequestPointID?,
        _ filter: PointFilter?,
        _ limit: Int
    ) throws -> [StoredPoint] {
        guard try !wireIDs.others(in: reader).isEmpty else { return Array(uuids) }
        var points = Array(uuids)
        try reader.forEachPoint(of: .other, filter: filter) { point in
            if start.map({ RequestPointID(point.id) >= $0 }) ?? true { points.append(point) }
            return true
        }
        points.sort { RequestPointID($0.id) < RequestPointID($1.id) }
        return Array(points.prefix(limit))
    }
}
