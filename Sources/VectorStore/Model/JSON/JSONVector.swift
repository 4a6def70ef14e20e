/// Reads a vector written as a JSON array of numbers, or as a string that is base64 of floats.
package enum JSONVector {
    /// Appends the elements of a text that is one array or one base64 text and nothing else.
    ///
    /// The base64 text may stand there without quotes, as in a table or on a command line.
    /// With a nil `dimension` any number of elements from 1 is taken. Each element becomes the
    /// nearest float; one that is too large for a finite float is refused.
    /// - Throws: the first fault found; `vector` is then as it was before.
    package static func parse(
        _ text: Span<UInt8>,
        dimension: Int?,
        field: String = "vector",
        into vector: inout [Float]
    ) throws(PointRowError) {
        var position = 0
        JSONScanner.skipWhitespace(text, &position)
        let before = vector.count
        if let bare = Base64Vector.bareText(in: text, from: position) {
            return try Base64Vector.append(
                text.extracting(bare),
                dimension: dimension,
                field: field,
                to: &vector
            )
        }
        try append(text, &position, dimension: dimension, field: field, to: &vector)
        JSONScanner.skipWhitespace(text, &position)
        guard position == text.count else {
            vector.removeLast(vector.count - before)
            throw .invalidJSON(
                JSONError(offset: position, problem: .trailingContent),
                field: field
            )
        }
    }

    /// Appends the element that a text is, blanks around it left out of account.
    ///
    /// - Throws: the fault, with the index as that of the element; no text at all counts as null.
    package static func parseElement(
        _ text: Span<UInt8>,
        index: Int,
        field: String,
        into vector: inout [Float]
    ) throws(PointRowError) {
        var position = 0
        JSONScanner.skipWhitespace(text, &position)
        guard position < text.count else {
            throw .wrongType(field: field, element: nil, expected: .number, got: .null)
        }
        let value = try element(text, &position, index, field)
        JSONScanner.skipWhitespace(text, &position)
        guard position == text.count else {
            let fault = JSONError(offset: position, problem: .trailingContent)
            throw .invalidJSON(fault, field: field)
        }
        vector.append(value)
    }

    /// Appends the elements of the array or string at the position, which may be a part of a
    /// larger text.
    static func append(
        _ text: Span<UInt8>,
        _ position: inout Int,
        dimension: Int?,
        field: String,
        to vector: inout [Float]
    ) throws(PointRowError) {
        if position < text.count, text[position] == JSONByte.quote {
            return try Base64Vector.appendLiteral(
                text,
                &position,
                dimension: dimension,
                field: field,
                to: &vector
            )
        }
        let before = vector.count
        do throws(PointRowError) {
            let count = try elements(text, &position, dimension ?? .max, field, &vector)
            guard count == dimension ?? max(1, count) else {
                throw .dimensionMismatch(field: field, expected: dimension ?? 1, got: count)
            }
        } catch {
            vector.removeLast(vector.count - before)
            throw error
        }
    }

    /// Reads all elements, keeps at most `limit` of them, and returns how many there were.
    @inline(__always)
    private static func elements(
        _ text: Span<UInt8>,
        _ position: inout Int,
        _ limit: Int,
        _ field: String,
        _ vector: inout [Float]
    ) throws(PointRowError) -> Int {
        guard position < text.count, text[position] == JSONByte.openBracket else {
            throw notAnArray(text, at: position, field)
        }
        position += 1
        JSONScanner.skipWhitespace(text, &position)
        if position < text.count, text[position] == JSONByte.closeBracket {
            position += 1
            return 0
        }
        var count = 0
        while true {
            let value = try element(text, &position, count, field)
            if count < limit {
                vector.append(value)
            }
            count += 1
            JSONScanner.skipWhitespace(text, &position)
            guard position < text.count, text[position] == JSONByte.comma else { break }
            position += 1
            JSONScanner.skipWhitespace(text, &position)
        }
        guard position < text.count, text[position] == JSONByte.closeBracket else {
            throw .invalidJSON(.unexpected(text, at: position), field: field)
        }
        position += 1
        return count
    }

    @inline(__always)
    private static func element(
        _ text: Span<UInt8>,
        _ position: inout Int,
        _ index: Int,
        _ field: String
    ) throws(PointRowError) -> Float {
        let start = position
        let value: Float
        do throws(JSONError) {
            value = try JSONDecimal.float(text, &position)
        } catch {
            throw notANumber(error, text, at: start, index, field)
        }
        guard value.isFinite else {
            let number = excerpt(text, start..<position)
            throw .notFinite(field: field, element: index, got: number)
        }
        return value
    }

    /// Says what stands where a number was expected.
    @inline(never)
    private static func notANumber(
        _ fault: JSONError,
        _ text: Span<UInt8>,
        at start: Int,
        _ index: Int,
        _ field: String
    ) -> PointRowError {
        guard start < text.count else {
            return .invalidJSON(.unexpected(text, at: start), field: field)
        }
        var end = start
        while end < text.count, isWordByte(text[end]) {
            end += 1
        }
        let word = excerpt(text, start..<end)
        if nonFiniteWords.contains(word.lowercased()) {
            return .notFinite(field: field, element: index, got: word)
        }
        switch JSONKind(firstByte: text[start]) {
        case .number?: return .invalidJSON(fault, field: field)
        case nil: return .invalidJSON(.unexpected(text, at: start), field: field)
        case .bool? where word != "true" && word != "false", .null? where word != "null":
            return .invalidJSON(.unexpected(text, at: start), field: field)
        case let kind?:
            return .wrongType(field: field, element: index, expected: .number, got: kind)
        }
    }

    private static func notAnArray(
        _ text: Span<UInt8>,
        at position: Int,
        _ field: String
    ) -> PointRowError {
        guard position < text.count, let kind = JSONKind(firstByte: text[position]) else {
            return .invalidJSON(.unexpected(text, at: position), field: field)
        }
        return .wrongType(field: field, element: nil, expected: .arrayOfNumbers, got: kind)
    }

    /// How programs that don't mind JSON's grammar write infinity and not-a-number.
    private static let nonFiniteWords: Set<String> = [
        "nan", "-nan", "+nan", "infinity", "-infinity", "+infinity", "inf", "-inf", "+inf",
    ]

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte == JSONByte.minus || byte == JSONByte.plus
            || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }

    /// The beginning of a piece of the text, short enough for a message.
    private static func excerpt(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
        JSONString.string(text.extracting(range.prefix(32))) + (range.count > 32 ? "…" : "")
    }
}
