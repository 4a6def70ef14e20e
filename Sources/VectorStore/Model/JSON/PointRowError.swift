/// Why one row of input is not a point of the collection it is meant for.
package enum PointRowError: Error, Equatable, Sendable {
    /// The row, or the text of the named field, is not JSON as this store accepts it.
    case invalidJSON(JSONError, field: String?)
    case notAnObject(got: JSONKind)
    case missingField(String)
    case wrongType(field: String, element: Int?, expected: Expectation, got: JSONKind)
    case notFinite(field: String, element: Int, got: String)
    case dimensionMismatch(field: String, expected: Int, got: Int)
    /// A text in the vector's place has a byte that base64 can't have there.
    case notBase64(field: String, offset: Int, got: UInt8?)
    /// A base64 text does not stand for as many bytes as the vector's floats have, or, where any
    /// number of floats may be, for a multiple of four.
    case base64ByteCount(field: String, expected: Int?, got: Int)
    case idEmpty(field: String)
    case idTooLong(field: String, limit: Int, got: Int)
    case idContainsNUL(field: String)
    case payloadTooLarge(field: String, limit: Int, got: Int)

    /// What a field may hold.
    package enum Expectation: String, Sendable {
        case stringOrInteger = "a string or an integer"
        case arrayOfNumbers = "an array of numbers"
        case number = "a number"
        case object = "an object"
    }
}

/// The kinds of JSON values, as a message names them.
package enum JSONKind: String, Sendable, CaseIterable {
    case object = "an object"
    case array = "an array"
    case string = "a string"
    case number = "a number"
    case fraction = "a number with a fraction or exponent"
    case bool = "a boolean"
    case null = "null"

    /// The kind of the value that begins with this byte, or nil if none does.
    package init?(firstByte byte: UInt8) {
        switch byte {
        case JSONByte.openBrace: self = .object
        case JSONByte.openBracket: self = .array
        case JSONByte.quote: self = .string
        case JSONByte.minus, UInt8(ascii: "0")...UInt8(ascii: "9"): self = .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .bool
        case UInt8(ascii: "n"): self = .null
        default: return nil
        }
    }
}
