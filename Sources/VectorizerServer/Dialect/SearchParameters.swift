/// How a search is to be done.
package struct SearchParameters: Equatable, Sendable {
    /// The effort of a search in a graph; nil leaves it to the store.
    package var ef: Int?
    /// Whether no approximation is good enough.
    package var isExact = false

    /// Leaves all to the store.
    package init() {}

    init(_ element: JSONElement?, prefix: String) throws(RequestError) {
        guard let element = try element?.object() else { return }
        ef = try element.optional("hnsw_ef")?.requireCount(most: 1_000_000, prefix: prefix)
        isExact = try element.optional("exact")?.requireBoolean() ?? false
        _ = try element.optional("indexed_only")?.requireBoolean()
        _ = try element.optional("quantization")?.object()
        if element.optional("idf") != nil { throw .unsupported("IDF parameters") }
    }
}

/// In which order points come that no vector puts into one.
package struct PointOrder: Equatable, Sendable {
    /// Where to begin.
    package enum Start: Equatable, Sendable {
        case integer(Int64)
        case real(Double)
        case text(String)
    }

    package let key: PayloadPath
    package let isDescending: Bool
    package let start: Start?

    /// Reads a key, or an object with a key.
    init(_ element: JSONElement) throws(RequestError) {
        guard element.kind != .string else {
            (key, isDescending, start) = (try PayloadPath(element), false, nil)
            return
        }
        key = try PayloadPath(try element.object().required("key"))
        isDescending = try element.optional("direction")?.requireWord(Direction.self) == .desc
        start = try element.optional("start_from").map { start throws(RequestError) in
            if let integer = start.integer { return .integer(integer) }
            if let text = start.string { return .text(text) }
            return .real(try start.requireDouble())
        }
    }

    private enum Direction: String, CaseIterable {
        case asc, desc
    }
}
