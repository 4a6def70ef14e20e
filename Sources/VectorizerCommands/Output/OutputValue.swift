/// One value on its way to the user.
package enum OutputValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case float(Float)
    case double(Double)
    case text(String)
    /// Bytes that already are one valid, minified JSON value.
    case json([UInt8])
    case vector([Float])

    /// Whether a table aligns the value to the right.
    var isNumber: Bool {
        switch self {
        case .integer, .float, .double: true
        case .null, .boolean, .text, .json, .vector: false
        }
    }
}

/// One row of a listing, or the only record of an answer.
package struct OutputRow: Sendable {
    /// The fields in the order they are shown.
    package var columns: [(name: String, value: OutputValue)]
    /// What `ids` mode prints; a row without one, such as a summary, is left out there.
    package var id: String?

    /// Makes a row; its id is optional because summaries have none.
    package init(id: String? = nil, columns: [(name: String, value: OutputValue)]) {
        self.id = id
        self.columns = columns
    }

    /// Whether the names are these, byte for byte: canonical equivalence would merge two names.
    func hasColumns(_ names: [String]) -> Bool {
        columns.count == names.count
            && zip(columns, names).allSatisfy { $0.name.utf8.elementsEqual($1.utf8) }
    }
}
