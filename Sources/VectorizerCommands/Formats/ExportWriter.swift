/// The formats that points are written in.
package enum ExportFormat: String, CaseIterable, Sendable {
    case jsonl, csv, npy, fvecs

    /// The format that a path's ending names, or nil.
    package init?(path: String) {
        guard let format = InputFormat(ending: path) else { return nil }
        self.init(rawValue: format == .json ? "jsonl" : format.rawValue)
    }

    /// Makes a writer for so many points; `count` matters to formats that state it at the front.
    package func makeWriter(count: Int, dimension: Int) -> any ExportWriter {
        switch self {
        case .jsonl: JSONLWriter()
        case .csv: CSVWriter()
        case .npy: NpyWriter(count: count, dimension: dimension)
        case .fvecs: FvecsWriter()
        }
    }
}

/// Turns points into the bytes of a file, which reads back bit for bit.
///
/// Everything is appended to a chunk that the caller writes out and empties when it likes.
package protocol ExportWriter: Sendable {
    /// Appends what stands before the first point.
    mutating func begin(into chunk: inout [UInt8])

    /// Appends a point; the payload is a minified JSON object.
    mutating func append(
        id: String,
        vector: Span<Float>,
        payload: Span<UInt8>,
        to chunk: inout [UInt8]
    )

    /// Makes sure that the file is complete.
    mutating func finish() throws(ExportError)
}

/// Why what was written is not the file that was begun.
package enum ExportError: Error, Equatable, Sendable {
    /// The header states another number of points than were written.
    case rowCount(expected: Int, got: Int)
}

extension ExportWriter {
    package mutating func begin(into chunk: inout [UInt8]) {}
    package mutating func finish() throws(ExportError) {}
}
