/// When a walk ends before it has expanded all rows that it keeps.
///
/// Rows that lie farther than the nearest ones by more than the slack are neither kept nor expanded
/// (Al-Jazzazi et al. 2025, "Distance Adaptive Beam Search for Provably Accurate Graph-Based
/// Nearest Neighbor Search"). What an easy query needs is found early, and a hard one goes on.
package struct WalkStop: Equatable, Sendable {
    /// Which of the nearest rows found so far the others are compared with, from 1.
    package let rank: Int
    /// By which part the squared distance of a row may be greater than that row's.
    package let slack: Float

    /// Describes when to stop.
    package init(rank: Int, slack: Float) {
        self.rank = rank
        self.slack = slack
    }

    /// How many rows are kept for an ef: half as many more than by a walk that stops at nothing,
    /// since few of them are ever expanded.
    package static func keptCount(ef: Int) -> Int { ef + ef / 2 }
}

/// The slack with which walks find what walks of an ef find that stop at nothing; measured on a
/// sample when an index is built.
package struct StopCalibration: Equatable, Sendable {
    /// The efs that are measured.
    package static let efs = [32, 64, 128, 256, 512]
    /// The numbers of neighbours (k) that are measured.
    package static let neighbourCounts = [10, 100]

    /// For each number of neighbours the slack at each ef; 0 where ef < k, nothing was measured or
    /// no slack was found.
    package var slacks = [Float](repeating: 0, count: efs.count * neighbourCounts.count)

    /// Makes one that says that nothing was measured.
    package init() {}

    /// Where a walk may stop.
    ///
    /// - Parameters:
    ///   - ef: as much as a walk of this ef is to find.
    ///   - neighbourCount: of so many neighbours, k.
    /// - Returns: nil where it has to expand all rows.
    package func stop(ef: Int, neighbourCount: Int) -> WalkStop? {
        guard let least = Self.neighbourCounts.first, let last = Self.efs.last, ef <= last else {
            return nil
        }
        let rank = max(neighbourCount, least)
        // Fewer neighbours take more slack, so that the next smaller number is on the safe side.
        let group = Self.neighbourCounts.lastIndex { $0 <= rank } ?? 0
        let measured = Self.efs.indices.filter { Self.efs[$0] >= Self.neighbourCounts[group] }
        guard let upper = measured.first(where: { Self.efs[$0] >= ef }) else { return nil }
        let lower = measured.last { Self.efs[$0] <= ef } ?? upper
        let (low, high) = (
            slacks[group * Self.efs.count + lower], slacks[group * Self.efs.count + upper]
        )
        guard low > 0, high > 0 else { return nil }
        let width = Self.efs[upper] - Self.efs[lower]
        let share = width == 0 ? 0 : Float(ef - Self.efs[lower]) / Float(width)
        return WalkStop(rank: rank, slack: low + share * (high - low))
    }
}
