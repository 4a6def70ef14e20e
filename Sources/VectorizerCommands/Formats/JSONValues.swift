import VectorStore

/// The values of a JSON text: one behind the other, over one line or several, or in an array.
///
/// Memory is bounded by the longest value allowed, which is that of a line, and not by the array.
/// An array at the outermost level whose first element is an object or an array is a list of
/// values; any other one is itself a value.
final class JSONValues {
    /// What may come next.
    private enum Position {
        case outside, behindBracket, behindElement, behindComma
    }

    /// How much white space may stand behind a bracket before it begins a list all the same.
    private static let lookaheadMax = 1 << 16

    /// The line that the last value begins in, counted from 1.
    private(set) var lineNumber = 0
    /// How many bytes stand before the last value in its line.
    private(set) var column = 0
    /// Whether reading can go on behind the last value even if it is bad.
    private(set) var isRecoverable = true
    /// Whether there was a value or an array that could have held one.
    private(set) var hasContent = false

    private let source: ByteSource
    private let limit: Int
    private var position = Position.outside
    private var nextColumn = 0
    private var isAtFront = true
    /// A value that was refused for its length and is not at its end.
    private var dropped: JSONFrame?

    init(source: ByteSource, limit: Int = ByteSource.lineByteCountMax) {
        self.source = source
        self.limit = limit
    }

    /// Takes the next value and returns where it lies in the source's buffer.
    ///
    /// A text that is no value comes out as far as its line goes, for the parser to refuse.
    /// - Returns: nil at the end of the text.
    /// - Throws: the fault of an array, or of a value that is too long.
    func next() throws(InputError) -> Range<Int>? {
        if isAtFront { try dropByteOrderMark() }
        try leaveDropped()
        while true {
            guard let byte = try nextByte() else {
                guard position == .outside else { throw arrayFault(.unterminated) }
                return nil
            }
            switch position {
            case .outside:
                hasContent = true
                guard byte == UInt8(ascii: "["), try isList() else {
                    return try isBracket(byte) ? value() : restOfLine()
                }
                take(1)
                position = .behindBracket
            case .behindBracket where byte == UInt8(ascii: "]"),
                .behindElement where byte == UInt8(ascii: "]"):
                take(1)
                position = .outside
            case .behindElement:
                guard byte == UInt8(ascii: ",") else { throw arrayFault(.missingComma(got: byte)) }
                take(1)
                position = .behindComma
            case .behindBracket, .behindComma:
                guard isBracket(byte) else { throw arrayFault(.notAnObject(got: byte)) }
                position = .behindElement
                return try value()
            }
        }
    }

    /// The line of a fault in the last value, and the fault with its place in that line.
    func place(of fault: PointRowError, in range: Range<Int>) -> (line: Int, fault: PointRowError) {
        guard case .invalidJSON(var inner, let field) = fault else { return (lineNumber, fault) }
        let before = source.buffer[range].prefix(inner.offset)
        guard let lineFeed = before.lastIndex(of: 0x0A) else {
            inner.offset += column
            return (lineNumber, .invalidJSON(inner, field: field))
        }
        inner.offset -= lineFeed + 1 - range.lowerBound
        return (lineNumber + before.count { $0 == 0x0A }, .invalidJSON(inner, field: field))
    }

    // MARK: Between values

    private func dropByteOrderMark() throws(InputError) {
        isAtFront = false
        while source.waiting.count < 3, try source.readMore() {}
        guard source.buffer[source.waiting].starts(with: [0xEF, 0xBB, 0xBF]) else { return }
        _ = source.take(3)
    }

    /// Skips white space and returns the byte behind it, without taking that; nil at the end.
    private func nextByte() throws(InputError) -> UInt8? {
        while true {
            let waiting = source.waiting
            let end = waiting.first { !source.buffer[$0].isJSONWhitespace }
            take((end ?? waiting.upperBound) - waiting.lowerBound)
            if let end { return source.buffer[end] }
            guard try source.readMore() else { return nil }
        }
    }

    /// Whether the bracket that comes next opens a list of values.
    private func isList() throws(InputError) -> Bool {
        var count = 1
        while count < Self.lookaheadMax {
            if count >= source.waiting.count {
                guard try source.readMore() else { return true }
                continue
            }
            let byte = source.buffer[source.waiting.lowerBound + count]
            guard byte.isJSONWhitespace else {
                return isBracket(byte) || byte == UInt8(ascii: "]")
            }
            count += 1
        }
        return true
    }

