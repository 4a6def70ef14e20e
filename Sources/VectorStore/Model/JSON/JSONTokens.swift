/// JSON's tokens for readers outside of the engine: each function steps over one of them.
///
/// All expect `position` at the token's first byte and leave it behind the last one. No input can
/// make them trap or call themselves.
package enum JSONTokens {
    /// What a number was written as, as far as it matters whether it is an integer.
    package enum Number: Equatable, Sendable {
        /// Without a point and an exponent, and in the range of `Int64`.
        case integer(Int64)
        /// Anything else.
        case other
    }

    /// Steps over spaces, tabs and line ends, of which there may be none.
    package static func skipWhitespace(_ text: Span<UInt8>, _ position: inout Int) {
        JSONScanner.skipWhitespace(text, &position)
    }

    /// Steps over a string and says whether it contains escapes.
    ///
    /// - Throws: the fault, for bad UTF-8 and half surrogate pairs too.
    package static func string(
        _ text: Span<UInt8>,
        _ position: inout Int
    ) throws(JSONError) -> Bool {
        try JSONScanner.string(text, &position)
    }

    /// Steps over a number.
    ///
    /// - Returns: its value, if it is an integer.
    /// - Throws: the fault.
    @discardableResult
    package static func number(
        _ text: Span<UInt8>,
        _ position: inout Int
    ) throws(JSONError) -> Number {
        try JSONDecimal(text, &position).integer.map { .integer($0) } ?? .other
    }

    /// Steps over a number.
    ///
    /// - Returns: the nearest `Float`, infinite where no finite one is near enough.
    /// - Throws: the fault.
    package static func float(
        _ text: Span<UInt8>,
        _ position: inout Int
    ) throws(JSONError) -> Float {
        try JSONDecimal.float(text, &position)
    }

    /// Steps over `true`, `false` or `null`.
    ///
    /// - Throws: the fault.
    package static func literal(
        _ text: Span<UInt8>,
        _ position: inout Int
    ) throws(JSONError) {
        try JSONScanner.literal(text, &position)
    }

    /// Steps over an array of nothing but numbers, one at least, and appends the nearest floats.
    ///
    /// - Parameters:
    ///   - text: the whole text.
    ///   - position: at the opening bracket; unchanged where the array is none of numbers.
    ///   - floats: takes the elements; infinite where no finite float is near enough.
    /// - Returns: whether it was one; where it wasn't, what is wrong or different in it is for the
    ///   caller to find.
    package static func numbers(
        _ text: Span<UInt8>,
        _ position: inout Int,
        into floats: inout [Float]
    ) -> Bool {
        var place = position + 1
        let before = floats.count
        JSONScanner.skipWhitespace(text, &place)
        while place < text.count {
            let first = text[place]
            guard JSONByte.isDigit(first) || first == JSONByte.minus,
                let value = value(text, &place)
            else { break }
            floats.append(value)
            JSONScanner.skipWhitespace(text, &place)
            guard place < text.count else { break }
            if text[place] == JSONByte.closeBracket {
                position = place + 1
                return true
            }
            guard text[place] == JSONByte.comma else { break }
            place += 1
            JSONScanner.skipWhitespace(text, &place)
        }
        floats.removeLast(floats.count - before)
        return false
    }

    @inline(__always)
    private static func value(_ text: Span<UInt8>, _ position: inout Int) -> Float? {
        do throws(JSONError) {
            return try JSONDecimal.float(text, &position)
        } catch {
            return nil
        }
    }
}
