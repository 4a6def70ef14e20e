/// Turns string literals of JSON into text and back.
package enum JSONString {
    /// Which characters are written as escapes.
    package enum Escaping: Sendable, CaseIterable {
        /// Only those that JSON requires: the quote, the backslash and U+0000 to U+001F.
        case required
        /// Also every character that could change what a terminal shows: U+007F, the C1 controls,
        /// the line separators U+2028 and U+2029, and the bidirectional controls.
        case terminalSafe
    }

    /// The text that a literal stands for, the quotes being its first and last byte.
    package static func decode(_ literal: Span<UInt8>) throws(JSONError) -> String {
        var position = 0
        let text = try decode(literal, &position)
        guard position == literal.count else {
            throw JSONError(offset: position, problem: .trailingContent)
        }
        return text
    }

    /// Steps over the literal at the position and returns its text.
    static func decode(_ text: Span<UInt8>, _ position: inout Int) throws(JSONError) -> String {
        let start = position
        guard try JSONScanner.string(text, &position) else {
            return string(text.extracting(start + 1..<position - 1))
        }
        var bytes: [UInt8] = []
        try appendDecoded(text.extracting(start..<position), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes as a string; what is not UTF-8 is replaced.
    static func string(_ bytes: Span<UInt8>) -> String {
        unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Appends the UTF-8 text of a literal that was scanned already.
    static func appendDecoded(_ literal: Span<UInt8>, to output: inout [UInt8]) throws(JSONError) {
        let end = literal.count - 1
        var position = 1
        var copied = 1
        while position < end {
            guard literal[position] == JSONByte.backslash else {
                position += 1
                continue
            }
            output.append(copying: literal.extracting(copied..<position))
            append(scalar: try JSONScanner.escape(literal, &position), to: &output)
            copied = position
        }
        output.append(copying: literal.extracting(copied..<end))
    }

    /// Appends the string as a literal, quotes included.
    ///
    /// - Parameters:
    ///   - string: the text.
    ///   - escaping: which characters are escaped.
    ///   - usesRareLetters: whether U+0008 and U+000C become `\b` and `\f`, and not `\u0008` and
    ///     `\u000c`.
    ///   - output: takes the literal.
    package static func append(
        _ string: String,
        escaping: Escaping = .required,
        usesRareLetters: Bool = true,
        to output: inout [UInt8]
    ) {
        var string = string
        string.makeContiguousUTF8()
        let text = string.utf8.span
        output.append(JSONByte.quote)
        appendEscaped(text, escaping, usesRareLetters, to: &output)
        output.append(JSONByte.quote)
    }

    /// Appends bytes as a literal, quotes included, after checking that they are UTF-8.
    ///
    /// - Throws: the fault with the offset of the first bad byte; `output` is then unchanged.
    package static func append(
        utf8 text: Span<UInt8>,
        escaping: Escaping = .required,
        to output: inout [UInt8]
    ) throws(JSONError) {
        try validateUTF8(text)
        output.append(JSONByte.quote)
        appendEscaped(text, escaping, true, to: &output)
        output.append(JSONByte.quote)
    }

    /// Makes sure that the bytes are valid UTF-8.
    package static func validateUTF8(_ text: Span<UInt8>) throws(JSONError) {
        var position = 0
        while position < text.count {
            if text[position] < 0x80 {
                position += 1
            } else {
                try JSONScanner.multibyteScalar(text, &position)
            }
        }
    }

    private static func appendEscaped(
        _ text: Span<UInt8>,
        _ escaping: Escaping,
        _ usesRareLetters: Bool,
        to output: inout [UInt8]
    ) {
        var position = 0
        var copied = 0
        while position < text.count {
            let byte = text[position]
            if needsEscape(byte) {
                output.append(copying: text.extracting(copied..<position))
                appendEscape(byte, usesRareLetters, to: &output)
                position += 1
                copied = position
            } else if byte > 0x7E, escaping == .terminalSafe,
                let unsafe = terminalControl(text, at: position)
            {
                output.append(copying: text.extracting(copied..<position))
                appendUnicodeEscape(unsafe.scalar, to: &output)
                position += unsafe.count
                copied = position
            } else {
                position += 1
            }
        }
        output.append(copying: text.extracting(copied..<position))
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == JSONByte.quote || byte == JSONByte.backslash
    }

    private static func appendEscape(
        _ byte: UInt8,
        _ usesRareLetters: Bool,
        to output: inout [UInt8]
    ) {
        let letter: UInt8
        switch byte {
        case JSONByte.quote, JSONByte.backslash: letter = byte
        case 0x08 where usesRareLetters: letter = UInt8(ascii: "b")
        case 0x09: letter = UInt8(ascii: "t")
        case 0x0A: letter = UInt8(ascii: "n")
        case 0x0C where usesRareLetters: letter = UInt8(ascii: "f")
        case 0x0D: letter = UInt8(ascii: "r")
        default: return appendUnicodeEscape(UInt32(byte), to: &output)
        }
        output.append(JSONByte.backslash)
        output.append(letter)
    }

    /// Appends a scalar of 16 bits as `\u` and four digits.
    package static func appendUnicodeEscape(_ scalar: UInt32, to output: inout [UInt8]) {
        output.append(JSONByte.backslash)
        output.append(UInt8(ascii: "u"))
        for shift in stride(from: UInt32(12), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: scalar >> shift & 0xF)
            output.append(digit < 10 ? JSONByte.zero + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private static func append(scalar: UInt32, to output: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(scalar) else { return }
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// Whether a terminal could obey a scalar from U+007F on instead of showing it.
    package static func steersTerminal(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// The scalar at the position and its length in bytes, if a terminal could act on it.
    private static func terminalControl(
        _ text: Span<UInt8>,
        at position: Int
    ) -> (scalar: UInt32, count: Int)? {
        let lead = text[position]
        let count = lead < 0x80 ? 1 : lead & 0xE0 == 0xC0 ? 2 : lead == 0xE2 ? 3 : 0
        guard count > 0, position + count <= text.count else { return nil }
        var scalar = UInt32(lead) & (0x7F >> (count == 1 ? 0 : UInt32(count)))
        for place in position + 1..<position + count {
            scalar = scalar << 6 | UInt32(text[place] & 0x3F)
        }
        return steersTerminal(scalar) ? (scalar, count) : nil
    }
}
