/// What searching with one ef reached.
package struct SearchMeasurement: Equatable, Sendable {
    package var ef: Int
    package var recall: Double
    package var queriesPerSecond: Double
    package var queriesPerProcessorSecond: Double
    package var medianMicroseconds: Double
    package var slowMicroseconds: Double
}

extension IndexBenchmark {
    /// Rounds whose median counts.
    private static let roundCount = 5

    /// Measures all efs in turns, so that whatever else the machine does hits them alike.
    ///
    /// - Parameter plan: efs, threads and how long to measure.
    /// - Returns: one measurement per ef, each the median of its rounds.
    /// - Throws: `.cancelled`.
    package func measure(_ plan: BenchmarkPlan) throws(VectorStoreError) -> [SearchMeasurement] {
        var recalls: [Double] = []
        // The warm-up tells the recall, which no repetition changes.
        for ef in plan.efs { recalls.append(try recall(ef, plan.threadCount)) }
        var rounds = [[BenchmarkRound]](repeating: [], count: plan.efs.count)
        for _ in 0..<Self.roundCount {
            for (place, ef) in plan.efs.enumerated() {
                let seconds = plan.secondsPerEF / Double(Self.roundCount)
                rounds[place].append(try round(ef, plan.threadCount, seconds: seconds))
            }
        }
        return plan.efs.indices.map { place in
            let rounds = rounds[place]
            return SearchMeasurement(
                ef: plan.efs[place],
                recall: recalls[place],
                queriesPerSecond: Self.median(rounds.map(\.queriesPerSecond)),
                queriesPerProcessorSecond: Self.median(rounds.map(\.queriesPerProcessorSecond)),
                medianMicroseconds: Self.median(rounds.map { $0.percentile(0.5) }),
                slowMicroseconds: Self.median(rounds.map { $0.percentile(0.99) })
            )
        }
    }

    /// The middle one of some numbers.
    package static func median(_ numbers: [Double]) -> Double {
        let sorted = numbers.sorted()
        guard !sorted.isEmpty else { return 0 }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// One search, as hard as this.
    func task(_ effort: SearchEffort) -> SegmentSearch.Task {
        SegmentSearch.Task(
            segment: segment,
            firstLocation: 0,
            neighbourCount: effort == .exact ? wantedCount : neighbourCount,
            effort: effort
        )
    }

    private func recall(_ ef: Int, _ threadCount: Int) throws(VectorStoreError) -> Double {
        let (queries, farthest, task) = (queries, farthest, task(.ef(ef)))
        let (wanted, passing, cancellation) = (wantedCount, passing, cancellation)
        let team = ThreadTeam(threadCount: threadCount)
        let found = try team.map(Array(queries.indices), with: { SegmentSearch() }) {
            search,
            number throws(VectorStoreError) in
            try cancellation.check()
            var nearest = NearestCandidates(capacity: wanted)
            _ = search.collectNearest(task, to: queries[number], among: passing, into: &nearest)
            return min(nearest.sorted().count { $0.distance <= farthest[number] }, wanted)
        }
        try cancellation.check()
        let wantedInAll = wanted * queries.count
        return wantedInAll == 0 ? 1 : Double(found.reduce(0, +)) / Double(wantedInAll)
    }

    /// Runs all queries over and over until enough time was spent computing.
    private func round(
        _ ef: Int,
        _ threadCount: Int,
        seconds: Double
    ) throws(VectorStoreError) -> BenchmarkRound {
        let (task, passing) = (task(.ef(ef)), passing)
        let (wanted, cancellation) = (wantedCount, cancellation)
        let team = ThreadTeam(threadCount: threadCount)
        var laps: [Int32] = []
        let start = (Stopwatch.now(), Stopwatch.processorTime())
        var spent = 0.0
        repeat {
            laps += try team.map(queries, with: { (SegmentSearch(), Stopwatch.now()) }) {
                thread,
                query throws(VectorStoreError) in
                try cancellation.check()
                var nearest = NearestCandidates(capacity: wanted)
                _ = thread.0.collectNearest(task, to: query, among: passing, into: &nearest)
                let now = Stopwatch.now()
                defer { thread.1 = now }
                return Int32(clamping: now - thread.1)
            }
            try cancellation.check()
            spent = Double(Stopwatch.processorTime() - start.1) / 1e9
        } while spent < seconds && !queries.isEmpty
        return BenchmarkRound(
            nanoseconds: laps.sorted(),
            seconds: Double(Stopwatch.now() - start.0) / 1e9,
            processorSeconds: spent
        )
    }
}

/// One round of searches with one ef.
private struct BenchmarkRound {
    /// How long each search took, ascending.
    let nanoseconds: [Int32]
    let seconds: Double
    let processorSeconds: Double

    var queriesPerSecond: Double { Double(nanoseconds.count) / max(seconds, 1e-9) }

    var queriesPerProcessorSecond: Double {
        Double(nanoseconds.count) / max(processorSeconds, 1e-9)
    }

    /// Microseconds that this share of all searches took at most.
    func percentile(_ share: Double) -> Double {
        guard !nanoseconds.isEmpty else { return 0 }
        let place = Int((Double(nanoseconds.count - 1) * share).rounded())
        return Double(nanoseconds[place]) / 1000
    }
}
