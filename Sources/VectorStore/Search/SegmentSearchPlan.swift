/// Whether to walk one segment's graph, and how broadly.
package struct SegmentSearchPlan {
    /// The ef; nil to compare all rows.
    package let ef: Int?
    /// When the walk may end sooner.
    package private(set) var stop: WalkStop?
    package let reason: SearchExplanation.Reason
    package let expectedRecall: Double?
    /// The segment's rows that are live points.
    package let liveCount: Int

    /// Plans for all live rows of an index but for so many that are dead.
    package init(
        _ effort: SearchEffort,
        neighbourCount: Int,
        over index: IndexView,
        deletedCount: Int
    ) {
        let rowCount = index.facts.rowCount
        liveCount = rowCount - deletedCount
        let wanted = ChosenEF(
            effort,
            neighbourCount: neighbourCount,
            over: index
        )
        guard let rows = wanted.rows else {
            ef = nil
            reason = effort == .exact ? .askedFor : .recallOutOfReach
            expectedRecall = 1
            return
        }
        // Dead rows are found as well, and take the places of live ones.
        let raised = Self.raise(rows, by: rowCount, over: liveCount)
        let isSmall = rowCount <= CostModel.smallRowCount
        let walk = CostModel.walk(ef: raised, over: index)
        let scan = CostModel.scan(rowCount: rowCount, dimension: index.layout.dimension)
        guard !isSmall, walk < scan else {
            ef = nil
            reason = .fewRows
            expectedRecall = 1
            return
        }
        ef = raised
        stop = index.facts.stops.stop(
            ef: raised,
            neighbourCount: Self.raise(neighbourCount, by: rowCount, over: liveCount)
        )
        reason = .walkIsCheaper
        expectedRecall = wanted.expectedRecall
    }

    /// A ef times n / m, where m of n rows count.
    package static func raise(_ ef: Int, by count: Int, over counted: Int) -> Int {
        let raised = Double(ef) * Double(count) / Double(max(counted, 1))
        return Int(min(raised.rounded(.up), Double(count)))
    }
}
