/// Reading points of collections with named vector fields, and with points that lack a vector.
extension CollectionReader {
    /// The points nearest to a query by their vectors in one field, nearest first.
    ///
    /// - Parameters:
    ///   - request: what is asked for; its filter is about the points' payloads.
    ///   - field: the field; "" is the unnamed one.
    /// - Returns: the points with their payloads.
    /// - Throws: `CollectionError.fieldNotFound`, `.wrongFieldKind`, and what ``search(_:)``
    ///   throws.
    public func search(
        _ request: SearchRequest,
        in field: String
    ) throws -> [SearchHit] {
        let reader = try denseField(field)
        let hits = try reader.search(request)
        return reader === self ? hits : try withPayloads(hits)
    }

    /// The points whose sparse vectors have the largest dot products with a query.
    ///
    /// All products are computed, so the answer is exact. Points that share no component with the
    /// query are no answers.
    ///
    /// - Parameters:
    ///   - query: the query.
    ///   - field: the field.
    ///   - neighbourCount: how many points to return.
    ///   - filter: the filter that returned points pass.
    ///   - minimumScore: the smallest product to return.
    /// - Returns: the points with their payloads, the largest product first.
    /// - Throws: `CollectionError.fieldNotFound`, `.wrongFieldKind`, `.corrupt`, `.cancelled`.
    /// - Complexity: O(entries of the query's components).
    public func search(
        _ query: SparseVector,
        in field: String,
        neighbourCount: Int,
        filter: PointFilter? = nil,
        minimumScore: Float? = nil
    ) throws -> [SearchHit] {
        try check(neighbourCount: neighbourCount)
        let reader = try sparseField(field)
        return try mappingErrors {
            var scores: [Int64: Float] = [:]
            for (component, weight) in zip(query.indices, query.values) {
                try cancellation.check()
                try SparseIndex.forEach(component: component, of: reader.record.id, in: db) {
                    scores[$0, default: 0] += weight * $1
                }
            }
            if let filter {
                let passing = try CatalogFilter(filter, of: reader.record, under: record, in: db)
                let keys = Set(try passing.keys())
                scores = scores.filter { keys.contains($0.key) }
            }
            if let minimumScore { scores = scores.filter { $0.value >= minimumScore } }
            let best = scores.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .prefix(neighbourCount)
            return try withPayloads(reader.hits(best.map { ($0.key, $0.value) }))
        }
    }

    /// Points by their keys, without their payloads.
    private func hits(_ scores: [(key: Int64, score: Float)]) throws -> [SearchHit] {
        let rows = try PointRows(of: record.id, in: db)
        return try scores.map { key, score in
            guard let row = try rows.read(key: key, path: path) else {
                throw VectorStoreError.corrupt(
                    path,
                    "collection \(record.name): its index names key \(key), which is not there"
                )
            }
            let point = StoredPoint(id: row.id, payload: [], vector: nil)
            return SearchHit(point: point, score: score)
        }
    }

    /// Gives the answers of a field their points' payloads.
    private func withPayloads(_ hits: [SearchHit]) throws -> [SearchHit] {
        try mappingErrors {
            let statement = try PointStatements.withID(of: record.id, in: db)
            return try hits.map { hit in
                statement.bind(hit.point.id.text, at: 1)
                guard try statement.step() else {
                    throw VectorStoreError.corrupt(
                        path,
                        "collection \(record.name): a field has '\(hit.point.id)', "
                            + "which is no point"
                    )
                }
                defer { statement.reset() }
                let row = try PointRow(statement, path: path)
                let point = StoredPoint(
                    id: row.id,
                    payload: row.payload,
                    vector: hit.point.vector
                )
                return SearchHit(point: point, score: hit.score)
            }
        }
    }

    // MARK: Vectors

