/// One value on its way to the user.
package enum OutputValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int)
    case float(Float)
    case double(Double)
    case text(String)
    /// Bytes that already are one valid, minified JSON value.
    case json([UInt8])
    case vector([Float])

    /// An integer of another width.
    package static func integer(_ value: Int64) -> Self { .integer(Int(value)) }

    /// An integer of another width, which is a count and no larger than `Int.max`.
    package static func integer(_ value: UInt64) -> Self { .integer(Int(value)) }

    /// A JSON object with its members in the given order.
    static func object(_ members: OutputColumns) -> Self {
        var bytes: [UInt8] = []
        JSONText.append(object: members, to: &bytes, forTerminal: false)
        return .json(bytes)
    }

    /// A JSON array.
    static func array(_ values: [Self]) -> Self {
        var bytes = [UInt8(ascii: "[")]
        for (place, value) in values.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(value, to: &bytes, forTerminal: false)
        }
        return .json(bytes + [UInt8(ascii: "]")])
    }

    /// Whether a table aligns the value to the right.
    var isNumber: Bool {
        switch self {
        case .integer, .float, .double: true
        case .null, .boolean, .text, .json, .vector: false
        }
    }
}

/// Named values in the order they are shown.
package typealias OutputColumns = [(name: String, value: OutputValue)]

/// One row of a listing, or the only record of an answer.
package struct OutputRow: Sendable {
    /// The fields in the order they are shown.
    package var columns: OutputColumns
    /// What `ids` mode prints; a row without one, such as a summary, is left out there.
    package var id: String?

    /// Makes a row; its id is optional because summaries have none.
    package init(id: String? = nil, columns: OutputColumns) {
        self.id = id
        self.columns = columns
    }

    /// Whether the names are these, byte for byte: canonical equivalence would merge two names.
    func hasColumns(_ names: [String]) -> Bool {
        columns.count == names.count
            && zip(columns, names).allSatisfy { $0.name.utf8.elementsEqual($1.utf8) }
    }
}
