package import VectorStore

/// A query: `POST …/points/query`, one of a batch, or a search in the words of older clients.
package struct QueryRequest: Equatable, Sendable {
    package var prefetches: [PrefetchRequest] = []
    /// Nil for points in the order of their ids.
    package var query: RequestQuery?
    /// The field that is searched.
    package var field = ""
    /// Where the query's examples are, if not in this collection.
    package var lookup: LookupLocation?
    package var filter: FilterExpression?
    package var parameters = SearchParameters()
    package var scoreThreshold: Float?
    package var limit = 10
    package var offset = 0
    package var payload = PayloadChoice.none
    package var vectors = VectorChoice.none

    /// Reads a query.
    ///
    /// - Parameters:
    ///   - element: the body, or one of a batch.
    ///   - limits: how large it may be.
    ///   - prefix: what stands in front of paths in messages.
    /// - Throws: 400 for a wrong form or what makes no sense, 422 for what breaks a rule.
    package init(
        _ element: JSONElement,
        limits: RequestLimits,
        prefix: String = "internal."
    ) throws(RequestError) {
        try element.object()
        let core = try PrefetchRequest(element, limits: limits, prefix: prefix, depth: 0)
        (prefetches, query, field) = (core.prefetches, core.query, core.field)
        (filter, parameters, lookup) = (core.filter, core.parameters, core.lookup)
        (scoreThreshold, limit) = (core.scoreThreshold, core.limit)
        offset = try element.optional("offset")?.requireOffset() ?? 0
        try readAnswer(element)
    }

    mutating func readAnswer(_ element: JSONElement) throws(RequestError) {
        payload = try PayloadChoice(element.optional("with_payload"), usual: .none)
        vectors = try VectorChoice(of: element)
    }
}

/// A query whose answer another one goes on with.
package struct PrefetchRequest: Equatable, Sendable {
    package var prefetches: [PrefetchRequest] = []
    package var query: RequestQuery?
    package var field = ""
    package var lookup: LookupLocation?
    package var filter: FilterExpression?
    package var parameters = SearchParameters()
    package var scoreThreshold: Float?
    package var limit = 10

    init(
        _ element: JSONElement,
        limits: RequestLimits,
        prefix: String,
        depth: Int
    ) throws(RequestError) {
        try element.object()
        lookup = try LookupLocation.optional(element.optional("lookup_from"))
        guard depth <= limits.prefetchDepth else {
            throw .format("prefetches nest deeper than \(limits.prefetchDepth)", at: element)
        }
        for prefetch in element.optional("prefetch")?.oneOrMany ?? [] {
            prefetches.append(
                try PrefetchRequest(prefetch, limits: limits, prefix: prefix, depth: depth + 1)
            )
        }
        query = try element.optional("query").map { query throws(RequestError) in
            try RequestQuery(query, limits: limits, prefix: prefix)
        }
        try readFilter(element, limits: limits, prefix: prefix)
        field = try element.optional("using")?.requireString() ?? ""
        try check(limits, hasField: element.optional("using") != nil)
    }

    /// The same with so many times the points, and a least number, also of what it goes on with.
    package func widened(by factor: Int, least: Int) -> PrefetchRequest {
        var wide = self
        let (product, isTooLarge) = limit.multipliedReportingOverflow(by: factor)
        let wanted = isTooLarge ? Limits.neighbourCount : max(product, least)
        wide.limit = min(wanted, Limits.neighbourCount)
        wide.prefetches = prefetches.map { $0.widened(by: factor, least: least) }
        return wide
    }

    private mutating func readFilter(
        _ element: JSONElement,
        limits: RequestLimits,
        prefix: String
    ) throws(RequestError) {
        filter = try RequestFilter.optional(element.optional("filter"), limits: limits)
        parameters = try SearchParameters(element.optional("params"), prefix: prefix)
        scoreThreshold = try element.optional("score_threshold")?.requireFloat()
        limit =
            try element.optional("limit")?
            .requireCount(most: limits.neighbourCount, prefix: prefix) ?? 10
    }

    /// Refuses what makes no sense.
    private func check(_ limits: RequestLimits, hasField: Bool) throws(RequestError) {
        guard prefetches.count <= limits.batchCount else {
            throw .badRequest("at most \(limits.batchCount) prefetches are allowed")
        }
        switch query {
        case nil:
            guard prefetches.isEmpty else {
                throw .badRequest(
                    "A query is needed to merge the prefetches. "
                        + "Can't have prefetches without defining a query."
                )
            }
            guard scoreThreshold == nil else {
                throw .badRequest(
                    "A query is needed to use the score_threshold. "
                        + "Can't have score_threshold without defining a query."
                )
            }
        case .reciprocalRanks(_, let weights):
            try checkFusion(hasField: hasField)
            guard weights == nil || weights?.count == prefetches.count else {
                throw .badRequest("RRF needs one weight for each prefetch")
            }
        case .scoreDistributions: try checkFusion(hasField: hasField)
        case .formula:
            guard !prefetches.isEmpty else {
                throw .badRequest("Formula queries need at least one prefetch.")
            }
        case .orderBy:
            guard scoreThreshold == nil else {
                throw .badRequest("Can't use score_threshold with an order_by query.")
            }
        case .nearest, .recommend, .sample: break
        }
    }

    private func checkFusion(hasField: Bool) throws(RequestError) {
        guard !hasField else {
            throw .badRequest("Fusion queries cannot be combined with the 'using' field.")
        }
        guard !prefetches.isEmpty else {
            throw .badRequest("Fusion queries need at least one prefetch.")
        }
    }
}

/// Several requests in one.
package enum BatchRequest {
    /// Reads the `searches` of a batch.
    ///
    /// - Parameters:
    ///   - body: the request.
    ///   - limits: how many there may be.
    ///   - search: reads one of them.
    /// - Returns: all of them.
    /// - Throws: 400 for a wrong form, 422 for too many.
    package static func searches<Search>(
        _ body: JSONElement,
        limits: RequestLimits,
        _ search: (JSONElement) throws(RequestError) -> Search
    ) throws(RequestError) -> [Search] {
        let searches = try body.object().required("searches")
        let count = try searches.array().count
        guard count <= limits.batchCount else {
            throw .validation(
                "searches",
                "\(count) searches in one request, at most \(limits.batchCount) are allowed"
            )
        }
        return try searches.list(search)
    }
}
