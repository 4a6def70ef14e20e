import VectorStore

/// Queries by vectors.
extension QueryRun {
    /// The points nearest to a vector or to a point.
    func nearest(
        to input: QueryInput,
        _ mmr: Diversity?,
        _ step: QueryStep
    ) throws -> [QueryHit] {
        var inputs = QueryInputs(self, step)
        let vector = try inputs.vector(of: input)
        guard let mmr else { return try search(vector, inputs.named, step, step.limit) }
        let count = max(mmr.candidateCount ?? step.limit, step.limit)
        let candidates = try search(vector, inputs.named, step, count)
        let vectors = try candidates.map { try self.vector(of: $0.id, in: step.field) }
        let order = MarginalRelevance.choose(
            relevances: candidates.map { likeness($0.score, in: step.field) },
            diversity: mmr.diversity,
            limit: step.limit
        ) { likeness(vectors[$0], vectors[$1], in: step.field) }
        return order.map { candidates[$0] }
    }

    /// Points that are like examples.
    func recommended(_ wanted: Recommendation, _ step: QueryStep) throws -> [QueryHit] {
        var inputs = QueryInputs(self, step)
        let positive = try wanted.positive.map { try inputs.vector(of: $0) }
        let negative = try wanted.negative.map { try inputs.vector(of: $0) }
        if wanted.strategy == .averageVector {
            let average = try Self.average(positive, negative)
            return try search(average, inputs.named, step, step.limit)
        }
        return try judged(wanted.strategy, positive, negative, inputs.named, step)
    }

    /// All points, judged by their likeness to each example.
    private func judged(
        _ strategy: Recommendation.Strategy,
        _ positive: [FieldVector],
        _ negative: [FieldVector],
        _ named: [PointID],
        _ step: QueryStep
    ) throws -> [QueryHit] {
        var exact = step
        exact.parameters.isExact = true
        exact.scoreThreshold = nil
        let count = max(1, reader.info.pointCount)
        var order: [PointID] = []
        var known: [PointID: (positive: [Float], negative: [Float])] = [:]
        for (number, example) in (positive + negative).enumerated() {
            for hit in try search(example, named, exact, count) {
                if known[hit.id] == nil { order.append(hit.id) }
                let likeness = likeness(hit.score, in: step.field)
                if number < positive.count {
                    known[hit.id, default: ([], [])].positive.append(likeness)
                } else {
                    known[hit.id, default: ([], [])].negative.append(likeness)
                }
            }
        }
        var judged = order.map { id in
            let scores = known[id] ?? ([], [])
            let score =
                strategy == .bestScore
                ? Recommender.bestScore(positive: scores.positive, negative: scores.negative)
                : Recommender.sumOfScores(positive: scores.positive, negative: scores.negative)
            return QueryHit(id: id, score: score)
        }
        if let least = step.scoreThreshold { judged.removeAll { $0.score < least } }
        judged.sort { $0.score > $1.score }
        return Array(judged.prefix(step.limit))
    }

    private static func average(
        _ positive: [FieldVector],
        _ negative: [FieldVector]
    ) throws -> FieldVector {
        func dense(_ vectors: [FieldVector]) -> [[Float]]? {
            let known = vectors.compactMap { vector in
                if case .dense(let components) = vector { components } else { nil }
            }
            return known.count == vectors.count ? known : nil
        }
        func sparse(_ vectors: [FieldVector]) -> [(indices: [UInt32], values: [Float])] {
            vectors.compactMap {
                if case .sparse(let vector) = $0 { (vector.indices, vector.values) } else { nil }
            }
        }
        if let positive = dense(positive), let negative = dense(negative) {
            guard (positive + negative).allSatisfy({ $0.count == positive[0].count }) else {
                throw ServerError.wrongInput("the examples' vectors are of different dimensions")
            }
            return .dense(Recommender.average(positive: positive, negative: negative))
        }
        let (likes, dislikes) = (sparse(positive), sparse(negative))
        guard likes.count == positive.count, dislikes.count == negative.count else {
            throw ServerError.wrongInput("the examples' vectors are of different kinds")
        }
        let average = Recommender.average(positive: likes, negative: dislikes)
        return .sparse(try SparseVector(indices: average.indices, values: average.values))
    }

