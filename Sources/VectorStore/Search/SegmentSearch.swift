/// Searches segments, one after the other, for one thread.
///
/// It knows no catalog: what it needs of a segment lies in the mapped file, and which rows may be
/// answers it asks as ``PassingRows``, of as few rows as it can.
package final class SegmentSearch {
    /// One segment to be searched.
    package struct Task {
        let segment: SegmentReader
        /// The location of the segment's first row, for candidates.
        let firstLocation: UInt64
        let neighbourCount: Int
        let effort: SearchEffort

        /// Describes a search.
        package init(
            segment: SegmentReader,
            firstLocation: UInt64 = 0,
            neighbourCount: Int,
            effort: SearchEffort
        ) {
            self.segment = segment
            self.firstLocation = firstLocation
            self.neighbourCount = neighbourCount
            self.effort = effort
        }
    }

    /// What a search found out about its own work.
    package struct Report {
        package var path: SearchExplanation.Path
        package var reason: SearchExplanation.Reason
        package var ef: Int?
        package var distanceCount = 0
        package var expectedRecall: Double?
        var filterMicroseconds = 0.0
        var walkMicroseconds = 0.0
        var rankMicroseconds = 0.0
    }

    private let searcher = GraphSearcher()
    /// The rows found that may be answers, nearest first by their codes, as far as was asked.
    private var chosen: [UInt32] = []
    /// The most rows that are chosen of those found.
    private var chosenCountMax = 0
    /// How many of the rows found were asked about.
    private var askedCount = 0
    /// The exact distances of those that were ranked, in the same order.
    private var distances: [Float] = []
    private var stopwatch = Stopwatch()

    /// Makes what one thread needs.
    package init() {}

    /// Compares the query with what may be the nearest rows of a segment.
    ///
    /// A cancellation ends it early, with fewer candidates than there are.
    ///
    /// - Parameters:
    ///   - task: what to search, and how hard.
    ///   - query: the query.
    ///   - rows: the rows that may be answers; nil for all that are live.
    ///   - nearest: takes the candidates, with the exact distances.
    /// - Returns: what was done, and why.
    /// - Throws: what asking about a row throws.
    package func collectNearest<Rows: PassingRows>(
        _ task: Task,
        to query: PreparedQuery,
        among rows: Rows?,
        into nearest: inout NearestCandidates
    ) throws(Rows.Failure) -> Report {
        stopwatch = Stopwatch()
        guard let rows else { return all(task, query, &nearest) }
        return try some(task, among: rows, query, &nearest)
    }

    // MARK: Without a filter

    private func all(
        _ task: Task,
        _ query: PreparedQuery,
        _ nearest: inout NearestCandidates
    ) -> Report {
        let segment = task.segment
        let plan = SegmentSearchPlan(
            task.effort,
            neighbourCount: task.neighbourCount,
            over: segment.index,
            deletedCount: segment.record.deletedCount
        )
        var report = Report(path: .exact, reason: plan.reason)
        // By the graph, where that costs less.
        if let ef = plan.ef {
            report.ef = ef
            walk(task, query, ef: ef, stop: plan.stop, &report)
            let deletions = segment.deletions
            let isLive = { (slot: Int) in !deletions.contains(slot) }
            let wantedCount = min(task.neighbourCount, plan.liveCount)
            choose(task.neighbourCount, &report, where: isLive)
            if chosen.count < wantedCount, plan.stop != nil {
                // Many of the nearest rows are dead.
                walk(task, query, ef: ef, stop: nil, &report)
                choose(task.neighbourCount, &report, where: isLive)
            }
            if chosen.count >= wantedCount {
                report.path = .graph
                report.expectedRecall = plan.expectedRecall
                rank(task, query, &nearest, &report, where: isLive)
                return report
            }
            report.reason = .tooFewFound
        }
        // Row by row.
        report.expectedRecall = 1
        segment.collectNearest(to: query, locatedFrom: task.firstLocation, into: &nearest)
        report.distanceCount += segment.rowCount
        report.rankMicroseconds += stopwatch.lap()
        return report
    }

    // MARK: With a filter

    private func some<Rows: PassingRows>(
        _ task: Task,
        among rows: Rows,
        _ query: PreparedQuery,
        _ nearest: inout NearestCandidates
    ) throws(Rows.Failure) -> Report {
        var plan = FilteredSearchPlan(
            task.effort,
            neighbourCount: task.neighbourCount,
            over: task.segment.index,
            passing: rows.count
        )
        var report = Report(path: .filteredGraph, reason: .manyPass)
        report.expectedRecall = plan.expectedRecall
        // By the graph, ever more broadly, as long as that costs less than a scan.
        while let ef = plan.ef, !query.cancellation.isCancelled {
            report.ef = ef
            walk(task, query, ef: ef, stop: nil, &report)
            try choose(task.neighbourCount, &report, where: rows.contains)
            let isContent = plan.isContent(
                with: Found(count: chosen.count, placeOfLast: askedCount)
            )
            guard !isContent else {
                try rank(task, query, &nearest, &report, where: rows.contains)
                if rows.known == nil { report.reason = .testedByKey }
                return report
            }
            try choose(ef, &report, where: rows.contains)
            plan.widen(after: Found(count: chosen.count))
        }
        // By a scan: of the codes first, where the vectors are too many.
        report.reason = report.ef == nil ? plan.reason : .tooFewFound
        guard !query.cancellation.isCancelled else { return report }
        if let scan = plan.codeScan,
            try rankCodes(scan, task, among: rows, query, &nearest, &report)
        {
            return report
        }
        try FilteredScan(
            file: task.segment,
            firstLocation: task.firstLocation,
            neighbourCount: task.neighbourCount,
            query: query
        ).collectNearest(among: rows, into: &nearest, &report)
        return report
    }

    /// Compares the codes of all rows that pass; false where that told too little.
    private func rankCodes<Rows: PassingRows>(
        _ scan: CodeScan,
        _ task: Task,
        among rows: Rows,
        _ query: PreparedQuery,
        _ nearest: inout NearestCandidates,
        _ report: inout Report
    ) throws(Rows.Failure) -> Bool {
        let index = task.segment.index
        var wantedCount = task.neighbourCount
        if let passing = rows.known {
            let nodes = passing.nodes(in: index)
            // Otherwise the index is damaged, and the vectors decide alone.
            guard nodes.count == passing.count else { return false }
            wantedCount = min(wantedCount, passing.count)
            searcher.scan(index, for: query, nodes: nodes, keeping: scan.keptCount)
            begin(&report, choosing: scan.keptCount)
            try choose(scan.keptCount, &report, where: rows.contains)
        } else {
            report.reason = .testedByKey
            let nodes = Array(0..<UInt32(index.facts.rowCount))
            let perPassing = Double(nodes.count) / Double(max(rows.count.count, 1))
            var keptCount = Int(Double(2 * scan.keptCount) * perPassing)
            repeat {
                keptCount = min(keptCount, nodes.count)
                searcher.scan(index, for: query, nodes: nodes, keeping: keptCount)
                begin(&report, choosing: scan.keptCount)
                try choose(scan.keptCount, &report, where: rows.contains)
                keptCount *= 4
            } while chosen.count < scan.keptCount && keptCount / 4 < nodes.count
        }
        guard chosen.count >= wantedCount else { return false }
        report.path = .filteredCodes
        report.expectedRecall = nil
        try rank(task, query, &nearest, &report, where: rows.contains)
        return true
    }

    // MARK: Steps

    /// What a walk found of the rows that may be answers.
    package struct Found {
        /// All of them, or as many as were asked for.
        package var count = 0
        /// Where the k-th nearest of them stands among all rows found, from 1; nil without one.
        package var placeOfLast: Int?

        /// Takes what a walk found.
        package init(count: Int = 0, placeOfLast: Int? = nil) {
            self.count = count
            self.placeOfLast = placeOfLast
        }
    }

    private func walk(
        _ task: Task,
        _ query: PreparedQuery,
        ef: Int,
        stop: WalkStop?,
        _ report: inout Report
    ) {
        searcher.search(task.segment.index, for: query, ef: ef, stop: stop)
        begin(&report, choosing: ef)
    }

    /// Begins with the rows that were found, of which so many are chosen at most.
    private func begin(_ report: inout Report, choosing countMax: Int) {
        chosen.removeAll(keepingCapacity: true)
        chosenCountMax = countMax
        askedCount = 0
        report.distanceCount += searcher.distanceCount
        report.walkMicroseconds += stopwatch.lap()
    }

    /// Asks about the rows found, in their order, until so many of them may be answers.
    private func choose<Failure: Error>(
        _ count: Int,
        _ report: inout Report,
        where mayAnswer: (Int) throws(Failure) -> Bool
    ) throws(Failure) {
        while chosen.count < min(count, chosenCountMax), askedCount < searcher.found.count {
            let row = searcher.found[askedCount].row
            askedCount += 1
            if try mayAnswer(Int(row)) { chosen.append(row) }
        }
        report.filterMicroseconds += stopwatch.lap()
    }

    /// Ranks the rows found with their full vectors: as many as the order of the codes asks for.
    ///
    /// Where the last of those ranked are among the nearest, those behind them may be as well: so
    /// it is in clusters that are tighter than the codes are fine.
    private func rank<Failure: Error>(
        _ task: Task,
        _ query: PreparedQuery,
        _ nearest: inout NearestCandidates,
        _ report: inout Report,
        where mayAnswer: (Int) throws(Failure) -> Bool
    ) throws(Failure) {
        let index = task.segment.index
        let wantedCount = index.layout.rankedCount(
            neighbours: task.neighbourCount,
            found: searcher.found.count,
            sketched: index.facts.hasSketches
        )
        try choose(wantedCount, &report, where: mayAnswer)
        let first = min(wantedCount, chosen.count)
        var end = 0
        var next = first
        distances.removeAll(keepingCapacity: true)
        while end < next {
            rank(
                chosen.span.extracting(end..<next),
                of: task.segment,
                locatedFrom: task.firstLocation,
                query,
                &nearest
            )
            end = next
            report.rankMicroseconds += stopwatch.lap()
            if isUnsettled(neighbourCount: task.neighbourCount) {
                let wantedCount = end + max(first / 2, 8)
                try choose(wantedCount, &report, where: mayAnswer)
                next = min(wantedCount, chosen.count)
            }
        }
        report.distanceCount += end
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
}
