package import VectorStore

/// Points by their ids: `POST …/points`.
package struct RetrieveRequest: Equatable, Sendable {
    package let ids: [RequestPointID]
    package let payload: PayloadChoice
    package let vectors: VectorChoice

    /// Reads a request.
    package init(_ element: JSONElement, limits: RequestLimits) throws(RequestError) {
        ids = try RequestPointID.list(try element.object().required("ids"), limits: limits)
        payload = try PayloadChoice(element.optional("with_payload"), usual: .all)
        vectors = try VectorChoice(of: element)
    }
}

/// Points in an order, page by page: `POST …/points/scroll`.
package struct ScrollRequest: Equatable, Sendable {
    /// The first point of the page.
    package let offset: RequestPointID?
    package let limit: Int
    package let filter: FilterExpression?
    package let payload: PayloadChoice
    package let vectors: VectorChoice
    /// Nil for the order of the ids.
    package let order: PointOrder?

    /// Reads a request.
    package init(_ element: JSONElement, limits: RequestLimits) throws(RequestError) {
        try element.object()
        offset = try element.optional("offset").map { id throws(RequestError) in
            try RequestPointID(id)
        }
        limit = try element.optional("limit")?.requireCount(most: limits.neighbourCount) ?? 10
        filter = try RequestFilter.optional(element.optional("filter"), limits: limits)
        payload = try PayloadChoice(element.optional("with_payload"), usual: .all)
        vectors = try VectorChoice(of: element)
        order = try element.optional("order_by").map { order throws(RequestError) in
            try PointOrder(order)
        }
        guard order == nil || offset == nil else {
            throw .badRequest(
                "Cannot use an `offset` when using `order_by`. "
                    + "The alternative for paging is to use `order_by.start_from` and a filter to "
                    + "exclude the IDs that you've already seen."
            )
        }
    }
}

/// The number of points: `POST …/points/count`.
package struct CountRequest: Equatable, Sendable {
    package let filter: FilterExpression?
    package let isExact: Bool

    /// Reads a request.
    package init(_ element: JSONElement, limits: RequestLimits) throws(RequestError) {
        try element.object()
        filter = try RequestFilter.optional(element.optional("filter"), limits: limits)
        isExact = try element.optional("exact")?.requireBoolean() ?? true
    }
}

/// The values of a key and how many points have them: `POST …/facet`.
package struct FacetRequest: Equatable, Sendable {
    package let key: PayloadPath
    package let limit: Int
    package let filter: FilterExpression?

    /// Reads a request.
    package init(_ element: JSONElement, limits: RequestLimits) throws(RequestError) {
        key = try PayloadPath(try element.object().required("key"))
        limit = try element.optional("limit")?.requireCount(most: limits.neighbourCount) ?? 10
        filter = try RequestFilter.optional(element.optional("filter"), limits: limits)
        _ = try element.optional("exact")?.requireBoolean()
    }
}

/// How near the points of a sample are to each other: `POST …/points/search/matrix/…`.
package struct MatrixRequest: Equatable, Sendable {
    package let filter: FilterExpression?
    /// Points in the sample.
    package let sampleCount: Int
    /// Neighbours of each.
    package let limit: Int
    package let field: String

    /// Reads a request.
    package init(_ element: JSONElement, limits: RequestLimits) throws(RequestError) {
        try element.object()
        filter = try RequestFilter.optional(element.optional("filter"), limits: limits)
        let sample = element.optional("sample")
        sampleCount = try sample?.requireCount(most: limits.neighbourCount) ?? 10
        if let sample, sampleCount < 2 { throw .outOfRange(sample.path(), "1", from: "2") }
        limit = try element.optional("limit")?.requireCount(most: limits.neighbourCount) ?? 3
        field = try element.optional("using")?.requireString() ?? ""
    }
}
