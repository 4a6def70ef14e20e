/// The collection in which the points of a query's examples are, where it is another one.
package struct LookupLocation: Equatable, Sendable {
    package let collection: String
    /// The field of their vectors there; nil for the one that is searched.
    package let field: String?

    /// Reads a location; nil where none is given.
    static func optional(_ element: JSONElement?) throws(RequestError) -> LookupLocation? {
        guard let element, !element.isNull else { return nil }
        return LookupLocation(
            collection: try element.object().required("collection").requireString(),
            field: try element.optional("vector")?.requireString()
        )
    }
}

/// The collection whose points the groups of an answer are named after, and what is shown of them.
package struct GroupLookup: Equatable, Sendable {
    package let collection: String
    package let payload: PayloadChoice
    package let vectors: VectorChoice

    /// Reads a name, or an object with one; nil where none is given.
    static func optional(_ element: JSONElement?) throws(RequestError) -> GroupLookup? {
        guard let element, !element.isNull else { return nil }
        if let name = element.string {
            return GroupLookup(collection: name, payload: .all, vectors: .none)
        }
        return GroupLookup(
            collection: try element.object().required("collection").requireString(),
            payload: try PayloadChoice(element.optional("with_payload"), usual: .all),
            vectors: try VectorChoice(of: element)
        )
    }
}
