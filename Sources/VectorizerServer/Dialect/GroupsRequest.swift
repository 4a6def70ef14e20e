/// A query whose answer is in groups: `POST …/points/query/groups`.
package struct GroupsRequest: Equatable, Sendable {
    /// What is searched; its limit is the number of groups.
    package var query: QueryRequest
    package let key: PayloadPath
    /// Points in a group at most.
    package let groupSize: Int
    /// The collection whose points the groups are named after.
    package let lookup: GroupLookup?

    /// Reads what a query in groups has besides the query.
    private init(
        _ element: JSONElement,
        limits: RequestLimits,
        query: QueryRequest,
        prefix: String
    ) throws(RequestError) {
        self.query = query
        lookup = try GroupLookup.optional(element.optional("with_lookup"))
        let name = try element.required("group_by")
        guard try !name.requireString().isEmpty else {
            throw .validation(prefix + "group_by", "must not be empty")
        }
        key = try PayloadPath(name)
        groupSize =
            try element.optional("group_size")?
            .requireCount(most: limits.neighbourCount, prefix: prefix) ?? 3
    }

    /// Reads a request of today's clients.
    package init(_ element: JSONElement, limits: RequestLimits) throws(RequestError) {
        let query = try QueryRequest(element, limits: limits, prefix: "")
        try self.init(element, limits: limits, query: query, prefix: "")
        self.query.offset = 0
    }

    /// Reads a search or a recommendation in groups of older clients.
    package init(
        older element: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) {
        let query = try QueryRequest(older: element, limits: limits)
        try self.init(element, limits: limits, query: query, prefix: "")
    }
}
