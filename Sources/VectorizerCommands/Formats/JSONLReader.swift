package import VectorStore

/// Reads points, or ids with payloads, from JSON: one object a line, or any text of objects.
///
/// Blank lines are skipped but counted; CRLF and a byte order mark at the beginning are tolerated.
package final class JSONLReader: PointReader {
    /// What separates one object from the next.
    package enum Framing: Sendable {
        /// Each object has a line of its own, so a broken one does no harm to the others.
        case lines
        /// Objects may take several lines, share one, or be the elements of an array.
        case values
    }

    private let source: ByteSource
    private var parser: PointRowParser
    private let isEmptyAllowed: Bool
    /// Nil where objects are lines.
    private let values: JSONValues?
    private var hasSeenRow = false

    /// Reads from a source; with a nil dimension in the parser vectors are neither read nor missed.
    package init(
        source: ByteSource,
        parser: PointRowParser,
        isEmptyAllowed: Bool,
        framing: Framing = .lines
    ) {
        self.source = source
        self.parser = parser
        self.isEmptyAllowed = isEmptyAllowed
        values = framing == .values ? JSONValues(source: source) : nil
    }

    package var bytesRead: Int { source.bytesRead }
    package var totalBytes: Int? { source.totalBytes }
    package var leftOut: LeftOutFields { parser.leftOut }

    package func next(into batch: inout RowBuffer) throws(InputError) -> Bool {
        guard
            let id = try nextRow(vector: &batch.points.vectors, payload: &batch.points.payloadBytes)
        else {
            return false
        }
        batch.complete(id: id, file: source.name, place: .line(lineNumber))
        return true
    }

    /// Appends the next row's vector and payload and returns its id, or nil at the end.
    func nextRow(vector: inout [Float], payload: inout [UInt8]) throws(InputError) -> String? {
        guard let range = try nextText() else {
            guard hasSeenRow || isEmptyAllowed else {
                throw InputError(file: source.name, problem: .emptyInput)
            }
            return nil
        }
        let bytes = source.buffer
        do throws(PointRowError) {
            return try parser.parse(
                bytes.span.extracting(range),
                vector: &vector,
                payload: &payload
            )
        } catch {
            throw located(error, range)
        }
    }

    /// The line that the row begins in which `nextRow` returned last, counted from 1.
    var lineNumber: Int { values?.lineNumber ?? source.lineNumber }

    var name: String { source.name }

    private func located(_ fault: PointRowError, _ range: Range<Int>) -> InputError {
        let place = values?.place(of: fault, in: range) ?? (line: source.lineNumber, fault: fault)
        return InputError(
            file: source.name,
            place: .line(place.line),
            problem: .row(place.fault),
            isRecoverable: values?.isRecoverable ?? true,
            raw: .init(bytes: Array(source.buffer[range]), isTruncated: false)
        )
    }

    private func nextText() throws(InputError) -> Range<Int>? {
        guard let values else { return try nextLine() }
        defer { hasSeenRow = hasSeenRow || values.hasContent }
        return try values.next()
    }

    /// The next line that is not blank, without line ending and byte order mark.
    private func nextLine() throws(InputError) -> Range<Int>? {
        while var range = try nextContentLine() {
            if source.buffer[range].last == 0x0D {
                range = range.lowerBound..<range.upperBound - 1
            }
            if source.buffer[range].contains(where: { $0 != 0x20 && $0 != 0x09 }) {
                hasSeenRow = true
                return range
            }
        }
        return nil
    }

    private func nextContentLine() throws(InputError) -> Range<Int>? {
        do throws(InputError) {
            guard let range = try source.nextLine() else { return nil }
            return source.lineNumber == 1 ? source.withoutByteOrderMark(range) : range
        } catch {
            hasSeenRow = true
            throw error
        }
    }
}

extension ByteSource {
    /// The range without the three bytes that some programs put before UTF-8.
    func withoutByteOrderMark(_ range: Range<Int>) -> Range<Int> {
        buffer[range].starts(with: [0xEF, 0xBB, 0xBF])
            ? range.lowerBound + 3..<range.upperBound : range
    }
}
