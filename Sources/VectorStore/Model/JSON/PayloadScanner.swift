/// A forward reader over a minified JSON object that skips what is not asked for.
///
/// It trusts nothing: every access is checked against the length, and bytes that can't be followed
/// end in ``MalformedPayloadError``. What it goes past is followed only as far as strings and
/// brackets, which is what makes it quick.
struct PayloadScanner: ~Escapable {
    let bytes: Span<UInt8>
    private(set) var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    var failure: MalformedPayloadError { MalformedPayloadError(offset: position) }

    func peek() throws(MalformedPayloadError) -> UInt8 {
        guard position < bytes.count else { throw failure }
        return bytes[position]
    }

    mutating func take(_ byte: UInt8) throws(MalformedPayloadError) {
        guard try peek() == byte else { throw failure }
        position += 1
    }

    /// Goes past one byte of which the caller has seen that it is there.
    mutating func advance() {
        position += 1
    }

    /// Goes back to a position where it has been, to read the same again.
    mutating func goBack(to position: Int) {
        self.position = position
    }

    func expectEnd() throws(MalformedPayloadError) {
        guard position == bytes.count else { throw failure }
    }
}

// MARK: - Members and elements

extension PayloadScanner {
    /// Reads the next member's name and the colon, or the object's closing brace.
    ///
    /// `isFirst` is true right after the opening brace. Nil stands for the end of the object.
    mutating func nextName(isFirst: Bool) throws(MalformedPayloadError) -> PayloadText? {
        guard try !takeEnd(JSONByte.closeBrace, isFirst: isFirst) else { return nil }
        let name = try text()
        try take(JSONByte.colon)
        return name
    }

    /// Goes on to the next element of an array; false at its closing bracket, which is taken.
    mutating func nextElement(isFirst: Bool) throws(MalformedPayloadError) -> Bool {
        try !takeEnd(JSONByte.closeBracket, isFirst: isFirst)
    }

    private mutating func takeEnd(
        _ end: UInt8,
        isFirst: Bool
    ) throws(MalformedPayloadError) -> Bool {
        let byte = try peek()
        if byte == end {
            advance()
            return true
        }
        if !isFirst {
            guard byte == JSONByte.comma else { throw failure }
            advance()
        }
        return false
    }
}

// MARK: - Going past values

extension PayloadScanner {
    /// Goes past the value that begins here and tells where it lies.
    @discardableResult
    mutating func skipValue() throws(MalformedPayloadError) -> Range<Int> {
        let start = position
        switch try peek() {
        case JSONByte.quote:
            _ = try text()
        case JSONByte.openBrace, JSONByte.openBracket:
            advance()
            try skipToClose()
        default:
            _ = try literal()
        }
        return start..<position
    }

    /// Goes past the rest of the object or array in which the scanner stands, and its closing byte.
    mutating func skipToClose() throws(MalformedPayloadError) {
        var depth = 1
        while true {
            switch try peek() {
            case JSONByte.quote:
                _ = try text()
                continue
            case JSONByte.openBrace, JSONByte.openBracket:
                depth += 1
            case JSONByte.closeBrace, JSONByte.closeBracket:
                depth -= 1
            default:
                break
            }
            advance()
            if depth == 0 { return }
        }
    }

    /// Goes past a number, `true`, `false` or `null`: all there is up to the next delimiter.
    mutating func literal() throws(MalformedPayloadError) -> Range<Int> {
        let start = position
        while true {
            switch try peek() {
            case JSONByte.comma, JSONByte.closeBrace, JSONByte.closeBracket:
                guard start < position else { throw failure }
                return start..<position
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "E"):
                advance()
            default:
                throw failure
            }
        }
    }

    /// Reads a string: the bytes between its quotes.
    mutating func text() throws(MalformedPayloadError) -> PayloadText {
        try take(JSONByte.quote)
        let start = position
        var hasEscapes = false
        while true {
            skipPlainBytes()
            let byte = try peek()
            advance()
            if byte == JSONByte.quote { break }
            if byte == JSONByte.backslash {
                hasEscapes = true
                _ = try peek()
                advance()
            }
        }
        return PayloadText(start: start, end: position - 1, hasEscapes: hasEscapes)
    }

    /// Goes past bytes eight at a time until a quote or a backslash is among the next eight.
    private mutating func skipPlainBytes() {
        while let word = bytes.word(at: position) {
            let marks = word.marks(of: JSONByte.quote) | word.marks(of: JSONByte.backslash)
            if marks != 0 {
                position += marks.trailingZeroBitCount / 8
                return
            }
            position += 8
        }
    }
}

extension UInt64 {
    /// Sets the high bit of bytes that equal the given one; the lowest mark is always right.
    fileprivate func marks(of byte: UInt8) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let difference = self ^ (ones &* UInt64(byte))
        return (difference &- ones) & ~difference & (ones << 7)
    }
}

extension Span<UInt8> {
    /// Eight bytes as a little-endian number, or nil where fewer are left.
    func word(at offset: Int) -> UInt64? {
        guard offset >= 0, offset <= count - 8 else { return nil }
        // Any eight bytes are a valid number, and the load itself checks its bounds once more.
        let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
        return UInt64(littleEndian: word)
    }

    func array(_ range: Range<Int>) -> [UInt8] {
        var copy: [UInt8] = []
        copy.append(copying: extracting(range))
        return copy
    }
}
