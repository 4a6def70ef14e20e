extension InputFormat {
    /// Begins to read the rows of a file that has only vectors.
    ///
    /// - Parameters:
    ///   - source: the file.
    ///   - dimension: what the vectors must have; nil to take what the file says.
    ///   - array: which array of an npz file; nil for its only one.
    ///   - isEmptyAllowed: whether fvecs and bvecs may have no row.
    /// - Returns: the rows.
    /// - Throws: what keeps an npz file from being opened.
    func vectorRows(
        _ source: ByteSource,
        dimension: Int?,
        array: String? = nil,
        isEmptyAllowed: Bool
    ) throws(InputError) -> any VectorRows {
        switch self {
        case .jsonl, .json, .csv, .tsv: preconditionFailure("\(self) has more than vectors")
        case .npy: NpyRows(source: source, dimension: dimension)
        case .npz: try NpzFile.open(source, array: array, dimension: dimension)
        case .fvecs, .bvecs:
            VecsRows(
                source: source,
                elementType: self == .fvecs ? .float32 : .uint8,
                dimension: dimension,
                isEmptyAllowed: isEmptyAllowed
            )
        }
    }
}
