/// Reads a vector written as base64 (RFC 4648, section 4) of little-endian 32-bit floats.
///
/// Embedding services send vectors like that. The padding at the end may be missing; everything
/// else is strict, so that a text that was cut or changed is not taken for another vector.
enum Base64Vector {
    /// The shortest text that is taken for base64 without quotes: that of one float.
    private static let bareDigitCountMin = 6

    /// Where a base64 text stands without quotes; nil when what begins there is something else.
    ///
    /// Words and numbers of JSON are something else, and so is what does not begin with the digits
    /// of a float.
    static func bareText(in text: Span<UInt8>, from start: Int) -> Range<Int>? {
        var digitsEnd = start
        var hasLetter = false
        while digitsEnd < text.count, digit(text[digitsEnd]) != nil {
            hasLetter = hasLetter || !JSONByte.isDigit(text[digitsEnd])
            digitsEnd += 1
        }
        guard hasLetter, digitsEnd - start >= bareDigitCountMin else { return nil }
        var end = text.count
        while end > digitsEnd, JSONByte.isWhitespace(text[end - 1]) {
            end -= 1
        }
        return start..<end
    }

    /// Appends the floats of the string literal at the position, which may be a part of a larger
    /// text, and steps over it.
    ///
    /// - Throws: the first fault found; `vector` is then as it was before.
    static func appendLiteral(
        _ text: Span<UInt8>,
        _ position: inout Int,
        dimension: Int?,
        field: String,
        to vector: inout [Float]
    ) throws(PointRowError) {
        let start = position
        var decoded: [UInt8] = []
        let hasEscapes: Bool
        do throws(JSONError) {
            hasEscapes = try JSONScanner.string(text, &position)
            if hasEscapes {
                // Some programs write every slash as an escape.
                try JSONString.appendDecoded(text.extracting(start..<position), to: &decoded)
            }
        } catch {
            throw .invalidJSON(error, field: field)
        }
        guard hasEscapes else {
            let digits = text.extracting(start + 1..<position - 1)
            return try append(digits, dimension: dimension, field: field, to: &vector)
        }
        try append(decoded.span, dimension: dimension, field: field, to: &vector)
    }

    /// Appends the floats of a text that is nothing but base64.
    ///
    /// - Throws: the first fault found; `vector` is then as it was before.
    static func append(
        _ text: Span<UInt8>,
        dimension: Int?,
        field: String,
        to vector: inout [Float]
    ) throws(PointRowError) {
        let digitCount = try checkedDigitCount(text, field)
        let byteCount = digitCount * 6 / 8
        guard byteCount.isMultiple(of: 4) else {
            throw .base64ByteCount(
                field: field,
                expected: dimension.map { $0 * 4 },
                got: byteCount
            )
        }
        let count = byteCount / 4
        guard count == dimension ?? max(1, count) else {
            throw .dimensionMismatch(field: field, expected: dimension ?? 1, got: count)
        }
        let before = vector.count
        appendFloats(text.extracting(0..<digitCount), to: &vector)
        for index in 0..<count where !vector[before + index].isFinite {
            let value = vector[before + index]
            vector.removeLast(count)
            throw .notFinite(field: field, element: index, got: value.description)
        }
    }

    /// How many digits there are before the padding, after a look at each of them.
    private static func checkedDigitCount(
        _ text: Span<UInt8>,
        _ field: String
    ) throws(PointRowError) -> Int {
        var end = text.count
        while end > max(0, text.count - 2), text[end - 1] == padding {
            end -= 1
        }
        for offset in 0..<end where digit(text[offset]) == nil {
            throw .notBase64(field: field, offset: offset, got: text[offset])
        }
        if end < text.count, !text.count.isMultiple(of: 4) {
            throw .notBase64(field: field, offset: end, got: padding)
        }
        guard end % 4 != 1 else { throw .notBase64(field: field, offset: end, got: nil) }
        // The bits of the last digit that belong to no byte are zero.
        let spareBits = end * 6 % 8
        if spareBits > 0, let last = digit(text[end - 1]), last & (1 << spareBits - 1) != 0 {
            throw .notBase64(field: field, offset: end - 1, got: text[end - 1])
        }
        return end
    }

    private static func appendFloats(_ digits: Span<UInt8>, to vector: inout [Float]) {
        var (bits, bitCount): (UInt32, UInt32) = (0, 0)
        var (word, wordBitCount): (UInt32, UInt32) = (0, 0)
        for offset in digits.indices {
            guard let digit = digit(digits[offset]) else { continue }
            bits = bits << 6 | digit
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            word |= (bits >> bitCount & 0xFF) << wordBitCount
            wordBitCount += 8
            if wordBitCount == 32 {
                vector.append(Float(bitPattern: word))
                (word, wordBitCount) = (0, 0)
            }
        }
    }

    private static let padding = UInt8(ascii: "=")

    /// The six bits that a digit stands for; nil for any other byte.
    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
