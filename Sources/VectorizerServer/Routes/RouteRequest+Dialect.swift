package import VectorStore

/// What routes of the dialect read of a request.
extension RouteRequest {
    /// The body as JSON; an empty one is an empty object.
    ///
    /// - Returns: the value that the body is.
    /// - Throws: 400 for a body that is no JSON.
    package func json() throws(RequestError) -> JSONElement {
        do throws(JSONSyntaxError) {
            let bytes = body.isEmpty ? Array("{}".utf8) : body
            return try JSONDocument(parsing: bytes).root
        } catch {
            throw RequestError(error)
        }
    }

    /// What a request may ask for at most.
    package var requestLimits: RequestLimits {
        let own = server.limits
        var limits = RequestLimits()
        limits.pointCount = own.pointCount
        limits.batchCount = own.batchCount
        limits.neighbourCount = own.neighbourCount
        limits.prefetchDepth = own.prefetchDepth
        limits.filterDepth = own.filterDepth
        limits.conditionCount = own.filterConditionCount
        return limits
    }

    /// What stands behind the `?`, checked.
    ///
    /// - Returns: the parameters.
    /// - Throws: 400 for what can't be read, 422 for a timeout of 0.
    package func parameters() throws(RequestError) -> RequestParameters {
        try RequestParameters { query[$0] }
    }

    /// Lends a snapshot of the collection in the path to a body.
    ///
    /// - Parameter body: works with the snapshot.
    /// - Returns: what the body returns.
    /// - Throws: 404 for a collection that is not there, and what the body throws.
    package func withCollection<Value>(
        _ body: (CollectionReader) throws -> Value
    ) throws -> Value {
        if let admittedCollection { return try store.withReader(of: admittedCollection, body) }
        let name = try CollectionName(path(Self.collectionParameter))
        return try store.withReader(of: name, resolvingAliases: true, body)
    }
}

extension ServerError {
    /// What is wrong with a request, as its reader tells it.
    package init(_ error: RequestError) {
        self.init(error.status, error.message)
    }
}
