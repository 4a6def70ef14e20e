import VectorStore

/// All vectors of a file at once, whatever their dimension.
enum VectorTable {
    /// Reads an npy, npz, fvecs or bvecs file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - dimension: what the vectors must have; nil to take what the file says.
    ///   - isCancelled: asked before every read.
    /// - Returns: the vectors.
    /// - Throws: the first fault of the file; `.unsupportedFormat` for any other ending.
    static func read(
        _ path: String,
        dimension: Int? = nil,
        isCancelled: @escaping () -> Bool = { false }
    ) throws(InputError) -> BenchmarkRows {
        let rows = try open(path, dimension, isCancelled)
        var components: [Float] = []
        guard try rows.next(into: &components) else {
            throw InputError(file: path, problem: .emptyInput)
        }
        let dimension = components.count
        if let byteCount = rows.totalBytes {
            components.reserveCapacity(min(byteCount / 4, reservedCountMax))
        }
        while try rows.next(into: &components) {}
        return BenchmarkRows(dimension: dimension, components: components)
    }

    /// What a compressed file says of its size is believed up to here.
    private static let reservedCountMax = 1 << 26

    private static func open(
        _ path: String,
        _ dimension: Int?,
        _ isCancelled: @escaping () -> Bool
    ) throws(InputError) -> any VectorRows {
        let format = InputFormat(path: path)
        guard let format, format.isVectorsOnly else {
            let expected = InputFormat.allCases.filter(\.isVectorsOnly)
            throw InputError(file: path, problem: .unsupportedFormat(expected: expected))
        }
        let source = try ByteSource(path: path, isCancelled: isCancelled)
        return try format.vectorRows(source, dimension: dimension, isEmptyAllowed: false)
    }
}
