/// What walks and scans cost, in the time of comparing one row's code on a walk.
enum SearchCost {
    /// Comparing one full vector among many that lie close together.
    static let rowOfScan = 0.5
    /// Fewer rows than this are always compared all: nobody notices, and nothing is missed.
    static let smallRowCount = 1000

    /// Walking a graph.
    static func walk(breadth: Int, facts: IndexFacts) -> Double {
        Double(facts.distancesPerBreadth) * Double(min(breadth, facts.rowCount))
    }

    /// Comparing rows.
    static func scan(rowCount: Int) -> Double { rowOfScan * Double(rowCount) }
}

/// Whether to walk one segment's graph, and how broadly.
struct WalkPlan {
    /// The breadth; nil to compare all rows.
    let breadth: Int?
    let reason: SearchExplanation.Reason
    let expectedRecall: Double?
    /// The segment's rows that are live points.
    let liveCount: Int

    /// Plans for all live rows of a segment.
    init(_ task: SegmentSearch.Task) {
        let segment = task.segment
        let facts = segment.index.facts
        liveCount = segment.rowCount - segment.record.deadCount
        let wanted = SearchBreadth(
            task.effort,
            neighbourCount: task.neighbourCount,
            calibration: facts.calibration
        )
        guard let rows = wanted.rows else {
            breadth = nil
            reason = task.effort == .exact ? .askedFor : .recallOutOfReach
            expectedRecall = 1
            return
        }
        // Dead rows are found as well, and take the places of live ones.
        let raised = Self.raise(rows, by: segment.rowCount, over: liveCount)
        let isSmall = segment.rowCount <= SearchCost.smallRowCount
        let walk = SearchCost.walk(breadth: raised, facts: facts)
        guard !isSmall, walk < SearchCost.scan(rowCount: segment.rowCount) else {
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
    static func raise(_ breadth: Int, by count: Int, over counted: Int) -> Int {
        let raised = Double(breadth) * Double(count) / Double(max(counted, 1))
        return Int(min(raised.rounded(.up), Double(count)))
    }
}

/// How to search one segment for rows that pass a filter: by walks, as long as they cost less than
/// comparing all rows that pass.
struct FilteredWalkPlan {
    /// The breadth of the next walk; nil to compare all rows that pass.
    private(set) var breadth: Int?
    let reason: SearchExplanation.Reason
    let expectedRecall: Double?
    private let facts: IndexFacts
    private let neighbourCount: Int
    private let passingCount: Int
    /// What the walks may still cost together.
    private var budget: Double

    /// Where among all rows found the last answer may stand: the farthest that a walk finds are
    /// not reliably the nearest that there are.
    private static let reliableShare = 0.75
    /// The part of the scan's cost that walks may waste.
    private static let wastedShare = 0.45

    /// Plans for the rows that pass.
    init(_ task: SegmentSearch.Task, passingCount: Int) {
        facts = task.segment.index.facts
        neighbourCount = min(task.neighbourCount, passingCount)
        self.passingCount = passingCount
        let wanted = SearchBreadth(
            task.effort,
            neighbourCount: task.neighbourCount,
            calibration: facts.calibration
        )
        expectedRecall = wanted.expectedRecall
        let scan = SearchCost.scan(rowCount: passingCount)
        budget = scan
        guard let rows = wanted.rows else {
            reason = task.effort == .exact ? .askedFor : .recallOutOfReach
            breadth = nil
            return
        }
        reason = .fewPass
        let raised = WalkPlan.raise(rows, by: facts.rowCount, over: passingCount)
        let isSmall = passingCount <= max(neighbourCount, SearchCost.smallRowCount / 4)
        breadth = isSmall ? nil : affordable(raised, within: Self.wastedShare * scan)
    }

    /// Whether a walk found enough rows, and not only at the far end of what it found.
    func isContent(with found: SegmentSearch.Found) -> Bool {
        guard found.count >= neighbourCount, let breadth else { return false }
        let last = found.placeOfLast ?? breadth
        return Double(last) <= Self.reliableShare * Double(breadth)
    }

    /// Chooses the next walk by how many of the rows near the query pass.
    mutating func widen(after found: SegmentSearch.Found) {
        guard let last = breadth else { return }
        budget -= SearchCost.walk(breadth: last, facts: facts)
        // As many as are wanted must be expected well before the end, and one was found at least.
        let wanted = Double(last) * Double(neighbourCount + 1) / Double(max(found.count, 1)) * 2
        breadth = affordable(max(2 * last, Int(min(wanted, 1e9))), within: budget)
    }

    /// A breadth, if a walk of that breadth costs no more than a scan would.
    private func affordable(_ breadth: Int, within budget: Double) -> Int? {
        let capped = min(breadth, facts.rowCount)
        guard capped < facts.rowCount else { return nil }
        return SearchCost.walk(breadth: capped, facts: facts) <= budget ? capped : nil
    }
}
