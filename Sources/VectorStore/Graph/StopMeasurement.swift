/// Measures on a sample of an index's own rows with which slack walks may stop.
///
/// What a walk finds is judged by the codes, as the walk itself goes by them: so no row needs to be
/// compared with all others.
struct StopMeasurement: Sendable {
    let view: IndexView
    let queries: [Query]
    let kernels: GraphKernels

    /// One search of the sample.
    struct Query: Sendable {
        let query: PreparedQuery
        /// The node that is not to be found; nil where the query is none of the rows.
        let hidden: UInt32?
    }

    /// The slacks that are tried, ascending.
    private static let slacks: [Float] = [
        0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.225, 0.25, 0.275, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8,
    ]
    /// Smaller indexes are compared row by row.
    private static let leastRowCount = 1000

    /// Finds the slacks.
    ///
    /// - Complexity: about 30 walks for each query.
    func run(_ team: ThreadTeam) -> StopCalibration {
        var result = StopCalibration()
        let layout = view.layout
        // Products have no squared distance, and bits tell too little of it.
        guard layout.metric != .dot, layout.quantization != .binary, !queries.isEmpty,
            view.facts.rowCount > Self.leastRowCount
        else { return result }
        let goals = goals(team)
        let efs = StopCalibration.efs
        for (group, count) in StopCalibration.neighbourCounts.enumerated() {
            // A greater ef never takes less slack.
            var tried = 0
            for (place, ef) in efs.enumerated() where ef >= count {
                let wanted = hits(goals, group, ef: ef, stop: nil, team)
                while tried < Self.slacks.count {
                    let stop = WalkStop(rank: count, slack: Self.slacks[tried])
                    let found = hits(goals, group, ef: ef, stop: stop, team)
                    if found.like >= wanted.like, found.unlike >= wanted.unlike { break }
                    tried += 1
                }
                guard tried < Self.slacks.count else { break }
                result.slacks[group * efs.count + place] = Self.slacks[tried]
            }
        }
        return result
    }

    /// What to look for with each query: how far the last of its neighbours is, for each number of
    /// neighbours, as the broadest walk finds them.
    private func goals(_ team: ThreadTeam) -> [[Float]] {
        let ef = StopCalibration.efs.last ?? 1
        return search(team) { searcher, place in
            let sample = queries[place]
            searcher.search(view, for: sample.query, ef: ef, hiding: sample.hidden ?? .max)
            let found = searcher.found
            return StopCalibration.neighbourCounts.map { count in
                found.prefix(count).last?.distance ?? -.infinity
            }
        }
    }

    /// What walks find of the true neighbours, all queries together.
    private struct Hits {
        /// For queries that are rows themselves, and for the others.
        var like = 0
        var unlike = 0
    }

    private func hits(
        _ goals: [[Float]],
        _ group: Int,
        ef: Int,
        stop: WalkStop?,
        _ team: ThreadTeam
    ) -> Hits {
        let count = StopCalibration.neighbourCounts[group]
        let hits = search(team) { searcher, place in
            let sample = queries[place]
            searcher.search(
                view,
                for: sample.query,
                ef: ef,
                stop: stop,
                hiding: sample.hidden ?? .max
            )
            let farthest = goals[place][group]
            return searcher.found.prefix(count).count { $0.distance <= farthest }
        }
        var sum = Hits()
        for (sample, hits) in zip(queries, hits) {
            if sample.hidden == nil { sum.unlike += hits } else { sum.like += hits }
        }
        return sum
    }

    private func search<Found: Sendable>(
        _ team: ThreadTeam,
        _ search: @Sendable (GraphSearcher, Int) -> Found
    ) -> [Found] {
        team.map(Array(queries.indices), with: { GraphSearcher(kernels: kernels) }) { one, place in
            search(one, place)
        }
    }
}

extension RecallMeasurement {
    /// The most rows that stops are measured with.
    private static let stopSampleLimit = 80

    /// Finds out where walks of the view may stop, and lets the view's walks do so.
    mutating func findStops(_ team: ThreadTeam) {
        let queries = stopQueries(Self.stopSampleLimit)
        view.facts.stops = StopMeasurement(view: view, queries: queries, kernels: kernels).run(team)
    }
}
