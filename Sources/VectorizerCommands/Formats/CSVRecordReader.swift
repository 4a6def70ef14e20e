import VectorStore

/// Reads the records of a CSV file as RFC 4180 describes them, one at a time.
///
/// Fields in quotes may contain delimiters, doubled quotes and line ends. Blank lines between
/// records are skipped. Memory is bounded by the longest record allowed, which is that of a line.
/// Between tabs a quote counts only at a field's beginning: many programs write others as they are.
final class CSVRecordReader {
    private enum State {
        case fieldStart, unquoted, quoted, afterQuote
    }

    /// The fields of the record that `next` returned last, one behind the other.
    private(set) var text: [UInt8] = []
    /// Where each field ends in `text`.
    private(set) var ends: [Int] = []
    /// Which fields were written in quotes.
    private(set) var isQuoted: [Bool] = []
    /// The record as it stands in the file, without the last line end.
    private(set) var raw: [UInt8] = []
    /// The line that the record begins in, counted from 1.
    private(set) var lineNumber = 0

    private let source: ByteSource
    private let delimiter: UInt8
    private let recordLimit: Int
    private var state = State.fieldStart

    init(source: ByteSource, delimiter: UInt8, recordLimit: Int = ByteSource.lineByteCountMax) {
        self.source = source
        self.delimiter = delimiter
        self.recordLimit = recordLimit
    }

    var count: Int { ends.count }

    /// Where a field of the current record lies in `text`.
    func range(of field: Int) -> Range<Int> {
        (field == 0 ? 0 : ends[field - 1])..<ends[field]
    }

    /// Reads the next record.
    ///
    /// - Returns: false at the end of the file.
    /// - Throws: a fault after which the next call goes on with the next line.
    func next() throws(InputError) -> Bool {
        text.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        isQuoted.removeAll(keepingCapacity: true)
        raw.removeAll(keepingCapacity: true)
        state = .fieldStart
        guard try takeFirstLine() else { return false }
        while state == .quoted {
            guard let range = try source.nextLine() else {
                throw fault(.csv(.unterminatedQuote))
            }
            raw.append(0x0A)
            text.append(0x0A)
            try consume(range)
        }
        endField()
        return true
    }

    /// The fault of the current record.
    func fault(_ problem: InputError.Problem) -> InputError {
        InputError(
            file: source.name,
            place: .line(lineNumber),
            problem: problem,
            isRecoverable: true,
            raw: .init(bytes: raw, isTruncated: false)
        )
    }

    private func takeFirstLine() throws(InputError) -> Bool {
        while var range = try source.nextLine() {
            lineNumber = source.lineNumber
            if lineNumber == 1 {
                range = source.withoutByteOrderMark(range)
            }
            guard !range.isEmpty, source.buffer[range] != [0x0D] else { continue }
            try consume(range)
            return true
        }
        return false
    }

    /// Takes a line's fields; a carriage return at its end counts only inside of quotes.
    private func consume(_ range: Range<Int>) throws(InputError) {
        let bytes = source.buffer
        raw.append(contentsOf: bytes[range])
        guard raw.count <= recordLimit else {
            raw.removeLast(raw.count - 1024)
            var fault = fault(.lineTooLong(limit: recordLimit))
            fault.raw?.isTruncated = true
            throw fault
        }
        let endsInReturn = bytes[range].last == 0x0D
        let line = bytes.span.extracting(range).extracting(droppingLast: endsInReturn ? 1 : 0)
        do throws(CSVError) {
            try consume(line)
        } catch {
            throw fault(.csv(error))
        }
        if endsInReturn, state == .quoted {
            text.append(0x0D)
        }
    }

    private func consume(_ line: Span<UInt8>) throws(CSVError) {
        var position = 0
        while position < line.count {
            switch state {
            case .fieldStart:
                state = line[position] == UInt8(ascii: "\"") ? .quoted : .unquoted
                isQuoted.append(state == .quoted)
                position += state == .quoted ? 1 : 0
            case .unquoted:
                let end = Self.end(of: line, from: position, before: delimiter)
                try appendUnquoted(line.extracting(position..<end))
                position = endFieldAtDelimiter(line, end)
            case .quoted:
                let end = Self.end(of: line, from: position, before: UInt8(ascii: "\""))
                text.append(copying: line.extracting(position..<end))
                position = end + 1
                if end < line.count {
                    state = .afterQuote
                }
            case .afterQuote where line[position] == UInt8(ascii: "\""):
                text.append(UInt8(ascii: "\""))
                position += 1
                state = .quoted
            case .afterQuote:
                guard line[position] == delimiter else { throw .textAfterQuote }
                position = endFieldAtDelimiter(line, position)
            }
        }
    }

    private func appendUnquoted(_ bytes: Span<UInt8>) throws(CSVError) {
        if delimiter != UInt8(ascii: "\t") {
            for index in bytes.indices where bytes[index] == UInt8(ascii: "\"") {
                throw .quoteInsideField
            }
        }
        text.append(copying: bytes)
    }

    /// Ends the field if a delimiter stands at the position, and returns where to go on.
    private func endFieldAtDelimiter(_ line: Span<UInt8>, _ position: Int) -> Int {
        guard position < line.count else { return position }
        endField()
        return position + 1
    }

    private func endField() {
        if state == .fieldStart {
            isQuoted.append(false)
        }
        ends.append(text.count)
        state = .fieldStart
    }

    private static func end(of line: Span<UInt8>, from start: Int, before stop: UInt8) -> Int {
        var end = start
        while end < line.count, line[end] != stop {
            end += 1
        }
        return end
    }
}
