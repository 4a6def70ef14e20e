import VectorStore

/// Reads an ivecs file: rows of a 32-bit count, then as many 32-bit numbers; here numbers of rows.
enum IvecsReader {
    /// Reads all rows.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - rowCount: what every number must be below.
    ///   - isCancelled: asked before every read.
    /// - Returns: the numbers of each row.
    /// - Throws: the first fault of the file.
    static func read(
        _ path: String,
        below rowCount: Int,
        isCancelled: @escaping () -> Bool = { false }
    ) throws(InputError) -> [[UInt32]] {
        let source = try ByteSource(path: path, isCancelled: isCancelled)
        var rows: [[UInt32]] = []
        while try !source.isExhausted() {
            let row = rows.count + 1
            let count = Int(try number(source, source.wholeRow(4, row: row)))
            guard (1...Limits.neighbourCount).contains(count) else {
                let nearest = min(max(count, 1), Limits.neighbourCount)
                throw InputError(
                    file: path,
                    place: .row(row),
                    problem: .dimension(expected: nearest, got: count)
                )
            }
            let range = try source.wholeRow(4 * count, row: row, isInside: 4)
            let numbers = stride(from: range.lowerBound, to: range.upperBound, by: 4).map {
                number(source, $0..<$0 + 4)
            }
            if let bad = numbers.firstIndex(where: { Int($0) >= rowCount }) {
                throw InputError(
                    file: path,
                    place: .row(row),
                    problem: .rowNumber(below: rowCount, element: bad, got: Int(numbers[bad]))
                )
            }
            rows.append(numbers)
        }
        guard !rows.isEmpty else { throw InputError(file: path, problem: .emptyInput) }
        return rows
    }

    private static func number(_ source: ByteSource, _ range: Range<Int>) -> UInt32 {
        source.buffer[range].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
}
