/// Searches with a filter that no payload index answers: points are tested one by one as they are
/// found, nearest first, instead of the whole collection before.
///
/// Worth it where many points pass; it gives up where more would have to be tested than pays.
final class KeyedSearch {
    private let files: VectorFiles
    private let filter: KeyedFilter
    private let walker = SegmentSearch()
    private let question: FilesSearch.Question
    /// The part of all points that pass, by a sample.
    private var share = 0.0
    private let testedCountMax: Int
    private let sampleCount: Int

    /// Points that are tested to learn which part passes, at least and at most.
    private static let sampleCounts = 200...4000
    /// One point in so many is tested to learn that.
    private static let pointsPerSample = 500
    /// Testing one point by its key costs eleven times as much as when all are read: so much at
    /// most is spent in vain, half of what reading all costs.
    private static let pointsPerTest = 22
    /// Points that are tested between two questions whether to go on.
    private static let pointsPerQuestion = 256

    /// Prepares a search.
    ///
    /// - Returns: nil where testing all points first is cheaper.
    init?(
        _ question: FilesSearch.Question,
        in files: VectorFiles,
        filter: KeyedFilter
    ) throws {
        self.question = question
        self.files = files
        self.filter = filter
        let pointCount = files.readers.reduce(0) { $0 + $1.rowCount - $1.record.deadCount }
        testedCountMax = pointCount / Self.pointsPerTest
        sampleCount = min(
            max(pointCount / Self.pointsPerSample, Self.sampleCounts.lowerBound),
            Self.sampleCounts.upperBound
        )
        guard sampleCount < testedCountMax, question.effort != .exact else { return nil }
        share = try passingShare(pointCount: pointCount)
        let expected = Double(neededCount * files.readers.count) / share
        guard expected < Double(testedCountMax - sampleCount) else { return nil }
    }

    /// Candidates that must pass in each file before the nearest are known.
    private var neededCount: Int {
        CodeLayout.reliableCount(
            neighbours: question.neighbourCount,
            sketched: files.readers.contains {
                ($0 as? SegmentReader)?.index.facts.hasSketches == true
            }
        )
    }

    /// The nearest rows that pass.
    ///
    /// - Returns: nil when too few of the rows near the query pass.
    /// - Throws: `.corrupt` when a tested row is damaged.
    func nearest(_ explanation: inout SearchExplanation?) throws -> NearestCandidates? {
        var nearest = NearestCandidates(capacity: question.neighbourCount)
        var whole = explanation
        for place in files.readers.indices where files.readers[place].rowCount > 0 {
            guard try collect(from: place, into: &nearest, &whole) else { return nil }
        }
        explanation = whole
        return nearest
    }

    /// The share of some live points, spread over all files, that pass.
    private func passingShare(pointCount: Int) throws -> Double {
        var tested = 0
        var passed = 0
        let step = max(1, pointCount / sampleCount)
        for reader in files.readers {
            // From the middle, so that small files count too.
            for slot in stride(from: step / 2, to: reader.rowCount, by: step)
            where !reader.deadSlots.contains(slot) {
                tested += 1
                if try filter.passes(reader.key(at: slot)) { passed += 1 }
            }
        }
        return Double(passed) / Double(max(tested, 1))
    }

    // MARK: One file

    /// Rows of one file, nearest first.
    private struct Ranking {
        var slots: [UInt32] = []
        /// Whether the order is that of the codes only.
        var isByCodes = false
        /// Whether all live rows are there.
        var isWhole = false
        var breadth: Int?
        var distanceCount = 0
        var expectedRecall: Double? = 1
    }

