/// How to search one segment for rows that pass a filter: by walks, as long as they cost less than
/// comparing all rows that pass.
///
/// How many rows near the query pass is not known before a walk: with a filter that agrees with the
/// query it is all of them, with one that disagrees none. So where few rows pass, the first walk is
/// no broader than without a filter, and what it finds decides how to go on.
///
/// Where the number of rows that pass is an estimate, they may be known or tested as they are
/// found, and the plan is the same. A cost is then the geometric mean of what it is in the one case
/// and in the other, so that neither is much dearer than with a plan of its own.
package struct FilteredSearchPlan {
    /// The ef of the next walk; nil to compare all rows that pass.
    package private(set) var ef: Int?
    package let reason: SearchExplanation.Reason
    package let expectedRecall: Double?
    /// How to compare the codes of all rows that pass; nil where comparing the rows is better.
    package let codeScan: CodeScan?
    private let index: IndexView
    private let passing: PassingCount
    /// The ef without a filter.
    private let defaultEF: Int
    private let neighbourCount: Int
    /// What comparing all rows that pass costs, one way or the other.
    private let scanCost: Double

    /// Where among all rows found the last answer may stand: the farthest that a walk finds are
    /// not reliably the nearest that there are.
    private static let reliableShare = 0.5
    /// The part of the scan's cost that a walk may cost in vain.
    private static let wastedShare = 0.45
    /// Up to so many rows for one that passes, the first walk is for all that are wanted.
    private static let rowsPerPassingMax = 4
    /// Fewer rows that pass are always compared all.
    private static let smallPassingCount = 250

    /// Plans for the rows that pass.
    package init(
        _ effort: SearchEffort,
        neighbourCount: Int,
        over index: IndexView,
        passing: PassingCount
    ) {
        self.index = index
        self.passing = passing
        let passingCount = passing.count
        self.neighbourCount = min(neighbourCount, passingCount)
        codeScan = CodeScan(
            effort,
            neighbourCount: neighbourCount,
            over: index,
            passingCount: passingCount
        )
        // What a scan costs: with an estimate, between what it is with known and with tested rows.
        let known = Self.scanCost(codeScan, passingCount, over: index)
        if passing.isEstimate {
            let whole = Self.scanCost(codeScan, index.facts.rowCount, over: index)
            let testedCount =
                Double(codeScan?.keptCount ?? neighbourCount) * Self.rows(of: index, per: passing)
            scanCost = (known * (whole + CostModel.tests(testedCount))).squareRoot()
        } else {
            scanCost = known
        }
        let wanted = ChosenEF(
            effort,
            neighbourCount: neighbourCount,
            over: index
        )
        expectedRecall = wanted.expectedRecall
        defaultEF = wanted.rows ?? 0
        guard let rows = wanted.rows else {
            reason = effort == .exact ? .askedFor : .recallOutOfReach
            ef = nil
            return
        }
        reason = .fewPass
        let rowCount = index.facts.rowCount
        guard rowCount > CostModel.smallRowCount,
            passingCount > max(self.neighbourCount, Self.smallPassingCount)
        else {
            ef = nil
            return
        }
        // The first search of the graph: for all that is wanted where many pass.
        let isFrequent = rowCount <= Self.rowsPerPassingMax * passingCount
        let first =
            isFrequent ? SegmentSearchPlan.raise(rows, by: rowCount, over: passingCount) : rows
        // What is tested in vain would be tested by the scan as well.
        let walk = CostModel.walk(ef: first, over: index)
        let budget = isFrequent && passing.isEstimate ? scanCost : Self.wastedShare * scanCost
        ef = first < rowCount && walk <= budget ? first : nil
    }

    private static func scanCost(
        _ codeScan: CodeScan?,
        _ rowCount: Int,
        over index: IndexView
    ) -> Double {
        guard let codeScan else {
            return CostModel.scan(rowCount: rowCount, dimension: index.layout.dimension)
        }
        return CostModel.codeScan(
            rowCount: rowCount,
            keptCount: codeScan.keptCount,
            over: index
        )
    }

    /// How many rows there are for one that passes.
    private static func rows(of index: IndexView, per passing: PassingCount) -> Double {
        Double(index.facts.rowCount) / Double(max(passing.count, 1))
    }

    /// Whether a walk found enough rows, and not only at the far end of what it found.
    package func isContent(with found: SegmentSearch.Found) -> Bool {
        guard let ef, let last = found.placeOfLast, found.count >= neighbourCount else {
            return false
        }
        return Double(last) <= Self.reliableShare * Double(ef)
    }

    /// Chooses the next walk by how many of the rows near the query pass.
    package mutating func widen(after found: SegmentSearch.Found) {
        guard let last = ef else { return }
        // With none found at all there may be one just behind: then the scan is cheaper by far.
        let perPassing = Double(last) / Double(max(found.count, 1))
        let wanted = Double(defaultEF) * perPassing
        let next = max(2 * last, Int(min(wanted, 1e9)))
        let isAffordable = walkCost(next, perPassing: perPassing) <= scanCost
        ef = next < index.facts.rowCount && isAffordable ? next : nil
    }

    private func walkCost(_ ef: Int, perPassing: Double) -> Double {
        let walk = CostModel.walk(ef: ef, over: index)
        guard passing.isEstimate else { return walk }
        let rankedCount = index.layout.rankedCount(
            neighbours: neighbourCount,
            found: ef,
            sketched: index.facts.hasSketches
        )
        let testedCount = min(Double(ef), Double(rankedCount) * perPassing)
        return (walk * (walk + CostModel.tests(testedCount))).squareRoot()
    }
}
