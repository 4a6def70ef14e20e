/// Rows that lie so far to one side of the origin that the same few of them have the greatest
/// products with nearly any other.
///
/// The product of two rows is m · a + m · b + a · b and a constant, where m is the mean and a, b
/// are what is left of the rows without it. What m adds to a row is the same for every query. The
/// more it differs from row to row beside a · b, the more it decides alone.
extension RowCoder {
    /// The most rows that are looked at.
    private static let sampleLimit = 512
    /// How much the part of the mean varies at least, beside a · b, squared.
    ///
    /// From there on graphs that are built for it were better on nearly all data measured.
    private static let varianceRatio = 0.5

    /// Whether rows are such, as far as a sample tells; never but under the dot product.
    ///
    /// - Complexity: O(dimension).
    func isOneSided(_ rows: IndexRows) -> Bool {
        guard layout.metric == .dot, rows.count > 1 else { return false }
        let sample = centredSample(of: rows)
        let shares = sample.map { Self.product($0, mean) }
        let average = shares.reduce(0, +) / Double(shares.count)
        let ofMean = shares.reduce(0) { $0 + ($1 - average) * ($1 - average) }
        let half = sample.count / 2
        var ofRows = 0.0
        for place in 0..<half {
            let product = Self.product(sample[place], sample[place + half])
            ofRows += product * product
        }
        return ofMean / Double(sample.count) > Self.varianceRatio * ofRows / Double(half)
    }

    /// Whether rows may be such, as far as the mean alone tells: half of the longest row's length,
    /// or more, which scaling has brought to between 1 and 2.
    var mayBeOneSided: Bool {
        layout.metric == .dot && Self.product(mean, mean) > 0.5
    }

    /// Rows evenly from all over the segment, less the mean.
    private func centredSample(of rows: IndexRows) -> [[Float]] {
        let count = min(rows.count, Self.sampleLimit)
        var components = [Float](repeating: 0, count: layout.dimension)
        return (0..<count).map { place in
            let row = place * rows.count / count
            unsafe center(
                rows.vectors[row],
                inverseNorm: rows.inverseNorms[row],
                into: &components
            )
            return components
        }
    }

    private static func product(_ one: [Float], _ other: [Float]) -> Double {
        var sum = 0.0
        for index in one.indices { sum += Double(one[index]) * Double(other[index]) }
        return sum
    }
}
