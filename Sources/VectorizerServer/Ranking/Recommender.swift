/// Judges points by their likeness to several examples.
///
/// Likeness is a number that is greater for what is more alike: a dot product, or a distance with
/// its sign turned.
package enum Recommender {
    /// The vector to search for: the mean of what the answer should be like, moved away from the
    /// mean of what it should not.
    ///
    /// - Parameters:
    ///   - positive: one vector at least, all of one length.
    ///   - negative: vectors of the same length.
    /// - Returns: a vector of that length.
    package static func average(positive: [[Float]], negative: [[Float]]) -> [Float] {
        let towards = mean(positive)
        guard !negative.isEmpty else { return towards }
        return zip(towards, mean(negative)).map { $0 + $0 - $1 }
    }

    private static func mean(_ vectors: [[Float]]) -> [Float] {
        guard var sum = vectors.first else { return [] }
        for vector in vectors.dropFirst() {
            for (index, value) in vector.enumerated() where index < sum.count {
                sum[index] += value
            }
        }
        return sum.map { $0 / Float(vectors.count) }
    }

    /// The same for sparse vectors.
    ///
    /// - Parameters:
    ///   - positive: one vector at least.
    ///   - negative: vectors.
    /// - Returns: one with the indices of all, in ascending order.
    package static func average(
        positive: [(indices: [UInt32], values: [Float])],
        negative: [(indices: [UInt32], values: [Float])]
    ) -> (indices: [UInt32], values: [Float]) {
        var sums: [UInt32: Float] = [:]
        let factor: Float = negative.isEmpty ? 1 : 2
        for vector in positive {
            for (index, value) in zip(vector.indices, vector.values) {
                sums[index, default: 0] += factor * value / Float(positive.count)
            }
        }
        for vector in negative {
            for (index, value) in zip(vector.indices, vector.values) {
                sums[index, default: 0] -= value / Float(negative.count)
            }
        }
        let indices = sums.keys.sorted()
        return (indices, indices.map { sums[$0, default: 0] })
    }

    /// A score by the most alike of all examples: between 0 and 1 where that is a positive one,
    /// between −1 and 0 where it is a negative one.
    ///
    /// - Parameters:
    ///   - positive: the point's likeness to each positive example.
    ///   - negative: its likeness to each negative example.
    /// - Returns: the score.
    package static func bestScore(positive: [Float], negative: [Float]) -> Float {
        let towards = positive.max() ?? -.infinity
        let away = negative.max() ?? -.infinity
        return towards > away ? squashed(towards) : -squashed(away)
    }

    /// A score by all examples: the likeness to positive ones less that to negative ones.
    ///
    /// - Parameters:
    ///   - positive: the point's likeness to each positive example.
    ///   - negative: its likeness to each negative example.
    /// - Returns: the score.
    package static func sumOfScores(positive: [Float], negative: [Float]) -> Float {
        positive.reduce(0, +) - negative.reduce(0, +)
    }

    /// Brings any number into the range from 0 to 1, greater ones to greater ones.
    private static func squashed(_ value: Float) -> Float {
        guard value.isFinite else { return value > 0 ? 1 : 0 }
        return 0.5 * (value / (1 + abs(value)) + 1)
    }
}
