/// Validates JSON and writes it without whitespace, changing nothing else.
///
/// Members keep their order, strings and numbers the very bytes they were written with. Text is
/// refused unless it is strict RFC 8259 in valid UTF-8, without a member name given twice in one
/// object and with at most `Limits.payloadDepth` containers inside each other. One pass, O(n);
/// containers are kept on a list and not on the call stack. A value can be used again and again: it
/// keeps its memory, so that a row costs no allocation.
package struct JSONMinifier: Sendable {
    private struct Container: Sendable {
        var isObject: Bool
        var nameMark: Int
    }

    /// Where reading stands, and where the bytes begin that have not been copied yet.
    struct Cursor {
        var position: Int
        var copied: Int

        init(at position: Int) {
            self.position = position
            self.copied = position
        }
    }

    var names = JSONMemberNames()
    private var containers: [Container] = []

    package init() {}

    /// Appends the minified form of the text, which must be one value and nothing else.
    ///
    /// - Throws: the first fault found; `output` is then as it was before.
    package mutating func minify(
        _ text: Span<UInt8>,
        into output: inout [UInt8]
    ) throws(JSONError) {
        let before = output.count
        names.removeAll()
        var position = 0
        do throws(JSONError) {
            JSONScanner.skipWhitespace(text, &position)
            try appendValue(text, &position, outerDepth: 0, to: &output)
            JSONScanner.skipWhitespace(text, &position)
            guard position == text.count else {
                throw JSONError(offset: position, problem: .trailingContent)
            }
        } catch {
            output.removeLast(output.count - before)
            throw error
        }
    }

    /// The minified form of a text that is one value and nothing else.
    package static func minified(_ text: Span<UInt8>) throws(JSONError) -> [UInt8] {
        var minifier = JSONMinifier()
        var output: [UInt8] = []
        try minifier.minify(text, into: &output)
        return output
    }

    /// Appends one value that may be a part of a larger text.
    ///
    /// `outerDepth` is the number of containers around the value that count toward the limit.
    mutating func appendValue(
        _ text: Span<UInt8>,
        _ position: inout Int,
        outerDepth: Int,
        to output: inout [UInt8]
    ) throws(JSONError) {
        containers.removeAll(keepingCapacity: true)
        var cursor = Cursor(at: position)
        repeat {
            if try openOrStepOver(text, &cursor, outerDepth: outerDepth, &output) { continue }
            try closeFinished(text, &cursor, &output)
        } while !containers.isEmpty
        flush(text, &cursor, &output)
        position = cursor.position
    }

    /// Steps over a scalar or an empty container, or enters a container up to its first value.
    ///
    /// - Returns: true if a container was entered.
    @inline(__always)
    private mutating func openOrStepOver(
        _ text: Span<UInt8>,
        _ cursor: inout Cursor,
        outerDepth: Int,
        _ output: inout [UInt8]
    ) throws(JSONError) -> Bool {
        let byte = try JSONScanner.byte(text, at: cursor.position)
        switch byte {
        case JSONByte.quote:
            _ = try JSONScanner.string(text, &cursor.position)
        case JSONByte.minus, UInt8(ascii: "0")...UInt8(ascii: "9"):
            try JSONScanner.number(text, &cursor.position)
        case JSONByte.openBrace, JSONByte.openBracket:
            return try open(
                text,
                &cursor,
                isObject: byte == JSONByte.openBrace,
                outerDepth: outerDepth,
                &output
            )
        default:
            try JSONScanner.literal(text, &cursor.position)
        }
        return false
    }

    private mutating func open(
        _ text: Span<UInt8>,
        _ cursor: inout Cursor,
        isObject: Bool,
        outerDepth: Int,
        _ output: inout [UInt8]
    ) throws(JSONError) -> Bool {
        guard containers.count + outerDepth < Limits.payloadDepth else {
            throw JSONError(
                offset: cursor.position,
                problem: .tooDeep(limit: Limits.payloadDepth)
            )
        }
        cursor.position += 1
        skipWhitespace(text, &cursor, &output)
        let closing = isObject ? JSONByte.closeBrace : JSONByte.closeBracket
        if try JSONScanner.byte(text, at: cursor.position) == closing {
            cursor.position += 1
            return false
        }
        containers.append(Container(isObject: isObject, nameMark: names.mark))
        if isObject {
            try memberName(text, &cursor, &output)
        }
        return true
    }

    /// Behind a value: steps over the containers that end here, up to the next value if any.
    @inline(__always)
    private mutating func closeFinished(
        _ text: Span<UInt8>,
        _ cursor: inout Cursor,
        _ output: inout [UInt8]
    ) throws(JSONError) {
        while let container = containers.last {
            skipWhitespace(text, &cursor, &output)
            let byte = try JSONScanner.byte(text, at: cursor.position)
            if byte == JSONByte.comma {
                cursor.position += 1
                skipWhitespace(text, &cursor, &output)
                if container.isObject {
                    try memberName(text, &cursor, &output)
                }
                return
            }
            guard byte == (container.isObject ? JSONByte.closeBrace : JSONByte.closeBracket) else {
                throw .unexpected(text, at: cursor.position)
            }
            if container.isObject {
                try names.close(from: container.nameMark, text)
            }
            containers.removeLast()
            cursor.position += 1
        }
    }

    /// Reads a name, its colon, and the whitespace around them.
    @inline(__always)
    private mutating func memberName(
        _ text: Span<UInt8>,
        _ cursor: inout Cursor,
        _ output: inout [UInt8]
    ) throws(JSONError) {
        _ = try names.add(text, &cursor.position)
        skipWhitespace(text, &cursor, &output)
        try JSONScanner.expect(JSONByte.colon, text, &cursor.position)
        skipWhitespace(text, &cursor, &output)
    }

    @inline(__always)
    private func skipWhitespace(
        _ text: Span<UInt8>,
        _ cursor: inout Cursor,
        _ output: inout [UInt8]
    ) {
        guard cursor.position < text.count, JSONByte.isWhitespace(text[cursor.position]) else {
            return
        }
        flush(text, &cursor, &output)
        JSONScanner.skipWhitespace(text, &cursor.position)
        cursor.copied = cursor.position
    }

    private func flush(_ text: Span<UInt8>, _ cursor: inout Cursor, _ output: inout [UInt8]) {
        output.append(copying: text.extracting(cursor.copied..<cursor.position))
        cursor.copied = cursor.position
    }
}

extension [UInt8] {
    /// Appends a copy of the bytes, as one block.
    package mutating func append(copying bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
