import VectorStore

/// The rows of an array in an npy file, version 1 to 3.
final class NpyRows: VectorRows {
    private let source: ByteSource
    /// Nil to take what the header says.
    private let dimension: Int?
    private var header: NpyHeader?
    private var row = 0

    init(source: ByteSource, dimension: Int?) {
        self.source = source
        self.dimension = dimension
    }

    var name: String { source.name }
    var bytesRead: Int { source.bytesRead }
    var totalBytes: Int? { source.totalBytes }

    func next(into vectors: inout [Float]) throws(InputFault) -> Bool {
        let header = try headerOfFile()
        guard row < header.rowCount else {
            guard try source.isExhausted() else { throw trailingData(header) }
            return false
        }
        let range = try source.wholeRow(header.rowByteCount, row: row + 1)
        row += 1
        let bytes = source.buffer[range]
        let bad: (element: Int, value: Float)?
        switch header.elementType {
        case .float16:
            bad = vectors.appendRow(bytes, of: UInt16.self) {
                Float(Float16(bitPattern: UInt16(littleEndian: $0)))
            }
        case .float32:
            bad = vectors.appendRow(bytes, of: UInt32.self) {
                Float(bitPattern: UInt32(littleEndian: $0))
            }
        case .float64:
            bad = vectors.appendRow(bytes, of: UInt64.self) {
                Float(Double(bitPattern: UInt64(littleEndian: $0)))
            }
        case .int8: bad = vectors.appendRow(bytes, of: Int8.self) { Float($0) }
        case .uint8: bad = vectors.appendRow(bytes, of: UInt8.self) { Float($0) }
        }
        if let bad {
            throw .notFinite(file: name, row: row, bad)
        }
        return true
    }

    private func headerOfFile() throws(InputFault) -> NpyHeader {
        if let header { return header }
        guard try !source.isExhausted() else {
            throw InputFault(file: name, problem: .emptyInput)
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
        do throws(NpyHeaderFault) {
            header = try NpyHeader(text: text)
        } catch {
            throw fault(error)
        }
        try check(header, headerByteCount: 8 + lengthBytes.count + length)
        self.header = header
        return header
    }

    /// Compares what the header says with the collection and with the file's size.
    private func check(_ header: NpyHeader, headerByteCount: Int) throws(InputFault) {
        let wanted = dimension ?? min(max(header.dimension, 1), Limits.dimension)
        guard header.dimension == wanted else {
            throw InputFault(
                file: name,
                problem: .dimension(expected: wanted, got: header.dimension)
            )
        }
        guard let got = totalBytes else { return }
        let (expected, isTooLarge) = (header.rowByteCount * header.rowCount)
            .addingReportingOverflow(headerByteCount)
        guard !isTooLarge, got >= expected else {
            throw InputFault(
                file: name,
                problem: .truncated(expected: isTooLarge ? .max : expected, got: got)
            )
        }
        guard got == expected else {
            throw InputFault(
                file: name,
                problem: .trailingData(expected: expected, got: got)
            )
        }
    }

    private func bytes(
        _ count: Int,
        behind offset: Int,
        orElse other: NpyHeaderFault?
    ) throws(InputFault) -> [UInt8] {
        let range = try source.next(byteCount: count)
        guard range.count == count else {
            if let other { throw fault(other) }
            throw InputFault(
                file: name,
                problem: .truncated(expected: offset + count, got: offset + range.count)
            )
        }
        return Array(source.buffer[range])
    }

    private func trailingData(_ header: NpyHeader) -> InputFault {
        let expected = header.rowByteCount * header.rowCount
        return InputFault(
            file: name,
            problem: .trailingData(expected: expected, got: expected + 1)
        )
    }

    private func fault(_ problem: NpyHeaderFault) -> InputFault {
        InputFault(file: name, problem: .npy(problem))
    }
}
