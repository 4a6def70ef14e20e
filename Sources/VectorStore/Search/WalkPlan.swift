/// What walks and scans cost, in nanoseconds: of use only to compare the two.
///
/// Measured with 128 and 384 dimensions. A walk waits for memory at every row, a scan reads ahead.
package enum SearchCost {
    /// Fewer rows than this are always compared all: nobody notices, and nothing is missed.
    package static let smallRowCount = 1000

    /// Walking a graph.
    package static func walk(breadth: Int, over index: IndexView) -> Double {
        let count =
            Double(index.facts.distancesPerBreadth)
            * Double(min(breadth, index.facts.rowCount))
        return count * (30 + Double(index.walkedStride) / 20)
    }

    /// Comparing rows with their full vectors.
    package static func scan(rowCount: Int, dimension: Int) -> Double {
        Double(rowCount) * (4 + 0.12 * Double(dimension))
    }
}

/// Whether to walk one segment's graph, and how broadly.
package struct WalkPlan {
    /// The breadth; nil to compare all rows.
    package let breadth: Int?
    package let reason: SearchExplanation.Reason
    package let expectedRecall: Double?
    /// The segment's rows that are live points.
    package let liveCount: Int

    /// Plans for all live rows of a segment.
    init(_ task: SegmentSearch.Task) {
        self.init(
            task.effort,
            neighbourCount: task.neighbourCount,
            over: task.segment.index,
            deadCount: task.segment.record.deadCount
        )
    }

    /// Plans for the rows of an index but for so many that are dead.
    package init(
        _ effort: SearchEffort,
        neighbourCount: Int,
        over index: IndexView,
        deadCount: Int
    ) {
        let rowCount = index.facts.rowCount
        liveCount = rowCount - deadCount
        let wanted = SearchBreadth(
            effort,
            neighbourCount: neighbourCount,
            over: index
        )
        guard let rows = wanted.rows else {
            breadth = nil
            reason = effort == .exact ? .askedFor : .recallOutOfReach
            expectedRecall = 1
            return
        }
        // Dead rows are found as well, and take the places of live ones.
        let raised = Self.raise(rows, by: rowCount, over: liveCount)
        let isSmall = rowCount <= SearchCost.smallRowCount
        let walk = SearchCost.walk(breadth: raised, over: index)
        let scan = SearchCost.scan(rowCount: rowCount, dimension: index.layout.dimension)
        guard !isSmall, walk < scan else {
            breadth = nil
            reason = .fewRows
            expectedRecall = 1
            return
        }
        breadth = raised
        reason = .walkIsCheaper
        expectedRecall = wanted.expectedRecall
    }

    /// A breadth times n / m, where m of n rows count.
    package static func raise(_ breadth: Int, by count: Int, over counted: Int) -> Int {
        let raised = Double(breadth) * Double(count) / Double(max(counted, 1))
        return Int(min(raised.rounded(.up), Double(count)))
    }
}

/// How to search one segment for rows that pass a filter: by walks, as long as they cost less than
/// comparing all rows that pass.
///
/// How many rows near the query pass is not known before a walk: with a filter that agrees with the
/// query it is all of them, with one that disagrees none. So where few rows pass, the first walk is
/// no broader than without a filter, and what it finds decides how to go on.
package struct FilteredWalkPlan {
    /// The breadth of the next walk; nil to compare all rows that pass.
    package private(set) var breadth: Int?
    package let reason: SearchExplanation.Reason
    package let expectedRecall: Double?
    private let index: IndexView
    /// The breadth without a filter.
    private let usualBreadth: Int
    private let neighbourCount: Int
    /// How to compare the codes of all rows that pass; nil where comparing the rows is better.
    package let codeScan: CodeScan?
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
        passingCount: Int
    ) {
        self.index = index
        self.neighbourCount = min(neighbourCount, passingCount)
        let codeScan = CodeScan(
            effort,
            neighbourCount: neighbourCount,
            over: index,
            passingCount: passingCount
        )
        self.codeScan = codeScan
        scanCost =
            codeScan?.cost
            ?? SearchCost.scan(
                rowCount: passingCount,
                dimension: index.layout.dimension
            )
        let wanted = SearchBreadth(
            effort,
            neighbourCount: neighbourCount,
            over: index
        )
        expectedRecall = wanted.expectedRecall
        usualBreadth = wanted.rows ?? 0
        guard let rows = wanted.rows else {
            reason = effort == .exact ? .askedFor : .recallOutOfReach
            breadth = nil
            return
        }
        reason = .fewPass
        guard passingCount > max(self.neighbourCount, Self.smallPassingCount) else {
            breadth = nil
            return
        }
        let rowCount = index.facts.rowCount
        let isFrequent = rowCount <= Self.rowsPerPassingMax * passingCount
        let first = isFrequent ? WalkPlan.raise(rows, by: rowCount, over: passingCount) : rows
        breadth = affordable(first, within: Self.wastedShare * scanCost)
    }

    /// Whether a walk found enough rows, and not only at the far end of what it found.
    package func isContent(with found: SegmentSearch.Found) -> Bool {
        guard let breadth, let last = found.placeOfLast, found.count >= neighbourCount else {
            return false
        }
        return Double(last) <= Self.reliableShare * Double(breadth)
    }

    /// Chooses the next walk by how many of the rows near the query pass.
    package mutating func widen(after found: SegmentSearch.Found) {
        guard let last = breadth else { return }
        // With none found at all there may be one just behind: then the scan is cheaper by far.
        let perPassing = Double(last) / Double(max(found.count, 1))
        let wanted = Double(usualBreadth) * perPassing
        breadth = affordable(max(2 * last, Int(min(wanted, 1e9))), within: scanCost)
    }

    /// A breadth, if a walk of that breadth costs no more than it may.
    private func affordable(_ breadth: Int, within budget: Double) -> Int? {
        guard breadth < index.facts.rowCount else { return nil }
        return SearchCost.walk(breadth: breadth, over: index) <= budget ? breadth : nil
    }
}
