/// Puts several answers together by the scores that points have in them.
///
/// Each answer's scores are brought to a common scale, on which three standard deviations below the
/// mean are 0 and three above are 1. A point is worth the sum over the answers in which it is.
package enum ScoreDistributionFusion {
    /// Puts answers together.
    ///
    /// - Parameters:
    ///   - answers: each with scores of one kind.
    ///   - limit: points in the result at most.
    /// - Returns: the best first.
    package static func fuse<ID>(
        _ answers: [[RankedPoint<ID>]],
        limit: Int
    ) -> [RankedPoint<ID>] {
        var sums = ScoreSums<ID>()
        for answer in answers {
            for (point, score) in zip(answer, normalized(answer.map(\.score))) {
                sums.add(score, to: point.id)
            }
        }
        return sums.ranked(limit: limit)
    }

    /// Scores on the common scale; each is in the middle where they do not differ.
    private static func normalized(_ scores: [Float]) -> [Float] {
        let values = scores.map(Double.init)
        let mean = values.reduce(0, +) / Double(max(values.count, 1))
        let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
        let deviation = (squares / Double(max(values.count - 1, 1))).squareRoot()
        guard deviation > 0 else { return scores.map { _ in 0.5 } }
        return values.map { Float(($0 - mean + 3 * deviation) / (6 * deviation)) }
    }
}
