import VectorStore

extension QueryRequest {
    /// Reads a search or a recommendation in the words of older clients, which are the members
    /// `vector`, or `positive` and `negative`, of the request itself.
    ///
    /// - Parameters:
    ///   - element: the body, or one of a batch.
    ///   - limits: how large it may be.
    /// - Throws: 400 for a wrong form, 422 for what breaks a rule.
    package init(older element: JSONElement, limits: RequestLimits) throws(RequestError) {
        try element.object()
        lookup = try LookupLocation.optional(element.optional("lookup_from"))
        filter = try RequestFilter.optional(element.optional("filter"), limits: limits)
        parameters = try SearchParameters(element.optional("params"), prefix: "")
        scoreThreshold = try element.optional("score_threshold")?.requireFloat()
        let count = element.optional("limit") ?? element.optional("top")
        guard let count else { throw .format("missing field `limit`", at: element) }
        limit = try count.requireCount(most: limits.neighbourCount)
        offset = try element.optional("offset")?.requireOffset() ?? 0
        try readAnswer(element)
        if let vector = element.optional("vector") {
            (query, field) = try Self.nearest(vector)
        } else {
            query = .recommend(try Recommendation(element, path: "positive"))
            field = try element.optional("using")?.requireString() ?? ""
        }
    }

    /// A vector, or one with the name of its field.
    private static func nearest(
        _ element: JSONElement
    ) throws(RequestError) -> (RequestQuery, String) {
        guard element.kind == .object else {
            return (.nearest(.vector(try RequestVector(element)), mmr: nil), "")
        }
        let vector = try RequestVector(try element.required("vector"))
        return (.nearest(.vector(vector), mmr: nil), try element.required("name").requireString())
    }
}