    // MARK: Search

    /// The points nearest to a vector, without the named ones.
    func search(
        _ vector: FieldVector,
        _ named: [PointID],
        _ step: QueryStep,
        _ count: Int
    ) throws -> [QueryHit] {
        var filter = try filter(of: step)
        if !named.isEmpty { filter = .all(filter, .not(.ids(named))) }
        switch vector {
        case .sparse(let vector):
            return try reader.search(
                vector,
                in: step.field,
                neighbourCount: count,
                filter: filter.map { PointFilter($0) },
                minimumScore: step.scoreThreshold
            ).map { QueryHit($0) }
        case .dense(let components):
            let request = SearchRequest(
                vector: components,
                neighbourCount: count,
                filter: filter.map { PointFilter($0) },
                effort: effort(step),
                minimumScore: step.scoreThreshold
            )
            return try reader.search(request, in: step.field).map { QueryHit($0) }
        }
    }

    private func effort(_ step: QueryStep) -> SearchEffort {
        if step.parameters.isExact || !step.prefetches.isEmpty { return .exact }
        return step.parameters.ef.map { .ef(min(max($0, 1), Limits.ef)) } ?? .default
    }

    // MARK: Likeness

    /// A stored vector as examples are averaged: where directions are compared, with length 1.
    func compared(_ vector: FieldVector, in field: String) -> FieldVector {
        guard case .dense(let components) = vector, reader.info.metric(of: field) == .cosine else {
            return vector
        }
        return .dense(VectorArithmetic.normalized(components))
    }

    /// A point's vector in a field; nil where it has none.
    func vector(of id: PointID, in field: String) throws -> FieldVector? {
        try reader.vectors(of: id, in: [field]).first?.vector
    }

    /// A score as a number that is greater for what is more alike: of distances, the square with
    /// its sign turned.
    private func likeness(_ score: Float, in field: String) -> Float {
        reader.info.metric(of: field) == .euclidean ? -score * score : score
    }

    private func likeness(
        _ left: FieldVector?,
        _ right: FieldVector?,
        in field: String
    ) -> Float {
        switch (left, right) {
        case (.dense(let left), .dense(let right)):
            switch reader.info.metric(of: field) {
            case .euclidean: -VectorArithmetic.squaredDistance(left, right)
            case .cosine:
                VectorArithmetic.dotProduct(
                    VectorArithmetic.normalized(left),
                    VectorArithmetic.normalized(right)
                )
            case .dot, nil: VectorArithmetic.dotProduct(left, right)
            }
        case (.sparse(let left), .sparse(let right)): left.dotProduct(right) ?? 0
        default: 0
        }
    }
}

/// The vectors of a query's inputs, and the points that it names.
struct QueryInputs {
    private let run: QueryRun
    private let field: String
    private let lookup: LookupLocation?
    /// The points of the collection that are named; they are no answers.
    private(set) var named: [PointID] = []

    init(_ run: QueryRun, _ step: QueryStep) {
        self.run = run
        field = step.field
        lookup = step.lookup
    }

    /// The vector that an input is or has.
    ///
    /// - Throws: 404 for a point that is not there, or has no vector in the field.
    mutating func vector(of input: QueryInput) throws -> FieldVector {
        switch input {
        case .vector(let vector): return try FieldVector(vector)
        case .point(let id):
            guard let lookup else {
                let (known, vector) = try Self.vector(of: id, in: field, run)
                named.append(known)
                return vector
            }
            let run = run
            let field = lookup.field ?? field
            return try run.withCollection(lookup.collection) { other in
                try Self.vector(of: id, in: field, QueryRun(other, run.request)).vector
            }
        }
    }

    private static func vector(
        of id: RequestPointID,
        in field: String,
        _ run: QueryRun
    ) throws -> (id: PointID, vector: FieldVector) {
        let known = try run.server.wireIDs.pointID(id, in: run.reader)
        guard try run.reader.contains([known]).first == true else {
            throw ServerError.notFound("No point with id \(id.text) found")
        }
        guard let vector = try run.vector(of: known, in: field) else {
            let name = field.isEmpty ? "default" : field
            throw ServerError.notFound("Point \(id.text) has no vector `\(name)`")
        }
        return (known, run.compared(vector, in: field))
    }
}
