import VectorStore

/// Answers the queries of one request over one snapshot of a collection.
struct QueryRun {
    let reader: CollectionReader
    let request: RouteRequest

    /// What the requests of the server share.
    var server: ServerState { request.server }
    /// The store, in the name of the caller.
    var store: Store { request.store }

    /// Takes a collection.
    init(_ reader: CollectionReader, _ request: RouteRequest) {
        self.reader = reader
        self.request = request
    }

    /// The points that a query asks for, the best first, without those that it skips.
    func hits(_ request: QueryRequest) throws -> [QueryHit] {
        Array(try hits(QueryStep(request)).dropFirst(request.offset))
    }

    /// The points that one step asks for, the best first.
    func hits(_ step: QueryStep) throws -> [QueryHit] {
        var step = step
        // Where points are sorted by a value, one comes once for each value that it has.
        if !step.isSorted { step.limit = min(step.limit, max(1, reader.info.pointCount)) }
        switch step.query {
        case nil: return try inOrderOfIDs(step)
        case .nearest(let input, let mmr): return try nearest(to: input, mmr, step)
        case .recommend(let recommendation): return try recommended(recommendation, step)
        case .reciprocalRanks(let k, let weights):
            let answers = try answers(of: step)
            return above(
                step,
                ReciprocalRankFusion.fuse(answers, k: k, weights: weights, limit: step.limit)
            )
        case .scoreDistributions:
            return above(
                step,
                ScoreDistributionFusion.fuse(try answers(of: step), limit: step.limit)
            )
        case .formula(let formula): return try computed(formula, step)
        case .orderBy(let order): return try sorted(by: order, step)
        case .sample: return try sample(step)
        }
    }

    // MARK: Prefetches

    /// The answers of a step's prefetches.
    private func answers(of step: QueryStep) throws -> [[RankedPoint<PointID>]] {
        try step.prefetches.map { prefetch in
            try hits(QueryStep(prefetch, passing: step.filter)).map {
                RankedPoint(id: $0.id, score: $0.score)
            }
        }
    }

    /// What the prefetches have found, with the scores that a formula gives it.
    private func computed(_ formula: Formula, _ step: QueryStep) throws -> [QueryHit] {
        let answers = try answers(of: step)
        var known: Set<PointID> = []
        let ids = answers.joined().map(\.id).filter { known.insert($0).inserted }
        let scores = try FormulaScores(formula, answers, of: ids, self)
        var hits: [QueryHit] = []
        _ = try reader.forEachPoint(withIDs: ids) { point in
            hits.append(QueryHit(id: point.id, score: try scores.score(of: point), point: point))
        }
        if let least = step.scoreThreshold { hits.removeAll { $0.score < least } }
        hits.sort { $0.score > $1.score }
        return Array(hits.prefix(step.limit))
    }

    private func above(_ step: QueryStep, _ points: [RankedPoint<PointID>]) -> [QueryHit] {
        points.filter { point in step.scoreThreshold.map { point.score >= $0 } ?? true }
            .map { QueryHit($0) }
    }

    /// The filter of a step: with prefetches only what they have found passes.
    func filter(of step: QueryStep) throws -> FilterExpression? {
        guard !step.prefetches.isEmpty else {
            return try step.filter.map { try server.wireIDs.resolving($0, in: reader) }
        }
        let found = try answers(of: step).joined()
        return .ids(Set(found.map(\.id)))
    }

    // MARK: Without vectors

    private func inOrderOfIDs(_ step: QueryStep) throws -> [QueryHit] {
        let filter = try filter(of: step).map { PointFilter($0) }
        return try IDOrder(reader, server.wireIDs)
            .points(from: nil, passing: filter, limit: step.limit)
            .map { QueryHit(id: $0.id, score: 1, point: $0) }
    }

    private func sorted(by order: PointOrder, _ step: QueryStep) throws -> [QueryHit] {
        let filter = try filter(of: step).map { PointFilter($0) }
        return try PointSorting(order, of: reader.info.name, store)
            .points(in: reader, passing: filter, limit: step.limit)
            .map { QueryHit(id: $0.point.id, score: 1, point: $0.point, order: $0.value) }
    }

    /// Points by chance, each as likely as any other (Vitter's algorithm R).
    private func sample(_ step: QueryStep) throws -> [QueryHit] {
        let filter = try filter(of: step).map { PointFilter($0) }
        var chosen: [PointID] = []
        var count = 0
        try reader.forEachPoint(filter: filter) { point in
            count += 1
            if chosen.count < step.limit {
                chosen.append(point.id)
            } else {
                let place = Int.random(in: 0..<count)
                if place < chosen.count { chosen[place] = point.id }
            }
            return true
        }
        return chosen.shuffled().map { QueryHit(id: $0, score: 1) }
    }

    // MARK: Answers

    /// The points of hits, those that were not read yet included.
    func points(_ hits: [QueryHit]) throws -> [StoredPoint] {
        let unread = hits.filter { $0.point == nil }.map(\.id)
        var read: [PointID: StoredPoint] = [:]
        if !unread.isEmpty {
            _ = try reader.forEachPoint(withIDs: unread) { read[$0.id] = $0 }
        }
        return hits.compactMap { $0.point ?? read[$0.id] }
    }
}
