package import VectorStore

/// One request as a route sees it: decoded, authorised, and with a store of its own.
package struct RouteRequest: Sendable {
    /// The route that was found.
    package let route: Route
    /// The values of the path's parameters, in the template's order.
    package let values: [String]
    /// What stands behind the `?`.
    package let query: QueryParameters
    /// The body's bytes, which are not checked in any way.
    package var body: [UInt8] = []
    /// The file that holds the body of an upload.
    package var upload: UploadFile?
    /// The type of the body, as the client has given it.
    package var contentType = ""
    /// Who asks.
    package let caller: Caller
    /// The collection in the path that a key was judged for; nil where none is needed.
    package var admittedCollection: CollectionName?
    /// The id of the request, as the log and the caller have it.
    package let id: String
    /// How long it may take.
    package let deadline: RequestDeadline
    /// The store, in the name of the caller and within the time limit.
    package let store: Store
    /// What the requests of the server share.
    package let server: ServerState

    /// The value of a parameter of the path.
    ///
    /// - Parameter name: the parameter's name in the template.
    /// - Returns: its decoded value.
    package func path(_ name: String) -> String {
        guard let place = route.parameterNames.firstIndex(of: name), place < values.count else {
            preconditionFailure("\(route.template) has no parameter \(name)")
        }
        return values[place]
    }

    /// The collection in the path; an alias is resolved.
    ///
    /// - Returns: its name.
    /// - Throws: 422 for a name that no collection can have, and the engine's errors.
    package func collection() throws -> CollectionName {
        if let admittedCollection { return admittedCollection }
        return try server.resolve(path(Self.collectionParameter), in: store)
    }

    /// The name that templates have for the collection that access is decided on.
    package static let collectionParameter = "collection_name"

    /// Whether the caller may do something with another collection than the path's.
    ///
    /// - Parameters:
    ///   - verb: what is to be done.
    ///   - name: the collection; nil for all of them.
    /// - Throws: 404 for a collection that the caller must not know of, else 403.
    package func require(_ verb: KeyVerb, on name: CollectionName?) throws(ServerError) {
        guard !caller.may(verb, name) else { return }
        if let name, !caller.mayKnow(name) { throw .noCollection(name.text) }
        throw .forbidden("the key does not permit this")
    }

    /// The query parameter `wait`.
    ///
    /// - Parameter usual: its value where it is not given.
    /// - Returns: whether the answer says `completed` rather than `acknowledged`.
    /// - Throws: 400 for anything but `true` and `false`.
    package func waits(default usual: Bool = false) throws(ServerError) -> Bool {
        try query.flag("wait", default: usual)
    }
}
