/// Puts several answers together by the ranks that points have in them.
///
/// A point is worth the sum of 1 / ((rank + 1) / weight + k − 1) over the answers in which it is,
/// ranks from 0 (Cormack, Clarke and Büttcher 2009, with weights). Scores play no part.
package enum ReciprocalRankFusion {
    /// The constant where none is given.
    package static let usualConstant = 2

    /// Puts answers together.
    ///
    /// - Parameters:
    ///   - answers: each with the best first.
    ///   - k: the constant, from 1; the greater, the less the first ranks stand out.
    ///   - weights: one for each answer, or nil; an answer with weight 0 adds points worth nothing.
    ///   - limit: points in the result at most.
    /// - Returns: the best first.
    package static func fuse<ID>(
        _ answers: [[RankedPoint<ID>]],
        k: Int = usualConstant,
        weights: [Float]? = nil,
        limit: Int
    ) -> [RankedPoint<ID>] {
        var sums = ScoreSums<ID>()
        for (number, answer) in answers.enumerated() {
            let weight = weights.map { number < $0.count ? $0[number] : 1 } ?? 1
            for (rank, point) in answer.enumerated() {
                let worth = weight > 0 ? 1 / (Float(rank + 1) / weight + Float(k) - 1) : 0
                sums.add(worth, to: point.id)
            }
        }
        return sums.ranked(limit: limit)
    }
}
