import VectorStore

/// The rows of an fvecs or bvecs file: a 32-bit dimension, then the elements.
final class VecsRows: VectorRows {
    /// What a row's elements are.
    enum ElementType: Sendable {
        case float32, uint8

        var byteCount: Int {
            switch self {
            case .float32: 4
            case .uint8: 1
            }
        }
    }

    private let source: ByteSource
    private let elementType: ElementType
    /// Nil until the first row has told it.
    private var knownDimension: Int?
    private let isEmptyAllowed: Bool
    private var row = 0

    init(source: ByteSource, elementType: ElementType, dimension: Int?, isEmptyAllowed: Bool) {
        self.source = source
        self.elementType = elementType
        knownDimension = dimension
        self.isEmptyAllowed = isEmptyAllowed
    }

    var name: String { source.name }
    var bytesRead: Int { source.bytesRead }
    var totalBytes: Int? { source.totalBytes }

    func next(into vectors: inout [Float]) throws(InputError) -> Bool {
        guard try !source.isExhausted() else {
            guard row > 0 || isEmptyAllowed else {
                throw InputError(file: name, problem: .emptyInput)
            }
            return false
        }
        row += 1
        let dimension = try dimensionOfRow()
        let range = try source.wholeRow(
            dimension * elementType.byteCount,
            row: row,
            isInside: 4
        )
        let bytes = source.buffer[range]
        let bad: (element: Int, value: Float)?
        switch elementType {
        case .float32:
            bad = vectors.appendRow(bytes, of: UInt32.self) {
                Float(bitPattern: UInt32(littleEndian: $0))
            }
        case .uint8: bad = vectors.appendRow(bytes, of: UInt8.self) { Float($0) }
        }
        if let bad {
            throw .notFinite(file: name, row: row, bad)
        }
        return true
    }

    /// Reads a row's dimension; where it is wrong, the next row can't be found.
    private func dimensionOfRow() throws(InputError) -> Int {
        let range = try source.wholeRow(4, row: row)
        let bits = source.buffer[range].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let got = Int(Int32(bitPattern: bits))
        let expected = knownDimension ?? min(max(got, 1), Limits.dimension)
        guard got == expected else {
            throw InputError(
                file: name,
                place: .row(row),
                problem: .dimension(expected: expected, got: got)
            )
        }
        knownDimension = got
        return got
    }
}
