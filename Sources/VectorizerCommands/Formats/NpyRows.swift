import VectorStore

/// The rows of an array in an npy file, version 1 to 3.
final class NpyRows: VectorRows {
    private let source: any ArrayBytes
    /// Nil to take what the header says.
    private let dimension: Int?
    private var header: NpyHeader?
    /// Where the rows come from when they don't lie one behind the other.
    private var columns: NpyColumns?
    private var row = 0

    init(source: any ArrayBytes, dimension: Int?) {
        self.source = source
        self.dimension = dimension
    }

    var name: String { source.name }
    var totalBytes: Int? { source.totalBytes }

    var bytesRead: Int {
        guard let header, let columns, !columns.isKept else { return source.bytesRead }
        return max(source.bytesRead, row * header.rowByteCount)
    }

    func next(into vectors: inout [Float]) throws(InputError) -> Bool {
        let header = try headerOfFile()
        guard row < header.rowCount else {
            try expectEnd(header)
            return false
        }
        let bytes = try nextRow(header)
        if let bad = header.elementType.appendRow(bytes, to: &vectors) {
            throw .notFinite(file: name, row: row, bad)
        }
        return true
    }

    private func nextRow(_ header: NpyHeader) throws(InputError) -> ArraySlice<UInt8> {
        if let columns {
            let bytes = try columns.row(row)
            row += 1
            return bytes
        }
        let range = try source.wholeRow(header.rowByteCount, row: row + 1)
        row += 1
        return source.buffer[range]
    }

    private func headerOfFile() throws(InputError) -> NpyHeader {
        if let header { return header }
        guard try !source.isExhausted() else {
            throw InputError(file: name, problem: .emptyInput)
        }
        let prefix = try bytes(8, behind: 0, orElse: .notNpy)
        guard prefix.starts(with: NpyHeader.magic) else { throw fault(.notNpy) }
        let (major, minor) = (prefix[6], prefix[7])
        guard 1...3 ~= major, minor == 0 else {
            throw fault(.version(major: major, minor: minor))
        }
        let lengthBytes = try bytes(major == 1 ? 2 : 4, behind: 8, orElse: nil)
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= NpyHeader.limit else {
            throw fault(.tooLong(limit: NpyHeader.limit, got: length))
        }
        let text = try bytes(length, behind: 8 + lengthBytes.count, orElse: nil)
        let header: NpyHeader
        do throws(NpyHeaderError) {
            header = try NpyHeader(text: text)
        } catch {
            throw fault(error)
        }
        let headerByteCount = 8 + lengthBytes.count + length
        try check(header, headerByteCount: headerByteCount)
        if header.isByColumn {
            columns = try NpyColumns(
                source: source,
                header: header,
                headerByteCount: headerByteCount
            )
        }
        self.header = header
        return header
    }

    /// Compares what the header says with the collection and with the file's size.
    private func check(_ header: NpyHeader, headerByteCount: Int) throws(InputError) {
        let wanted = dimension ?? min(max(header.dimension, 1), Limits.dimension)
        guard header.dimension == wanted else {
            throw InputError(
                file: name,
                problem: .dimension(expected: wanted, got: header.dimension)
            )
        }
        guard let got = totalBytes else { return }
        let (expected, isTooLarge) = (header.rowByteCount * header.rowCount)
            .addingReportingOverflow(headerByteCount)
        guard !isTooLarge, got >= expected else {
            throw InputError(
                file: name,
                problem: .truncated(expected: isTooLarge ? .max : expected, got: got)
            )
        }
        guard got == expected else {
            throw InputError(
                file: name,
                problem: .trailingData(expected: expected, got: got)
            )
        }
    }

    private func bytes(
        _ count: Int,
        behind offset: Int,
        orElse other: NpyHeaderError?
    ) throws(InputError) -> [UInt8] {
        let range = try source.next(byteCount: count)
        guard range.count == count else {
            if let other { throw fault(other) }
            throw InputError(
                file: name,
                problem: .truncated(expected: offset + count, got: offset + range.count)
            )
        }
        return Array(source.buffer[range])
    }

    /// Makes sure that nothing is behind the last row; where the size was known it was compared.
    private func expectEnd(_ header: NpyHeader) throws(InputError) {
        if let columns, !columns.isKept { return }
        guard try !source.isExhausted() else { return }
        let expected = header.rowByteCount * header.rowCount
        throw InputError(
            file: name,
            problem: .trailingData(expected: expected, got: expected + 1)
        )
    }

    private func fault(_ problem: NpyHeaderError) -> InputError {
        InputError(file: name, problem: .npy(problem))
    }
}
