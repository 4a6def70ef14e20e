extension CollectionSnapshot {
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
        do throws(VectorFault) {
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

    /// What is asked of the files.
    func question(
        _ query: PreparedQuery,
        _ request: SearchRequest,
        passing: [SlotSet]? = nil
    ) -> FilesSearch.Question {
        FilesSearch.Question(
            query: query,
            neighbourCount: min(request.neighbourCount, max(record.pointCount, 1)),
            effort: request.effort,
            passing: passing
        )
    }

    private func nearest(
        to query: PreparedQuery,
        _ request: SearchRequest,
        _ explanation: inout SearchExplanation?
    ) throws -> NearestCandidates {
        var question = question(query, request)
        if let filter = request.filter {
            var stopwatch = Stopwatch()
            if let found = try testing(filter, question, &explanation) { return found }
            explanation?.reusedFilter = searching.filter?.passing != nil
            question.passing = try slots(passing: filter)
            explanation?.filterMicroseconds += stopwatch.lap()
        }
        let search = searching.files ?? FilesSearch(files)
        searching.files = search
        let nearest = search.nearest(question, &explanation)
        try check(nearest, question)
        return nearest
    }

    /// Never fewer answers than there are: a row that can't be compared any more is named.
    func check(
        _ nearest: NearestCandidates,
        _ question: FilesSearch.Question
    ) throws(VectorStoreError) {
        try cancellation.check()
        let rowCount = question.passing?.reduce(0) { $0 + $1.count } ?? record.pointCount
        guard nearest.count < min(nearest.capacity, rowCount) else { return }
        for reader in files.readers {
            for slot in 0..<reader.rowCount { try reader.verify(slot) }
        }
        throw .file(
            .corrupt(
                file: path,
                offset: nil,
                reason: "collection \(record.name) has \(record.pointCount) points, "
                    + "its vector files have fewer"
            )
        )
    }

    // MARK: Filters

    /// Searches with a filter by testing points as they are found.
    ///
    /// - Returns: nil where it is better to know first which points pass: because an index tells,
    ///   because the filter comes again, or because few points pass.
    private func testing(
        _ filter: PointFilter,
        _ question: FilesSearch.Question,
        _ explanation: inout SearchExplanation?
    ) throws -> NearestCandidates? {
        guard searching.filter?.filter != filter else { return nil }
        searching.filter = SnapshotSearching.Filter(filter: filter)
        let hasSegment = files.readers.contains { $0 is SegmentReader }
        guard hasSegment, question.effort != .exact,
            try !FilterQuery(filter, of: record, in: db).isFullyIndexed
        else { return nil }
        var stopwatch = Stopwatch()
        let keyed = try KeyedFilter(filter, of: record, in: db)
        defer { explanation?.testedCount = keyed.testedCount }
        guard let search = try KeyedSearch(question, in: files, filter: keyed) else {
            return nil
        }
        explanation?.filterMicroseconds += stopwatch.lap()
        return try search.nearest(&explanation)
    }

    /// For each file the rows whose points pass a filter; evaluated once while it is the same.
    func slots(passing filter: PointFilter) throws -> [SlotSet] {
        if let known = searching.filter, known.filter == filter, let passing = known.passing {
            return passing
        }
        var slots = files.readers.map { _ in [UInt32]() }
        for key in try FilterQuery(filter, of: record, in: db).keys() {
            guard let place = files.locate(key) else { throw withoutVector(key) }
            slots[place.file].append(UInt32(place.slot))
        }
        let passing = zip(slots, files.readers).map { SlotSet($0, rowCount: $1.rowCount) }
        searching.filter = SnapshotSearching.Filter(filter: filter, passing: passing)
        return passing
    }

    private func withoutVector(_ key: Int64) -> VectorStoreError {
        .file(
            .corrupt(
                file: path,
                offset: nil,
                reason: "no vector file has the point with key \(key)"
            )
        )
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
            throw VectorStoreError.file(
                .corrupt(
                    file: reader.path,
                    offset: nil,
                    reason: "row \(slot) is live, the catalog has no point with key \(key)"
                )
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
