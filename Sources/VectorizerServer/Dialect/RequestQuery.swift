/// What is searched for.
package enum RequestQuery: Equatable, Sendable {
    /// What is like this, and with `mmr` unlike one another.
    case nearest(QueryInput, mmr: Diversity?)
    case recommend(Recommendation)
    /// The answers of the prefetches, put together by their ranks.
    case reciprocalRanks(k: Int, weights: [Float]?)
    /// The answers of the prefetches, put together by their scores.
    case scoreDistributions
    /// The points of the prefetches, with scores that are computed.
    case formula(Formula)
    case orderBy(PointOrder)
    case sample
}

/// A vector, or the point that has it.
package enum QueryInput: Equatable, Sendable {
    case vector(RequestVector)
    case point(RequestPointID)

    init(_ element: JSONElement) throws(RequestError) {
        switch element.kind {
        case .number, .string: self = .point(try RequestPointID(element))
        default: self = .vector(try RequestVector(element))
        }
    }

    static func list(_ element: JSONElement?) throws(RequestError) -> [QueryInput] {
        try element?.list { item throws(RequestError) in try QueryInput(item) } ?? []
    }
}

/// How much variety an answer has.
package struct Diversity: Equatable, Sendable {
    /// From 0, the nearest only, to 1.
    package let diversity: Float
    /// From how many of the nearest points the answer is chosen; nil: as many as asked for.
    package let candidateCount: Int?

    /// Makes it of its parts.
    package init(diversity: Float, candidateCount: Int?) {
        self.diversity = diversity
        self.candidateCount = candidateCount
    }

    init(_ element: JSONElement, prefix: String) throws(RequestError) {
        try element.object()
        diversity = try element.optional("diversity")?.requireFloat() ?? 0.5
        guard 0...1 ~= diversity else {
            let path = prefix + element.path() + ".diversity"
            throw .outOfRange(path, "\(diversity)", from: "0.0", to: "1.0")
        }
        candidateCount = try element.optional("candidates_limit")?.requireOffset()
        guard candidateCount ?? 0 <= Self.candidateCountMax else {
            let path = prefix + element.path() + ".candidates_limit"
            throw .outOfRange(path, "\(candidateCount ?? 0)", from: "0", to: "16384")
        }
    }

    private static let candidateCountMax = 16_384
}

/// Points and vectors that an answer should be like, and unlike.
package struct Recommendation: Equatable, Sendable {
    /// How likeness to several is judged.
    package enum Strategy: String, CaseIterable, Sendable {
        case averageVector = "average_vector"
        case bestScore = "best_score"
        case sumScores = "sum_scores"
    }

    package let positive: [QueryInput]
    package let negative: [QueryInput]
    package let strategy: Strategy

    /// Reads it; `path` is what the message of an error begins with.
    init(_ element: JSONElement, path: String) throws(RequestError) {
        try element.object()
        positive = try QueryInput.list(element.optional("positive"))
        negative = try QueryInput.list(element.optional("negative"))
        strategy = try element.optional("strategy")?.requireWord(Strategy.self) ?? .averageVector
        guard !positive.isEmpty || !negative.isEmpty else {
            throw .validation(path, "At least one positive or negative vector/id must be provided")
        }
        guard !positive.isEmpty || strategy != .averageVector else {
            throw .badRequest("At least one positive vector ID required with this strategy")
        }
    }
}

extension RequestQuery {
    private static let later = [
        "discover": "discovery queries", "context": "context queries",
        "relevance_feedback": "relevance feedback queries",
    ]

    /// Reads a query: a vector, an id, or an object that says which kind it is.
    init(
        _ element: JSONElement,
        limits: RequestLimits,
        prefix: String
    ) throws(RequestError) {
        guard element.kind == .object, element.member("indices") == nil else {
            self = .nearest(try QueryInput(element), mmr: nil)
            return
        }
        if element.optional("formula") != nil {
            self = .formula(try Formula(element, limits: limits))
            return
        }
        for (name, value) in element.members {
            if let query = try Self.query(name, value, element, prefix) {
                self = query
                return
            }
            if let what = Self.later[name] { throw .unsupported(what) }
        }
        try RequestVector.refuseInference(element)
        throw .format("no kind of query is named", at: element)
    }

    private static func query(
        _ name: String,
        _ value: JSONElement,
        _ element: JSONElement,
        _ prefix: String
    ) throws(RequestError) -> RequestQuery? {
        switch name {
        case "nearest":
            let mmr = try element.optional("mmr").map { mmr throws(RequestError) in
                try Diversity(mmr, prefix: prefix)
            }
            return .nearest(try QueryInput(value), mmr: mmr)
        case "recommend":
            return .recommend(try Recommendation(value, path: prefix + value.path()))
        case "fusion":
            return switch try value.requireWord(Fusion.self) {
            case .rrf: .reciprocalRanks(k: ReciprocalRankFusion.usualConstant, weights: nil)
            case .dbsf: .scoreDistributions
            }
        case "rrf": return try ranks(value, prefix)
        case "order_by": return .orderBy(try PointOrder(value))
        case "sample":
            _ = try value.requireWord(Sample.self)
            return .sample
        default: return nil
        }
    }

    private static func ranks(
        _ element: JSONElement,
        _ prefix: String
    ) throws(RequestError) -> RequestQuery {
        let k = try element.object().optional("k")?.requireCount(most: .max, prefix: prefix)
        let weights = try element.optional("weights")?.requireFloats()
        if let weights, weights.contains(where: { $0 < 0 }) {
            throw .validation(prefix + element.path() + ".weights", "weights must not be negative")
        }
        return .reciprocalRanks(k: k ?? ReciprocalRankFusion.usualConstant, weights: weights)
    }

    private enum Fusion: String, CaseIterable {
        case rrf, dbsf
    }

    private enum Sample: String, CaseIterable {
        case random
    }
}
