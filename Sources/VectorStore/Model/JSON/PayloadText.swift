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
    ) throws(MalformedPayloadError) -> Int {
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
    ) throws(MalformedPayloadError) -> Bool {
        guard text.hasEscapes || text.end - text.start == range.count else { return false }
        return try order(text, other, range) == 0
    }

    /// Tells whether a string's decoded bytes begin with the given ones.
    func starts(
        _ text: PayloadText,
        with other: Span<UInt8>,
        _ range: Range<Int>
    ) throws(MalformedPayloadError) -> Bool {
        var cursor = PayloadTextCursor(text)
        for index in range {
            guard try cursor.next(in: bytes) == other[index] else { return false }
        }
        return true
    }

    /// The decoded UTF-8 of a string.
    func decoded(_ text: PayloadText) throws(MalformedPayloadError) -> [UInt8] {
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
    ) throws(MalformedPayloadError) -> Int {
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
    mutating func next(in bytes: Span<UInt8>) throws(MalformedPayloadError) -> UInt8? {
        if pendingCount > 0 {
            pendingCount -= 1
            defer { pending >>= 8 }
            return UInt8(truncatingIfNeeded: pending)
        }
        guard position < end else { return nil }
        let byte = bytes[position]
        position += 1
        return byte == JSONByte.backslash ? try escape(in: bytes) : byte
    }

    /// Decodes the escape whose backslash was taken.
    private mutating func escape(in bytes: Span<UInt8>) throws(MalformedPayloadError) -> UInt8? {
        let start = position - 1
        var scalar: Unicode.Scalar = "\u{FFFD}"
        do throws(JSONError) {
            position = start
            scalar = try Unicode.Scalar(JSONScanner.escape(bytes, &position)) ?? scalar
        } catch {
            guard error.problem == .loneSurrogate else {
                throw MalformedPayloadError(offset: misfit(ofEscapeAt: start, in: bytes))
            }
            position = start + 6
        }
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
            pending |= UInt32(byte) << (8 * UInt32(pendingCount))
            pendingCount += 1
        }
        return try next(in: bytes)
    }

    /// The first byte of a malformed escape that can't be there, or where digits are missing.
    private func misfit(ofEscapeAt start: Int, in bytes: Span<UInt8>) -> Int {
        guard start + 1 < end, bytes[start + 1] == UInt8(ascii: "u") else { return start + 1 }
        let digits = start + 2..<start + 6
        guard digits.upperBound <= end else { return start + 2 }
        return digits.first { JSONByte.hexValue(bytes[$0]) == nil } ?? digits.upperBound
    }
}
