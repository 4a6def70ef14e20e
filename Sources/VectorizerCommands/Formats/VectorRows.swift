import VectorStore

/// A file of nothing but vectors, read row by row.
protocol VectorRows: AnyObject {
    /// The file's path as it was given.
    var name: String { get }
    var bytesRead: Int { get }
    var totalBytes: Int? { get }

    /// Appends the elements of the next row.
    ///
    /// - Returns: false at the end of the file.
    /// - Throws: the fault of this row or of the whole file; what has been appended of the row is
    ///   the caller's to remove.
    func next(into vectors: inout [Float]) throws(InputError) -> Bool
}

extension [Float] {
    /// Appends elements and says which of them was the first that is not finite.
    mutating func appendRow<Stored>(
        _ bytes: ArraySlice<UInt8>,
        of type: Stored.Type,
        _ convert: (Stored) -> Float
    ) -> (element: Int, value: Float)? where Stored: BitwiseCopyable {
        let count = bytes.count / MemoryLayout<Stored>.stride
        let start = self.count
        bytes.withUnsafeBytes { bytes in
            for index in 0..<count {
                let element = bytes.loadUnaligned(
                    fromByteOffset: index * MemoryLayout<Stored>.stride,
                    as: type
                )
                append(convert(element))
            }
        }
        guard let bad = self[start...].firstIndex(where: { !$0.isFinite }) else { return nil }
        return (bad - start, self[bad])
    }
}

extension InputError {
    /// The fault of a row whose elements were read but are not all finite.
    static func notFinite(
        file: String,
        row: Int,
        _ bad: (element: Int, value: Float)
    ) -> InputError {
        InputError(
            file: file,
            place: .row(row),
            problem: .row(
                .notFinite(
                    field: "vector",
                    element: bad.element,
                    got: bad.value.description
                )
            ),
            isRecoverable: true
        )
    }
}
