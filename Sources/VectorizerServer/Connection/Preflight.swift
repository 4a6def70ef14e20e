import NIOHTTP1

/// What browsers ask before a page of another origin may send a request.
extension Exchange {
    /// Whether this is such a question, from an origin that is allowed.
    var isPreflight: Bool {
        origin != nil && facts.isOptions
            && facts.headers.contains(name: "access-control-request-method")
    }
}

extension ComposedAnswer {
    /// The answer, the same for all paths; each request is judged when it comes.
    static let preflight = ComposedAnswer(
        status: 204,
        headers: [
            ("access-control-allow-methods", "GET, PUT, POST, PATCH, DELETE"),
            ("access-control-allow-headers", "api-key, authorization, content-type, x-request-id"),
            ("access-control-max-age", "600"),
        ],
        body: []
    )
}
