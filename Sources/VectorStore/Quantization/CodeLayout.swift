/// How the rows of an index are coded: one *record* a row, which is all that a search reads of a
/// row until it ranks the best ones with their full vectors.
///
/// A record is 16 bytes of metadata (four floats: offset, step, sum of the rounded components, and
/// a constant) and the code, zero-filled to a multiple of 16 bytes. What is coded is the vector
/// less the segment's mean; under the cosine, the vector scaled to length 1. The constant is the
/// squared norm of what is coded or, under the dot product, its product with the mean.
///
/// Beside records of bytes there may be *sketches*: records again, of the upper four bits of each
/// byte. A walk waits for memory more than for anything else, and reads half as much of it.
package struct CodeLayout: Equatable, Sendable {
    package let quantization: Quantization
    package let metric: Metric
    /// The collection's dimension.
    package let dimension: Int

    /// Describes codes of vectors.
    package init(quantization: Quantization, metric: Metric, dimension: Int) {
        self.quantization = quantization
        self.metric = metric
        self.dimension = dimension
    }

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

    /// The fewest components of which sketches are made: records of fewer lie in so few cache lines
    /// that half of them would save little.
    private static let sketchedDimension = 192

    /// Whether sketches are worth making, if they turn out to be good enough.
    package var allowsSketches: Bool {
        quantization == .int8 && dimension >= Self.sketchedDimension
    }

    /// Bytes of a sketch's code, with what fills it up.
    package var sketchCodeByteCount: Int { ((dimension + 1) / 2 + 15) / 16 * 16 }

    /// Bytes from one sketch to the next.
    package var sketchStride: Int { Self.metadataByteCount + sketchCodeByteCount }

    /// How many of the rows that a walk found are ranked with their full vectors, at first.
    ///
    /// Bytes put rows nearly in their true order, half bytes less so, bits not at all.
    ///
    /// - Parameters:
    ///   - neighbours: how many neighbours are asked for.
    ///   - found: how many rows the walk found.
    ///   - sketched: whether it walked over sketches.
    /// - Returns: a number of rows, at most `found`.
    package func rankedCount(neighbours: Int, found: Int, sketched: Bool) -> Int {
        guard quantization != .binary else { return found }
        return min(found, Self.reliableCount(neighbours: neighbours, sketched: sketched))
    }

    /// How many of the first rows by their codes the nearest ones are nearly always among.
    package static func reliableCount(neighbours: Int, sketched: Bool) -> Int {
        sketched ? max(2 * neighbours, 20) : max(neighbours * 8 / 5, 16)
    }
}