    /// A point's vectors in some fields; those that it lacks are left out.
    ///
    /// - Parameters:
    ///   - id: the point.
    ///   - fields: the fields; "" is the unnamed one.
    /// - Returns: its vectors as they were given, in the order of the fields.
    /// - Throws: `CollectionError.fieldNotFound`, `.corrupt`.
    public func vectors(of id: PointID, in fields: [String]) throws -> [NamedVector] {
        try fields.compactMap { name in
            let reader = name.isEmpty ? try denseField("") : try field(name)
            return try mappingErrors { try reader.vector(of: id) }
                .map { NamedVector(name, $0) }
        }
    }

    private func vector(of id: PointID) throws -> FieldVector? {
        let statement = try idStatement()
        statement.bind(id.text, at: 1)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        let row = try PointRow(statement, path: path)
        if record.isSparse { return .sparse(try sparse(row)) }
        return try storedVector(of: row.key).map { .dense($0) }
    }

    private func idStatement() throws -> CatalogStatement {
        if let statement = searching.readByID { return statement }
        let statement = try PointStatements.withID(of: record.id, in: db)
        searching.readByID = statement
        return statement
    }

    private func sparse(_ row: PointRow) throws -> SparseVector {
        do throws(MalformedPayloadError) {
            return try SparseVector(stored: row.payload)
        } catch {
            throw VectorStoreError.corrupt(path, "sparse vector with key \(row.key)")
        }
    }

    /// The ids of the points that have a vector in a field.
    ///
    /// - Throws: `CollectionError.fieldNotFound`, `.corrupt`.
    /// - Complexity: O(points).
    package func idsWithVector(in name: String) throws -> Set<PointID> {
        let reader = name.isEmpty ? self : try field(name)
        return try mappingErrors {
            var ids: Set<PointID> = []
            let rows = try PointStatements.all(of: reader.record.id, in: db)
            while try rows.step() {
                guard reader.record.isSparse || rows.integer(0) > 0 else { continue }
                ids.insert(PointID(unchecked: rows.text(1)))
            }
            return ids
        }
    }

    private func denseField(_ name: String) throws -> CollectionReader {
        let reader = name.isEmpty ? self : try field(name)
        guard reader.record.configuration.hasVectors else {
            throw VectorStoreError.collection(
                name.isEmpty
                    ? .fieldNotFound(field: "", collection: record.name.text)
                    : .wrongFieldKind(field: name, collection: record.name.text)
            )
        }
        return reader
    }

    private func sparseField(_ name: String) throws -> CollectionReader {
        let reader = name.isEmpty ? self : try field(name)
        guard reader.record.isSparse else {
            throw VectorStoreError.collection(
                .wrongFieldKind(field: name, collection: record.name.text)
            )
        }
        return reader
    }

    // MARK: Order

    /// Hands out the points whose ids have one form, in that form's order.
    ///
    /// - Parameters:
    ///   - form: what the ids look like.
    ///   - filter: which points; nil hands out all.
    ///   - first: the id to begin with, or the first behind it.
    ///   - limit: how many at most.
    ///   - body: takes one point; false ends the listing.
    /// - Throws: `.corrupt` at the first damaged row, and what the body throws.
    /// - Complexity: O(points).
    package func forEachPoint(
        of form: IDForm,
        filter: PointFilter? = nil,
        from first: String? = nil,
        limit: Int? = nil,
        _ body: (StoredPoint) throws -> Bool
    ) throws {
        try translatingErrors {
            let query = try FilterQuery(filter, of: record, in: db)
            let statement = try PointStatements.inOrder(
                of: form,
                in: record.id,
                passing: query.condition(),
                in: db
            )
            var place = query.bind(statement)
            for value in form.arguments(from: first ?? "") {
                statement.bind(value, at: place)
                place += 1
            }
            statement.bind(Int64(limit ?? -1), at: place)
            while try statement.step() {
                guard try body(point(PointRow(statement, path: path), false)) else { break }
            }
        }
    }
}
