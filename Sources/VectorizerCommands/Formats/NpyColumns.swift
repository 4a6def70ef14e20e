/// The rows of an array that is stored column by column, in Fortran order.
///
/// Rows are gathered in blocks: of each column the stretch that belongs to the block is copied from
/// where it lies, so memory is bounded by a block whatever the array's size. What can only be read
/// front to back is kept whole, up to a limit.
final class NpyColumns {
    /// How many bytes of rows are gathered at a time.
    static let blockByteCount = 8 << 20
    /// The largest array that is kept whole.
    static let keptByteCountMax = 256 << 20
    /// How many bytes are taken at a time of an array that is kept.
    private static let chunkByteCount = 1 << 18

    private let source: any ArrayBytes
    private let header: NpyHeader
    private let headerByteCount: Int
    /// The whole array, where it can't be copied from the source.
    private var kept: [UInt8]?
    /// The rows that have been gathered, in the order of rows.
    private var block: [UInt8] = []
    private var blockRows = 0..<0
    private var stretch: [UInt8] = []

    /// Prepares to gather rows from a source whose header has been taken.
    ///
    /// - Throws: `.keptTooLarge` when the array would have to be kept and is too large for that.
    init(source: any ArrayBytes, header: NpyHeader, headerByteCount: Int) throws(InputError) {
        self.source = source
        self.header = header
        self.headerByteCount = headerByteCount
        if try !source.allowsCopying() {
            kept = try Self.takeAll(from: source, header)
        }
    }

    /// Whether the source's end is reached by taking, and not by copying.
    var isKept: Bool { kept != nil }

    /// The bytes of a row, counted from 0.
    func row(_ index: Int) throws(InputError) -> ArraySlice<UInt8> {
        if !blockRows.contains(index) { try gather(from: index) }
        let start = (index - blockRows.lowerBound) * header.rowByteCount
        return block[start..<start + header.rowByteCount]
    }

    private static func takeAll(
        from source: any ArrayBytes,
        _ header: NpyHeader
    ) throws(InputError) -> [UInt8] {
        let total = header.rowByteCount * header.rowCount
        guard total <= keptByteCountMax else {
            throw InputError(
                file: source.name,
                problem: .npy(.keptTooLarge(limit: keptByteCountMax, got: total))
            )
        }
        var bytes: [UInt8] = []
        while bytes.count < total {
            let range = try source.next(byteCount: min(chunkByteCount, total - bytes.count))
            guard !range.isEmpty else {
                throw InputError(
                    file: source.name,
                    problem: .truncated(expected: total, got: bytes.count)
                )
            }
            bytes.append(contentsOf: source.buffer[range])
        }
        return bytes
    }

    private func gather(from first: Int) throws(InputError) {
        let rowCountMax = max(1, Self.blockByteCount / header.rowByteCount)
        let count = min(rowCountMax, header.rowCount - first)
        if block.count < count * header.rowByteCount {
            block = [UInt8](repeating: 0, count: count * header.rowByteCount)
            stretch = [UInt8](repeating: 0, count: count * header.elementType.byteCount)
        }
        for column in 0..<header.dimension {
            try copyRun(column: column, rows: first..<first + count)
            switch header.elementType.byteCount {
            case 1: spread(UInt8.self, column: column, rowCount: count)
            case 2: spread(UInt16.self, column: column, rowCount: count)
            case 4: spread(UInt32.self, column: column, rowCount: count)
            default: spread(UInt64.self, column: column, rowCount: count)
            }
        }
        blockRows = first..<first + count
    }

    /// Copies what one column has for some rows.
    private func copyRun(column: Int, rows: Range<Int>) throws(InputError) {
        let size = header.elementType.byteCount
        let offset = (column * header.rowCount + rows.lowerBound) * size
        let byteCount = rows.count * size
        if let kept {
            stretch.replaceSubrange(0..<byteCount, with: kept[offset..<offset + byteCount])
            return
        }
        let start = headerByteCount + offset
        let got = try stretch.copyBytes(of: source, at: start, count: byteCount)
        guard got == byteCount else {
            throw InputError(
                file: source.name,
                problem: .truncated(expected: start + byteCount, got: start + got)
            )
        }
    }

    /// Puts the elements of a column into their rows; the bits are moved as they are.
    private func spread<Bits: BitwiseCopyable>(
        _ type: Bits.Type,
        column: Int,
        rowCount: Int
    ) {
        let size = MemoryLayout<Bits>.size
        let rowByteCount = header.rowByteCount
        stretch.withUnsafeBytes { elements in
            block.withUnsafeMutableBytes { rows in
                for row in 0..<rowCount {
                    let bits = elements.loadUnaligned(fromByteOffset: row * size, as: type)
                    rows.storeBytes(
                        of: bits,
                        toByteOffset: row * rowByteCount + column * size,
                        as: type
                    )
                }
            }
        }
    }
}

extension [UInt8] {
    /// Overwrites the first bytes with those from a place of the source; returns how many.
    mutating func copyBytes(
        of source: any ArrayBytes,
        at offset: Int,
        count: Int
    ) throws(InputError) -> Int {
        let result = withUnsafeMutableBytes { bytes in
            Result { () throws(InputError) in
                try source.copyBytes(at: offset, to: .init(rebasing: bytes[0..<count]))
            }
        }
        return try result.get()
    }
}