    private func isBracket(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }

    @discardableResult
    private func take(_ byteCount: Int) -> Range<Int> {
        let range = source.take(byteCount)
        let lineFeed = source.buffer[range].lastIndex(of: 0x0A)
        nextColumn = lineFeed.map { range.upperBound - $0 - 1 } ?? nextColumn + byteCount
        return range
    }

    // MARK: Values

    private func begin() {
        lineNumber = source.lineNumber + 1
        column = nextColumn
    }

    private func value() throws(InputError) -> Range<Int> {
        begin()
        var frame = JSONFrame()
        while true {
            scan(&frame)
            guard frame.scanned <= limit else { throw drop(frame) }
            switch frame.state {
            case .closed: return take(frame.scanned)
            case .broken: return try broken(frame)
            case .open:
                guard try source.readMore() else { return take(source.waiting.count) }
            }
        }
    }

    private func scan(_ frame: inout JSONFrame) {
        // A copy that lives no longer than this, or reading on would copy the buffer.
        let bytes = source.buffer
        frame.scan(bytes.span.extracting(source.waiting))
    }

    /// A value that does not go on: its first line, if the next one may be another value.
    private func broken(_ frame: JSONFrame) throws(InputError) -> Range<Int> {
        let start = source.waiting.lowerBound
        let text = source.buffer[start..<start + frame.scanned]
        let isInFirstLine = !text.contains(0x0A)
        if position == .outside, isInFirstLine || isNextValue(frame) { return try restOfLine() }
        isRecoverable = false
        return take(frame.scanned + 1)
    }

    /// Whether a value can't go on because another one begins in a line of its own.
    private func isNextValue(_ frame: JSONFrame) -> Bool {
        let byte = source.buffer[source.waiting.lowerBound + frame.scanned]
        return frame.isAtLineStart && byte == UInt8(ascii: "{")
    }

    private func restOfLine() throws(InputError) -> Range<Int> {
        begin()
        nextColumn = 0
        var range = try source.nextLine() ?? source.take(0)
        while let last = source.buffer[range].last, last.isJSONWhitespace {
            range = range.lowerBound..<range.upperBound - 1
        }
        return range
    }

    // MARK: Values that are too long

    /// Takes what has been seen of a value that is too long.
    private func drop(_ frame: JSONFrame) -> InputError {
        let raw = source.buffer[source.waiting].prefix(1024)
        let fault = InputError(
            file: source.name,
            place: .line(lineNumber),
            problem: .objectTooLong(limit: limit),
            isRecoverable: true,
            raw: .init(bytes: Array(raw), isTruncated: true)
        )
        dropped = frame
        return fault
    }

    /// Goes to the end of the value that was refused for its length.
    private func leaveDropped() throws(InputError) {
        guard var frame = dropped else { return }
        dropped = nil
        while true {
            if frame.state == .broken {
                guard position == .outside, isNextValue(frame) else { throw unexpected(frame) }
            }
            take(frame.scanned)
            frame.drop()
            guard frame.state == .open else { return }
            scan(&frame)
            if frame.scanned == 0, frame.state == .open, try !source.readMore() {
                throw fault(.unexpectedEnd)
            }
        }
    }

    private func unexpected(_ frame: JSONFrame) -> InputError {
        take(frame.scanned)
        return fault(.unexpectedByte(source.buffer[source.waiting.lowerBound]))
    }

    /// What is wrong with the text at the next byte.
    private func fault(_ problem: JSONError.Problem) -> InputError {
        InputError(
            file: source.name,
            place: .line(source.lineNumber + 1),
            problem: .row(
                .invalidJSON(JSONError(offset: nextColumn, problem: problem), field: nil)
            )
        )
    }

    private func arrayFault(_ fault: JSONArrayError) -> InputError {
        InputError(
            file: source.name,
            place: .line(source.lineNumber + 1),
            problem: .jsonArray(fault)
        )
    }
}

extension UInt8 {
    /// Whether JSON passes over the byte between tokens.
    var isJSONWhitespace: Bool {
        self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D
    }
}
