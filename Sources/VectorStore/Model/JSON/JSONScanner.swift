/// Recognises JSON's tokens, one function each, over a text and a position in it.
///
/// Every function expects `position` at the token's first byte and leaves it behind the last one.
/// None of them calls itself, so no input can exhaust the stack.
enum JSONScanner {
    @inline(__always)
    static func skipWhitespace(_ text: Span<UInt8>, _ position: inout Int) {
        while position < text.count, JSONByte.isWhitespace(text[position]) {
            position += 1
        }
    }

    /// The byte at the position, or a fault at the end of the text.
    @inline(__always)
    static func byte(_ text: Span<UInt8>, at position: Int) throws(JSONError) -> UInt8 {
        guard position < text.count else {
            throw JSONError(offset: text.count, problem: .unexpectedEnd)
        }
        return text[position]
    }

    /// Steps over the one byte that may stand here.
    @inline(__always)
    static func expect(
        _ byte: UInt8,
        _ text: Span<UInt8>,
        _ position: inout Int
    ) throws(JSONError) {
        guard position < text.count, text[position] == byte else {
            throw .unexpected(text, at: position)
        }
        position += 1
    }

    /// Steps over a string literal and says whether it contains escapes.
    @inline(__always)
    static func string(_ text: Span<UInt8>, _ position: inout Int) throws(JSONError) -> Bool {
        try expect(JSONByte.quote, text, &position)
        var hasEscapes = false
        while position < text.count {
            let byte = text[position]
            if byte >= 0x20, byte < 0x80, byte != JSONByte.quote, byte != JSONByte.backslash {
                position += 1
            } else if byte == JSONByte.quote {
                position += 1
                return hasEscapes
            } else if byte == JSONByte.backslash {
                hasEscapes = true
                _ = try escape(text, &position)
            } else if byte >= 0x80 {
                try multibyteScalar(text, &position)
            } else {
                throw JSONError(offset: position, problem: .controlCharacter(byte))
            }
        }
        throw JSONError(offset: text.count, problem: .unexpectedEnd)
    }

    /// Steps over one escape, a surrogate pair counting as one, and returns the scalar it names.
    @inline(never)
    static func escape(_ text: Span<UInt8>, _ position: inout Int) throws(JSONError) -> UInt32 {
        let start = position
        let letter = try byte(text, at: start + 1)
        guard letter == UInt8(ascii: "u") else {
            guard let scalar = scalarOfShortEscape(letter) else {
                throw JSONError(offset: start, problem: .badEscape)
            }
            position = start + 2
            return scalar
        }
        let unit = try hexUnit(text, at: start)
        guard 0xD800...0xDFFF ~= unit else {
            position = start + 6
            return unit
        }
        let lone = JSONError(offset: start, problem: .loneSurrogate)
        guard unit < 0xDC00, start + 7 < text.count, text[start + 6] == JSONByte.backslash,
            text[start + 7] == UInt8(ascii: "u")
        else {
            throw lone
        }
        let low = try hexUnit(text, at: start + 6)
        guard 0xDC00...0xDFFF ~= low else { throw lone }
        position = start + 12
        return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
    }

    static func scalarOfShortEscape(_ letter: UInt8) -> UInt32? {
        switch letter {
        case JSONByte.quote, JSONByte.backslash, UInt8(ascii: "/"): UInt32(letter)
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The four hexadecimal digits behind the `\u` that stands at the offset.
    private static func hexUnit(_ text: Span<UInt8>, at start: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for index in start + 2..<start + 6 {
            guard let digit = JSONByte.hexValue(try byte(text, at: index)) else {
                throw JSONError(offset: start, problem: .badEscape)
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// Steps over one scalar outside ASCII, refusing overlong forms, surrogates and > U+10FFFF.
    @inline(never)
    static func multibyteScalar(_ text: Span<UInt8>, _ position: inout Int) throws(JSONError) {
        let invalid = JSONError(offset: position, problem: .invalidUTF8)
        let continuation: Int
        let second: ClosedRange<UInt8>
        switch text[position] {
        case 0xC2...0xDF: (continuation, second) = (1, 0x80...0xBF)
        case 0xE0: (continuation, second) = (2, 0xA0...0xBF)
        case 0xED: (continuation, second) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (continuation, second) = (2, 0x80...0xBF)
        case 0xF0: (continuation, second) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (continuation, second) = (3, 0x80...0xBF)
        case 0xF4: (continuation, second) = (3, 0x80...0x8F)
        default: throw invalid
        }
        guard position + continuation < text.count, second ~= text[position + 1] else {
            throw invalid
        }
        for index in position + 2..<position + continuation + 1
        where text[index] & 0xC0 != 0x80 {
            throw invalid
        }
        position += continuation + 1
    }

    /// Steps over a number.
    @inline(__always)
    static func number(_ text: Span<UInt8>, _ position: inout Int) throws(JSONError) {
        _ = try JSONDecimal(text, &position)
    }

    /// Steps over `true`, `false` or `null`.
    static func literal(_ text: Span<UInt8>, _ position: inout Int) throws(JSONError) {
        let word: StaticString
        switch try byte(text, at: position) {
        case UInt8(ascii: "t"): word = "true"
        case UInt8(ascii: "f"): word = "false"
        case UInt8(ascii: "n"): word = "null"
        default: throw .unexpected(text, at: position)
        }
        for index in 0..<word.utf8CodeUnitCount {
            try expect(unsafe word.utf8Start[index], text, &position)
        }
    }
}
