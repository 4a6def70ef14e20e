/// Where the bytes of a JSON string lie between its quotes.
struct PayloadText: Equatable {
    let start: Int
    let end: Int
    let hasEscapes: Bool
}

extension PayloadScanner {
    /// Orders a string's decoded bytes against others: negative, zero or positive.
    func order(
        _ text: PayloadText,
        _ other: Span<UInt8>,
        _ range: Range<Int>
    ) throws(MalformedPayload) -> Int {
        if text.hasEscapes {
            return try orderDecoding(text, other, range)
        }
        let length = text.end - text.start
        let shared = min(length, range.count)
        var index = 0
        while index + 8 <= shared,
            let mine = bytes.word(at: text.start + index),
            let theirs = other.word(at: range.lowerBound + index)
        {
            if mine != theirs {
                return mine.byteSwapped < theirs.byteSwapped ? -1 : 1
            }
            index += 8
        }
        while index < shared {
            let difference =
                Int(bytes[text.start + index]) - Int(other[range.lowerBound + index])
            if difference != 0 { return difference }
            index += 1
        }
        return length - range.count
    }

    /// Tells whether a string's decoded bytes are exactly the given ones.
    func equal(
        _ text: PayloadText,
        _ other: Span<UInt8>,
        _ range: Range<Int>
    ) throws(MalformedPayload) -> Bool {
        guard text.hasEscapes || text.end - text.start == range.count else { return false }
        return try order(text, other, range) == 0
    }

    /// Tells whether a string's decoded bytes begin with the given ones.
    func starts(
        _ text: PayloadText,
        with other: Span<UInt8>,
        _ range: Range<Int>
    ) throws(MalformedPayload) -> Bool {
        var cursor = PayloadTextCursor(text)
        for index in range {
            guard try cursor.next(in: bytes) == other[index] else { return false }
        }
        return true
    }

    /// The decoded UTF-8 of a string.
    func decoded(_ text: PayloadText) throws(MalformedPayload) -> [UInt8] {
        guard text.hasEscapes else { return bytes.array(text.start..<text.end) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.end - text.start)
        var cursor = PayloadTextCursor(text)
        while let byte = try cursor.next(in: bytes) {
            decoded.append(byte)
        }
        return decoded
    }

    private func orderDecoding(
        _ text: PayloadText,
        _ other: Span<UInt8>,
        _ range: Range<Int>
    ) throws(MalformedPayload) -> Int {
        var cursor = PayloadTextCursor(text)
        for index in range {
            guard let byte = try cursor.next(in: bytes) else { return -1 }
            let difference = Int(byte) - Int(other[index])
            if difference != 0 { return difference }
        }
        return try cursor.next(in: bytes) == nil ? 0 : 1
    }
}

/// Decodes a JSON string byte by byte, without memory of its own.
///
/// Half of a surrogate pair stands for no character; it decodes to U+FFFD, so that decoded text is
/// UTF-8 whenever the payload is.
struct PayloadTextCursor {
    private var position: Int
    private let end: Int
    /// Bytes of a decoded escape that are still to be handed out, the next one lowest.
    private var pending: UInt32 = 0
    private var pendingCount = 0

    init(_ text: PayloadText) {
        position = text.start
        end = text.end
    }

    /// The next decoded byte, or nil at the end of the string.
    mutating func next(in bytes: Span<UInt8>) throws(MalformedPayload) -> UInt8? {
        if pendingCount > 0 {
            pendingCount -= 1
            defer { pending >>= 8 }
            return UInt8(truncatingIfNeeded: pending)
        }
        guard position < end else { return nil }
        let byte = bytes[position]
        position += 1
        return byte == .backslash ? try escape(in: bytes) : byte
    }

    private mutating func escape(in bytes: Span<UInt8>) throws(MalformedPayload) -> UInt8? {
        guard position < end else { throw MalformedPayload(offset: position) }
        let letter = bytes[position]
        position += 1
        switch letter {
        case .quote, .backslash, UInt8(ascii: "/"): return letter
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"): return try unicodeEscape(in: bytes)
        default: throw MalformedPayload(offset: position - 1)
        }
    }

    private mutating func unicodeEscape(
        in bytes: Span<UInt8>
    ) throws(MalformedPayload) -> UInt8? {
        var code = try hexadecimal(in: bytes)
        if code & 0xFC00 == 0xD800, let low = try lowSurrogate(in: bytes) {
            code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
        }
        let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
            pending |= UInt32(byte) << (8 * UInt32(pendingCount))
            pendingCount += 1
        }
        return try next(in: bytes)
    }

    /// Takes the second half of a surrogate pair if it comes next.
    private mutating func lowSurrogate(in bytes: Span<UInt8>) throws(MalformedPayload) -> UInt32? {
        guard position + 6 <= end, bytes[position] == .backslash,
            bytes[position + 1] == UInt8(ascii: "u")
        else { return nil }
        let start = position
        position += 2
        let code = try hexadecimal(in: bytes)
        guard code & 0xFC00 == 0xDC00 else {
            position = start
            return nil
        }
        return code
    }

    private mutating func hexadecimal(in bytes: Span<UInt8>) throws(MalformedPayload) -> UInt32 {
        guard position + 4 <= end else { throw MalformedPayload(offset: position) }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw MalformedPayload(offset: position)
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
