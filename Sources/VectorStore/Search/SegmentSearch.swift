/// Searches segments, one after the other, for one thread.
///
/// It knows no catalog: what it needs of a segment lies in the mapped file, and which rows may be
/// answers is told as a set of slots.
package final class SegmentSearch {
    /// One segment to be searched.
    struct Task {
        let segment: SegmentReader
        /// The location of the segment's first row, for candidates.
        let firstLocation: UInt64
        let neighbourCount: Int
        let effort: SearchEffort
        /// Live rows that pass the filter; nil without one.
        var passing: SlotSet?
    }

    /// What a search found out about its own work.
    struct Report {
        var path: SearchExplanation.Path
        var reason: SearchExplanation.Reason
        var breadth: Int?
        var distanceCount = 0
        var expectedRecall: Double?
        var walkMicroseconds = 0.0
        var rankMicroseconds = 0.0
    }

    private let searcher = GraphSearcher()
    /// The rows found that may be answers, nearest first by their codes.
    private var chosen: [UInt32] = []
    /// The exact distances of those that were ranked, in the same order.
    private var distances: [Float] = []
    private var stopwatch = Stopwatch()

    /// Compares the query with what may be the nearest rows of a segment.
    ///
    /// - Parameters:
    ///   - task: what to search, and how hard.
    ///   - query: the query.
    ///   - nearest: takes the candidates, with the exact distances.
    /// - Returns: what was done, and why.
    func collectNearest(
        _ task: Task,
        to query: PreparedQuery,
        into nearest: inout NearestCandidates
    ) -> Report {
        stopwatch = Stopwatch()
        guard let passing = task.passing else { return all(task, query, &nearest) }
        return some(task, among: passing, query, &nearest)
    }

    // MARK: Without a filter

    private func all(
        _ task: Task,
        _ query: PreparedQuery,
        _ nearest: inout NearestCandidates
    ) -> Report {
        let plan = WalkPlan(task)
        guard let breadth = plan.breadth else {
            return exact(task, query, because: plan.reason, &nearest)
        }
        var report = Report(path: .graph, reason: plan.reason, breadth: breadth)
        report.expectedRecall = plan.expectedRecall
        walk(task, query, breadth: breadth, &report)
        guard chosen.count >= min(task.neighbourCount, plan.liveCount) else {
            return exact(task, query, because: .tooFewFound, &nearest, after: report)
        }
        rank(task, query, &nearest, &report)
        return report
    }

    private func exact(
        _ task: Task,
        _ query: PreparedQuery,
        because reason: SearchExplanation.Reason,
        _ nearest: inout NearestCandidates,
        after walk: Report? = nil
    ) -> Report {
        var report = walk ?? Report(path: .exact, reason: reason)
        report.path = .exact
        report.reason = reason
        report.expectedRecall = 1
        let segment = task.segment
        segment.collectNearest(to: query, locatedFrom: task.firstLocation, into: &nearest)
        report.distanceCount += segment.rowCount
        report.rankMicroseconds += stopwatch.lap()
        return report
    }

    // MARK: With a filter

    private func some(
        _ task: Task,
        among passing: SlotSet,
        _ query: PreparedQuery,
        _ nearest: inout NearestCandidates
    ) -> Report {
        var plan = FilteredWalkPlan(
            task.effort,
            neighbourCount: task.neighbourCount,
            over: task.segment.index,
            passingCount: passing.count
        )
        var report = Report(path: .filteredGraph, reason: .manyPass)
        report.expectedRecall = plan.expectedRecall
        while let breadth = plan.breadth {
            report.breadth = breadth
            let found = walk(task, query, breadth: breadth, among: passing, &report)
            guard !plan.isContent(with: found) else {
                rank(task, query, &nearest, &report)
                return report
            }
            plan.widen(after: found)
        }
        report.reason = report.breadth == nil ? plan.reason : .tooFewFound
        if let scan = plan.codeScan,
            rankCodes(scan, task, among: passing, query, &nearest, &report)
        {
            return report
        }
        report.path = .filteredExact
        report.expectedRecall = 1
        task.segment.collectNearest(
            to: query,
            locatedFrom: task.firstLocation,
            among: passing.slots,
            into: &nearest
        )
        report.distanceCount += passing.count
        report.rankMicroseconds += stopwatch.lap()
        return report
    }

    /// Compares the codes of all rows that pass; false where that told too little.
    private func rankCodes(
        _ scan: CodeScan,
        _ task: Task,
        among passing: SlotSet,
        _ query: PreparedQuery,
        _ nearest: inout NearestCandidates,
        _ report: inout Report
    ) -> Bool {
        let index = task.segment.index
        let nodes = passing.nodes(in: index)
        // Otherwise the index is damaged, and the vectors decide alone.
        guard nodes.count == passing.count else { return false }
        searcher.scan(index, for: query, nodes: nodes, keeping: scan.keptCount)
        report.distanceCount += searcher.distanceCount
        report.walkMicroseconds += stopwatch.lap()
        chosen = searcher.found.map(\.row)
        guard chosen.count >= min(task.neighbourCount, passing.count) else { return false }
        report.path = .filteredCodes
        report.expectedRecall = nil
        rank(task, query, &nearest, &report)
        return true
    }

    // MARK: Steps

    /// What a walk found of the rows that may be answers.
    package struct Found {
        /// All of them.
        package var count = 0
        /// Where the k-th nearest of them stands among all rows found, from 1; nil without one.
        package var placeOfLast: Int?

        /// Takes what a walk found.
        package init(count: Int = 0, placeOfLast: Int? = nil) {
            self.count = count
            self.placeOfLast = placeOfLast
        }
    }

    /// Walks the graph and chooses the rows to rank.
    @discardableResult
    private func walk(
        _ task: Task,
        _ query: PreparedQuery,
        breadth: Int,
        among passing: SlotSet? = nil,
        _ report: inout Report
    ) -> Found {
        let segment = task.segment
        searcher.search(segment.index, for: query, breadth: breadth)
        var found = Found()
        let deadSlots = segment.deadSlots
        if passing == nil, deadSlots.isEmpty {
            chosen = searcher.found.map(\.row)
            found.count = chosen.count
            found.placeOfLast = found.count < task.neighbourCount ? nil : task.neighbourCount
        } else {
            var kept: [UInt32] = []
            kept.reserveCapacity(searcher.found.count)
            for (place, candidate) in searcher.found.enumerated() {
                let slot = Int(candidate.row)
                let mayAnswer = passing.map { $0.contains(slot) } ?? !deadSlots.contains(slot)
                guard mayAnswer else { continue }
                kept.append(candidate.row)
                if kept.count == task.neighbourCount { found.placeOfLast = place + 1 }
            }
            chosen = kept
            found.count = kept.count
        }
        report.distanceCount += searcher.distanceCount
        report.walkMicroseconds += stopwatch.lap()
        return found
    }

    /// Ranks the rows found with their full vectors: as many as the order of the codes asks for.
    ///
    /// Where the last of those ranked are among the nearest, those behind them may be as well: so
    /// it is in clusters that are tighter than the codes are fine.
    private func rank(
        _ task: Task,
        _ query: PreparedQuery,
        _ nearest: inout NearestCandidates,
        _ report: inout Report
    ) {
        let index = task.segment.index
        let first = index.layout.rankedCount(
            neighbours: task.neighbourCount,
            found: chosen.count,
            sketched: index.facts.hasSketches
        )
        let candidates = chosen
        var end = 0
        var next = first
        distances.removeAll(keepingCapacity: true)
        while end < next {
            rank(
                candidates.span.extracting(end..<next),
                of: task.segment,
                locatedFrom: task.firstLocation,
                query,
                &nearest
            )
            end = next
            if end < candidates.count, isUnsettled(neighbourCount: task.neighbourCount) {
                next = min(end + max(first / 2, 8), candidates.count)
            }
        }
        report.distanceCount += end
        report.rankMicroseconds += stopwatch.lap()
    }

    /// Whether one of the last quarter of the rows ranked is among the k nearest of them.
    private func isUnsettled(neighbourCount: Int) -> Bool {
        guard distances.count > neighbourCount else { return true }
        let farthest = distances.sorted()[neighbourCount - 1]
        return distances.suffix(distances.count / 4).contains { $0 <= farthest }
    }

    /// Compares the query with the full vectors of some rows, in any order.
    func rank(
        _ slots: Span<UInt32>,
        of segment: SegmentReader,
        locatedFrom first: UInt64,
        _ query: PreparedQuery,
        _ nearest: inout NearestCandidates
    ) {
        guard let rows = segment.rows else { return }
        var collected = nearest
        var measured: [Float] = []
        measured.reserveCapacity(slots.count)
        query.scan(rows, slots: slots) { slot, distance in
            measured.append(distance)
            guard distance <= collected.threshold else { return }
            collected.offer(
                distance: distance,
                key: UInt64(bitPattern: segment.key(at: slot)),
                location: first + UInt64(slot)
            )
        }
        nearest = collected
        distances += measured
    }

    /// The rows that a walk of some breadth finds, dead ones left out, nearest first.
    func walk(
        _ segment: SegmentReader,
        to query: PreparedQuery,
        breadth: Int
    ) -> (slots: [UInt32], distanceCount: Int) {
        searcher.search(segment.index, for: query, breadth: breadth)
        let deadSlots = segment.deadSlots
        let live = searcher.found.lazy.map(\.row).filter { !deadSlots.contains(Int($0)) }
        return (Array(live), searcher.distanceCount)
    }
}
