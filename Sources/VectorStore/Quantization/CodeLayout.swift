/// How the rows of an index are coded: one *record* a row, which is all that a search reads of a
/// row until it ranks the best ones with their full vectors.
///
/// A record is 16 bytes of metadata (four floats: offset, step, sum of the rounded components, and
/// a constant) and the code, zero-filled to a multiple of 16 bytes. What is coded is the vector
/// less the segment's mean; under the cosine, the vector scaled to length 1. The constant is the
/// squared norm of what is coded or, under the dot product, its product with the mean.
package struct CodeLayout: Equatable, Sendable {
    package let quantization: Quantization
    package let metric: Metric
    /// The collection's dimension.
    package let dimension: Int

    /// Bytes of metadata before a record's code.
    package static let metadataByteCount = 16

    /// Bytes of a code, with what fills it up.
    package var codeByteCount: Int {
        let used =
            switch quantization {
            case .none: dimension * 4
            case .int8: dimension
            case .binary: (dimension + 7) / 8
            }
        return (used + 15) / 16 * 16
    }

    /// Bytes from one record to the next.
    package var stride: Int { Self.metadataByteCount + codeByteCount }

    /// How many of the rows that a walk found are ranked with their full vectors.
    ///
    /// Bytes put rows nearly in their true order; bits do not.
    ///
    /// - Parameters:
    ///   - neighbours: how many neighbours are asked for.
    ///   - found: how many rows the walk found.
    /// - Returns: a number of rows, at most `found`.
    package func rankedCount(neighbours: Int, found: Int) -> Int {
        quantization == .binary ? found : min(found, max(neighbours * 8 / 5, 16))
    }
}
