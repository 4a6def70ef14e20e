package import VectorStore

/// Which of a request's points are changed: its `update_filter` and `update_mode`.
package struct UpdateCondition: Equatable, Sendable {
    /// What happens to points that are there, and to those that are not.
    package enum Mode: String, CaseIterable, Sendable {
        case upsert
        case insertOnly = "insert_only"
        case updateOnly = "update_only"
    }

    package let filter: FilterExpression?
    package let mode: Mode

    /// Takes the parts.
    package init(filter: FilterExpression? = nil, mode: Mode = .upsert) {
        self.filter = filter
        self.mode = mode
    }

    /// Reads them of a body, whose other members are not looked at.
    init(_ body: JSONElement, limits: RequestLimits) throws(RequestError) {
        filter = try RequestFilter.optional(body.optional("update_filter"), limits: limits)
        mode = try body.optional("update_mode")?.requireWord(Mode.self) ?? .upsert
    }
}