    /// Collects the nearest rows of a file that pass; false to give up.
    private func collect(
        from place: Int,
        into nearest: inout NearestCandidates,
        _ explanation: inout SearchExplanation?
    ) throws -> Bool {
        let reader = files.readers[place]
        var stopwatch = Stopwatch()
        var report = SegmentSearch.Report(path: .filteredExact, reason: .testedByKey)
        var stretch = 1.0
        while true {
            let ranking = ranking(of: reader, stretch: stretch)
            report.distanceCount += ranking.distanceCount
            report.walkMicroseconds += stopwatch.lap()
            guard let chosen = try choose(from: ranking, of: reader) else { return false }
            explanation?.filterMicroseconds += stopwatch.lap()
            guard chosen.isEnough else {
                stretch *= 4
                continue
            }
            rank(chosen.slots, of: reader, place, into: &nearest)
            report.distanceCount += chosen.slots.count
            report.rankMicroseconds += stopwatch.lap()
            report.breadth = ranking.breadth
            report.expectedRecall = ranking.expectedRecall
            report.path = ranking.isByCodes ? .filteredGraph : .filteredExact
            explanation?.add(report, of: reader, passingCount: nil)
            return true
        }
    }

    /// Tests rows in their order until enough pass; nil when too many were tested.
    private func choose(
        from ranking: Ranking,
        of reader: any VectorFile
    ) throws -> (slots: [UInt32], isEnough: Bool)? {
        let needed = ranking.isByCodes ? neededCount : question.neighbourCount
        var passing: [UInt32] = []
        var isReliable = true
        for (place, slot) in ranking.slots.enumerated() {
            guard filter.testedCount <= testedCountMax else { return nil }
            if place % Self.pointsPerQuestion == 0 { try question.query.cancellation.check() }
            guard try filter.passes(reader.key(at: Int(slot))) else { continue }
            passing.append(slot)
            if passing.count == question.neighbourCount, ranking.isByCodes {
                isReliable = place < ranking.slots.count * 3 / 4
            }
            if passing.count == needed { break }
        }
        let isEnough = passing.count >= question.neighbourCount && isReliable
        return (passing, isEnough || ranking.isWhole)
    }

    /// The nearest rows of a file: so many that enough of them are expected to pass.
    private func ranking(of reader: any VectorFile, stretch: Double) -> Ranking {
        let liveCount = reader.rowCount - reader.record.deadCount
        if let segment = reader as? SegmentReader,
            let plan = plan(for: segment, liveCount: liveCount, stretch: stretch)
        {
            let found = walker.walk(segment, to: question.query, breadth: plan.breadth)
            return Ranking(
                slots: found.slots,
                isByCodes: true,
                breadth: plan.breadth,
                distanceCount: found.distanceCount,
                expectedRecall: plan.expectedRecall
            )
        }
        let wanted = Double(question.neighbourCount) / share * 2 * stretch
        let count = min(liveCount, Int(wanted) + sampleCount)
        var all = NearestCandidates(capacity: count)
        reader.collectNearest(to: question.query, locatedFrom: 0, into: &all)
        return Ranking(
            slots: all.sorted().map { UInt32($0.location) },
            isWhole: count == liveCount,
            distanceCount: reader.rowCount
        )
    }

    /// How broad to walk; nil where comparing all rows costs less.
    private func plan(
        for segment: SegmentReader,
        liveCount: Int,
        stretch: Double
    ) -> (breadth: Int, expectedRecall: Double?)? {
        let wanted = SearchBreadth(
            question.effort,
            neighbourCount: question.neighbourCount,
            over: segment.index
        )
        guard let rows = wanted.rows, segment.rowCount > SearchCost.smallRowCount else {
            return nil
        }
        let passing = max(1, Int(share / stretch * Double(liveCount)))
        let breadth = WalkPlan.raise(rows, by: segment.rowCount, over: passing)
        let walk = SearchCost.walk(breadth: breadth, over: segment.index)
        let scan = SearchCost.scan(
            rowCount: segment.rowCount,
            dimension: segment.index.layout.dimension
        )
        guard walk < scan else { return nil }
        return (breadth, wanted.expectedRecall)
    }

    private func rank(
        _ slots: [UInt32],
        of reader: any VectorFile,
        _ place: Int,
        into nearest: inout NearestCandidates
    ) {
        reader.collectNearest(
            to: question.query,
            locatedFrom: files.firstLocation(in: place),
            among: slots,
            into: &nearest
        )
    }
}
