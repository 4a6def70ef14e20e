/// Bodies of the administration, which are strict: what is not known is refused.
extension RouteRequest {
    /// The body, which is an object; none counts as an empty one.
    func anyObject() throws -> JSONElement {
        try json().object()
    }

    /// The body, which is an object with no members but these.
    func object(_ names: String...) throws -> JSONElement {
        let object = try anyObject()
        try object.allowOnly(Set(names))
        return object
    }
}
