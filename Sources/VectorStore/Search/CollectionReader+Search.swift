extension CollectionReader {
    /// The points nearest to a query, nearest first; never fewer than asked for when so many match.
    ///
    /// - Throws: `.invalidVector` for the query, `.invalidFilter`, `.corrupt` when an answer's row
    ///   is damaged.
    /// - Complexity: in segments about O(log *points*), times how hard to look; plus one pass over
    ///   the points that no segment has yet.
    public func search(_ request: SearchRequest) throws(VectorStoreError) -> [SearchHit] {
        var none: SearchExplanation?
        return try search(request, explaining: &none)
    }

    /// The same, with an account of how the points were found.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - explanation: takes the account.
    /// - Returns: the points.
    /// - Throws: what ``search(_:)`` throws.
    public func search(
        _ request: SearchRequest,
        explanation: inout SearchExplanation
    ) throws(VectorStoreError) -> [SearchHit] {
        var account: SearchExplanation? = SearchExplanation()
        let hits = try search(request, explaining: &account)
        explanation = account ?? SearchExplanation()
        return hits
    }

    private func search(
        _ request: SearchRequest,
        explaining explanation: inout SearchExplanation?
    ) throws(VectorStoreError) -> [SearchHit] {
        explanation?.openMicroseconds = openMicroseconds
        try check(neighbourCount: request.neighbourCount)
        let query = try prepare(request)
        return try mappingErrors {
            let nearest = try nearest(to: query, request, &explanation)
            return try hits(nearest, query, request, &explanation)
        }
    }

    /// Refuses a number of neighbours that is not allowed.
    func check(neighbourCount: Int) throws(VectorStoreError) {
        guard (1...neighbourCountMax).contains(neighbourCount) else {
            throw .point(
                .limitExceeded(limit: "k", maximum: neighbourCountMax, got: neighbourCount)
            )
        }
    }

    /// Prepares a request's vector.
    ///
    /// - Throws: `.invalidVector`.
    func prepare(_ request: SearchRequest) throws(VectorStoreError) -> PreparedQuery {
        do throws(VectorError) {
            var query = try PreparedQuery(
                request.vector.span,
                metric: record.configuration.metric,
                dimension: record.configuration.dimension
            )
            query.cancellation = cancellation
            return query
        } catch {
            throw .point(.invalidVector(error, row: nil))
        }
    }

    // MARK: Rows

    /// What is asked of the files.
    func question(_ query: PreparedQuery, _ request: SearchRequest) -> FilesSearch.Question {
        FilesSearch.Question(
            query,
            neighbourCount: min(request.neighbourCount, max(record.pointCount, 1)),
            effort: request.effort
        )
    }

    /// The rows nearest to one query.
    func nearest(
        to query: PreparedQuery,
        _ request: SearchRequest,
        _ explanation: inout SearchExplanation?
    ) throws -> NearestCandidates {
        let question = question(query, request)
        let search = searching.files ?? FilesSearch(files)
        searching.files = search
        guard let filter = request.filter else {
            let nearest = search.nearest(question, among: [KnownRows]?.none, &explanation)
            try check(nearest, passing: nil)
            return nearest
        }
        var stopwatch = Stopwatch()
        let comesAgain = searching.filter?.filter == filter
        let prepared = try prepared(filter)
        explanation?.reusedFilter = prepared.known != nil
        let testedCount = prepared.testedCount
        if comesAgain { try prepared.evaluate() }
        let counts = try prepared.counts(for: question)
        explanation?.filterMicroseconds += stopwatch.lap()
        let nearest =
            if prepared.known != nil {
                search.nearest(question, among: try prepared.rows(for: question), &explanation)
            } else {
                try search.nearest(
                    question,
                    among: counts.enumerated().map {
                        TestedRows(of: prepared, in: $0, count: $1)
                    },
                    &explanation
                )
            }
        explanation?.testedCount = prepared.testedCount - testedCount
        try check(nearest, passing: prepared)
        return nearest
    }

    /// A filter, planned once while it is the same.
    package func prepared(_ filter: PointFilter) throws -> PreparedFilter {
        if let last = searching.filter, last.filter == filter { return last.prepared }
        let prepared = PreparedFilter(
            try CatalogFilter(filter, of: record, under: root, in: db),
            over: files,
            path: path,
            cancellation: cancellation
        )
        searching.filter = SnapshotSearching.Filter(filter: filter, prepared: prepared)
        return prepared
    }

    /// Never fewer answers than there are: a row that can't be compared any more is named.
    func check(_ nearest: NearestCandidates, passing filter: PreparedFilter?) throws {
        try cancellation.check()
        guard nearest.count < min(nearest.capacity, record.pointCount) else { return }
        let rowCount =
            try filter?.evaluate().reduce(0) { $0 + $1.count }
            ?? record.pointCount - countWithoutVector()
        guard nearest.count < min(nearest.capacity, rowCount) else { return }
        for reader in files.readers {
            for slot in 0..<reader.rowCount { try reader.verify(slot) }
        }
        throw VectorStoreError.corrupt(
            path,
            "collection \(record.name) has \(record.pointCount) points, "
                + "its vector files have fewer"
        )
    }

    /// How many points have no vector in the unnamed field.
    func countWithoutVector() throws -> Int {
        let statement = try PointStatements.countWithoutVector(of: record.id, in: db)
        return try statement.step() ? Int(statement.integer(0)) : 0
    }

    // MARK: Answers

    /// Reads the winners' rows, each checked.
    func hits(
        _ nearest: NearestCandidates,
        _ query: PreparedQuery,
        _ request: SearchRequest,
        _ explanation: inout SearchExplanation?
    ) throws -> [SearchHit] {
        var stopwatch = Stopwatch()
        var hits: [SearchHit] = []
        for candidate in nearest.sorted() {
            let score = query.score(fromDistance: candidate.distance)
            if let worst = request.minimumScore, !query.isScore(score, within: worst) { break }
            let (reader, slot) = files.row(at: candidate.location)
            // Checks the row with its key, so what is found by that key is the row's own point.
            let vector = try reader.vector(at: slot)
            let row = try readPoint(Int64(bitPattern: candidate.key), in: reader, slot)
            let point = StoredPoint(
                id: row.id,
                payload: row.payload,
                vector: request.includesVectors ? vector : nil
            )
            hits.append(SearchHit(point: point, score: score))
        }
        explanation?.payloadMicroseconds += stopwatch.lap()
        return hits
    }

    private func readPoint(
        _ key: Int64,
        in reader: any VectorFile,
        _ slot: Int
    ) throws -> PointRow {
        let statement = try preparedRead()
        statement.bind(key, at: 1)
        guard try statement.step() else {
            throw VectorStoreError.corrupt(
                reader.path,
                "row \(slot) is live, the catalog has no point with key \(key)"
            )
        }
        defer { statement.reset() }
        return try PointRow(statement, path: path)
    }

    private func preparedRead() throws -> CatalogStatement {
        if let statement = searching.readPoint { return statement }
        let statement = try PointStatements.withKey(of: record.id, in: db)
        searching.readPoint = statement
        return statement
    }
}
