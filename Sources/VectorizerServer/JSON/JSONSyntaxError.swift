import VectorStore

/// Why a text is not JSON, and where.
package struct JSONSyntaxError: Error, Equatable, Sendable {
    /// What is wrong, in a sentence without a place.
    package let reason: String
    /// From 1.
    package let line: Int
    /// In bytes, from 1.
    package let column: Int

    init(_ error: JSONError, in bytes: [UInt8]) {
        self.init(reason: Self.sentence(error.problem), at: error.offset, in: bytes)
    }

    init(reason: String, at offset: Int, in bytes: [UInt8]) {
        self.reason = reason
        (line, column) = Self.place(of: offset, in: bytes)
    }

    /// The line and the column of a byte.
    static func place(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        var (line, start) = (1, 0)
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            start = index + 1
        }
        return (line, offset - start + 1)
    }

    /// The whole sentence.
    package var message: String { "\(reason) at line \(line) column \(column)" }

    private static func sentence(_ problem: JSONError.Problem) -> String {
        switch problem {
        case .unexpectedEnd: "EOF while parsing a value"
        case .unexpectedByte(let byte): "unexpected \(name(byte))"
        case .invalidUTF8: "invalid unicode code point"
        case .duplicateMember: "duplicate field"
        case .tooDeep(let limit): "recursion limit of \(limit) exceeded"
        case .badNumber: "invalid number"
        case .badEscape: "invalid escape"
        case .loneSurrogate: "lone surrogate in hex escape"
        case .controlCharacter: "control character found while parsing a string"
        case .trailingContent: "trailing characters"
        }
    }

    private static func name(_ byte: UInt8) -> String {
        guard 0x21..<0x7F ~= byte else { return "byte \(byte)" }
        return "character `\(Character(Unicode.Scalar(byte)))`"
    }
}
