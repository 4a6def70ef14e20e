package import VectorStore

/// Reads points from a CSV file whose first record names the columns.
///
/// The vector column holds a JSON array, or each element has a column. A payload column holds a
/// JSON object; without one all other columns are the payload: what is not quoted and reads as a
/// JSON number, `true` or `false` becomes just that, with its text kept; what is not quoted and
/// empty is left out; all else is a string.
package final class CSVReader: PointReader {
    /// What each column means.
    private struct Columns {
        var id: Int
        var vector: VectorColumns
        var payload: Int?
        /// The names of all columns as JSON members: `"name":`.
        var members: [[UInt8]]
        var names: [String]
        /// Those that are the payload where no column is: all with no other meaning.
        var others: [Int]
    }

    private let source: ByteSource
    private let records: CSVRecordReader
    private let fields: PointRowParser
    private let dimension: Int
    private let delimiter: UInt8
    private let isEmptyAllowed: Bool
    private var columns: Columns?
    private var minifier = JSONMinifier()

    /// Reads from a source; the parser says what the columns are called.
    package init(
        source: ByteSource,
        fields: PointRowParser,
        dimension: Int,
        delimiter: UInt8 = UInt8(ascii: ","),
        isEmptyAllowed: Bool
    ) {
        self.source = source
        self.delimiter = delimiter
        self.records = CSVRecordReader(source: source, delimiter: delimiter)
        self.fields = fields
        self.dimension = dimension
        self.isEmptyAllowed = isEmptyAllowed
    }

    package var bytesRead: Int { source.bytesRead }
    package var totalBytes: Int? { source.totalBytes }
    package private(set) var leftOut = LeftOutFields()

    package func next(into batch: inout RowBuffer) throws(InputError) -> Bool {
        guard let columns = try columnsOfFile(), try records.next() else { return false }
        guard records.count == columns.names.count else {
            throw records.fault(
                .csv(.columnCount(expected: columns.names.count, got: records.count))
            )
        }
        do throws(PointRowError) {
            let id = try appendRow(columns, to: &batch)
            if columns.payload != nil { countLeftOut(columns) }
            batch.complete(id: id, file: source.name, place: .line(records.lineNumber))
            return true
        } catch {
            batch.points.abandonRow()
            throw records.fault(.row(error))
        }
    }

    /// Reads the record with the columns' names, which if bad makes the whole file unreadable.
    ///
    /// - Returns: nil if the file is empty and may be so.
    private func columnsOfFile() throws(InputError) -> Columns? {
        if let columns { return columns }
        do throws(InputError) {
            guard try records.next() else {
                guard isEmptyAllowed else {
                    throw InputError(file: source.name, problem: .emptyInput)
                }
                return nil
            }
            do throws(CSVError) {
                columns = try columnsOfRecord()
            } catch {
                throw records.fault(.csv(error))
            }
            if let columns { try checkDimension(columns) }
            return columns
        } catch {
            var fault = error
            fault.isRecoverable = false
            throw fault
        }
    }

    /// Says that the vector's columns are not as many as its elements.
    private func checkDimension(_ columns: Columns) throws(InputError) {
        guard case .elements(let elements) = columns.vector, elements.count != dimension else {
            return
        }
        throw records.fault(.dimension(expected: dimension, got: elements.count))
    }

    private func columnsOfRecord() throws(CSVError) -> Columns {
        var members: [[UInt8]] = []
        var names: [String] = []
        for column in 0..<records.count {
            let bytes = records.text[records.range(of: column)]
            var member: [UInt8] = []
            do throws(JSONError) {
                try JSONString.append(utf8: bytes.span, to: &member)
            } catch {
                throw .invalidUTF8(column: nil)
            }
            member.append(UInt8(ascii: ":"))
            let name = String(decoding: bytes, as: UTF8.self)
            guard !members.contains(member) else { throw .duplicateColumn(name: name) }
            members.append(member)
            names.append(name)
        }
        func index(_ name: String) -> Int? {
            names.firstIndex { $0.utf8.elementsEqual(name.utf8) }
        }
        guard let id = index(fields.idField) else {
            if let other = otherDelimiter { throw .otherDelimiter(other) }
            throw .missingColumn(name: fields.idField)
        }
        let payload = fields.keepsAllFields ? nil : index(fields.payloadField)
        let taken = Set([id, payload].compactMap { $0 })
        let vector = try VectorColumns(fields.vectorField, names: names, others: taken)
        return Columns(
            id: id,
            vector: vector,
            payload: payload,
            members: members,
            names: names,
            others: names.indices.filter { !taken.contains($0) && !vector.contains($0) }
        )
    }

    /// The character that may separate the names of a header which is one column as it is.
    private var otherDelimiter: UInt8? {
        guard records.count == 1, !records.isQuoted[0] else { return nil }
        let counts = InputSniffer.delimiters.map { delimiter in
            (delimiter, count: records.text.count { $0 == delimiter })
        }
        let most = counts.filter { $0.0 != delimiter && $0.count > 0 }.max { $0.count < $1.count }
        return most?.0
    }

    /// Appends the current record's vector and payload and returns its id.
    private func appendRow(
        _ columns: Columns,
        to batch: inout RowBuffer
    ) throws(PointRowError) -> String {
        let text = records.text
        let idBytes = text[records.range(of: columns.id)]
        try checkUTF8(idBytes.span, field: fields.idField)
        let id = try PointRowParser.checkedID(
            String(decoding: idBytes, as: UTF8.self),
            field: fields.idField
        )
        try appendVector(columns, text.span, to: &batch.points.vectors)
        let start = batch.points.payloadBytes.count
        if let column = columns.payload {
            try appendPayload(text.span.extracting(records.range(of: column)), to: &batch)
        } else {
            try appendOtherColumns(columns, text.span, to: &batch.points.payloadBytes)
        }
        let byteCount = batch.points.payloadBytes.count - start
        guard byteCount <= Limits.payloadByteCount else {
            throw .payloadTooLarge(
                field: fields.payloadLabel,
                limit: Limits.payloadByteCount,
                got: byteCount
            )
        }
        return id
    }

    private func appendVector(
        _ columns: Columns,
        _ text: Span<UInt8>,
        to vectors: inout [Float]
    ) throws(PointRowError) {
        switch columns.vector {
        case .array(let column):
            try JSONVector.parse(
                text.extracting(records.range(of: column)),
                dimension: dimension,
                field: fields.vectorField,
                into: &vectors
            )
        case .elements(let elements):
            for (index, column) in elements.enumerated() {
                try JSONVector.parseElement(
                    text.extracting(records.range(of: column)),
                    index: index,
                    field: columns.names[column],
                    into: &vectors
                )
            }
        }
    }

    private func appendPayload(
        _ text: Span<UInt8>,
        to batch: inout RowBuffer
    ) throws(PointRowError) {
        guard !text.isEmpty else {
            batch.points.payloadBytes.append(contentsOf: [UInt8(ascii: "{"), UInt8(ascii: "}")])
            return
        }
        let start = batch.points.payloadBytes.count
        do throws(JSONError) {
            try minifier.minify(text, into: &batch.points.payloadBytes)
        } catch {
            throw .invalidJSON(error, field: fields.payloadField)
        }
        guard let kind = JSONKind(firstByte: batch.points.payloadBytes[start]), kind != .object
        else {
            return
        }
        throw .wrongType(
            field: fields.payloadField,
            element: nil,
            expected: .object,
            got: kind
        )
    }

    private func appendOtherColumns(
        _ columns: Columns,
        _ text: Span<UInt8>,
        to payload: inout [UInt8]
    ) throws(PointRowError) {
        payload.append(UInt8(ascii: "{"))
        var isFirst = true
        for column in columns.others {
            let value = text.extracting(records.range(of: column))
            let isQuoted = records.isQuoted[column]
            guard isQuoted || !value.isEmpty else { continue }
            if !isFirst {
                payload.append(UInt8(ascii: ","))
            }
            isFirst = false
            payload.append(contentsOf: columns.members[column])
            if !isQuoted, Self.isTyped(value) {
                payload.append(copying: value)
            } else {
                do throws(JSONError) {
                    try JSONString.append(utf8: value, to: &payload)
                } catch {
                    throw .invalidJSON(error, field: columns.names[column])
                }
            }
        }
        payload.append(UInt8(ascii: "}"))
    }

    /// Counts the columns beside the payload that hold something in the current record.
    private func countLeftOut(_ columns: Columns) {
        for column in columns.others
        where records.isQuoted[column] || !records.range(of: column).isEmpty {
            leftOut.count(columns.names[column])
        }
    }

    private func checkUTF8(_ text: Span<UInt8>, field: String) throws(PointRowError) {
        do throws(JSONError) {
            try JSONString.validateUTF8(text)
        } catch {
            throw .invalidJSON(error, field: field)
        }
    }

    /// Whether an unquoted text stands for itself in JSON.
    private static func isTyped(_ text: Span<UInt8>) -> Bool {
        JSONNumber.isNumber(text) || equals(text, "true") || equals(text, "false")
    }

    private static func equals(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
        guard text.count == word.utf8CodeUnitCount else { return false }
        return text.indices.allSatisfy { text[$0] == word.utf8Start[$0] }
    }
}
