/// Measures on a sample of an index's own rows which ef reaches which recall.
///
/// A sampled row is hidden from its own search: it would be found for certain, and shorten the way
/// to its neighbours.
struct RecallMeasurement: Sendable {
    var view: IndexView
    let rows: IndexRows
    /// For each row its node.
    let nodes: [UInt32]
    let kernels: GraphKernels

    /// The most rows that are sampled.
    let sampleLimit: Int

    private var sample: [Int] = []
    /// For each sampled row the distances of the rows nearest to it, ascending.
    private var exact: [[Float]] = []

    init(
        view: IndexView,
        rows: IndexRows,
        nodes: [UInt32],
        kernels: GraphKernels,
        sampleLimit: Int
    ) {
        self.view = view
        self.rows = rows
        self.nodes = nodes
        self.kernels = kernels
        self.sampleLimit = sampleLimit
    }

    /// The ef at which distances are counted.
    private static let countedEF = 64

    /// What one sampled row contributes.
    private struct Outcome {
        var hits = [Int](repeating: 0, count: RecallCalibration().recalls.count)
        var distanceCount = 0
    }

    /// The result of a measurement.
    struct Result {
        var calibration = RecallCalibration()
        var distancesPerEF: Float = 13
    }

    /// Finds out what there is to find.
    ///
    /// - Complexity: O(sample × rows × dimension), at the speed of the arithmetic.
    mutating func findNeighbours(_ team: ThreadTeam) {
        guard rows.count > 1 else { return }
        sample = sampledRows(sampleLimit)
        exact = exactNeighbours(of: sample, team)
    }

    /// Measures with the stops that the view's facts tell; a row with a vector that is too long to
    /// be searched for counts as not found.
    func run(_ team: ThreadTeam) -> Result {
        guard !sample.isEmpty else { return Result() }
        let outcomes = team.map(
            Array(sample.indices),
            with: { GraphSearcher(kernels: kernels) }
        ) { searcher, piece in
            measure(sample[piece], exact[piece], searcher)
        }
        return summary(of: outcomes)
    }

    private func summary(of outcomes: [Outcome]) -> Result {
        var result = Result()
        for (place, count) in places() {
            let hits = outcomes.reduce(0) { $0 + $1.hits[place] }
            let wanted = outcomes.count * min(count, rows.count - 1)
            result.calibration.recalls[place] = Float(hits) / Float(wanted)
        }
        let distances = outcomes.reduce(0) { $0 + $1.distanceCount }
        let ef = min(Self.countedEF, rows.count)
        result.distancesPerEF = Float(distances) / Float(outcomes.count * ef)
        return result
    }

    /// The rows with the smallest hashes of their keys.
    private func sampledRows(_ limit: Int) -> [Int] {
        let hashes = rows.keys.map { SplitMix64.hash(of: UInt64(bitPattern: $0) ^ 0x5A5A) }
        return rows.keys.indices.sorted { hashes[$0] < hashes[$1] }.prefix(limit)
            .sorted()
    }

    /// Each place of a calibration that is measured, with its number of neighbours.
    private func places() -> [(place: Int, neighbours: Int)] {
        let efs = RecallCalibration.efs
        var places: [(Int, Int)] = []
        for (group, count) in RecallCalibration.neighbourCounts.enumerated() {
            for (place, ef) in efs.enumerated() where ef >= count {
                places.append((group * efs.count + place, count))
            }
        }
        return places
    }

    private func measure(_ row: Int, _ exact: [Float], _ searcher: GraphSearcher) -> Outcome {
        var outcome = Outcome()
        guard let query = query(row), !exact.isEmpty else { return outcome }
        let efs = RecallCalibration.efs
        for (place, ef) in efs.enumerated() {
            var walked: (stop: WalkStop?, isDone: Bool) = (nil, false)
            for (group, count) in RecallCalibration.neighbourCounts.enumerated()
            where ef >= count {
                let stop = view.facts.stops.stop(ef: ef, neighbourCount: count)
                // Few neighbours are found by the same walk.
                if !walked.isDone || walked.stop != stop {
                    searcher.search(view, for: query, ef: ef, stop: stop, hiding: nodes[row])
                    walked = (stop, true)
                }
                let wanted = min(count, exact.count)
                let hits = hits(searcher.found, query, count: count, within: exact[wanted - 1])
                outcome.hits[group * efs.count + place] = min(hits, wanted)
            }
        }
        // What a walk costs that stops at nothing, as with a filter.
        searcher.search(view, for: query, ef: Self.countedEF, hiding: nodes[row])
        outcome.distanceCount = searcher.distanceCount
        return outcome
    }

    private func query(_ row: Int) -> PreparedQuery? { query(for: vector(row)) }

    private func query(for vector: Span<Float>) -> PreparedQuery? {
        do throws(VectorError) {
            return try PreparedQuery(
                vector,
                metric: view.layout.metric,
                dimension: rows.dimension
            )
        } catch {
            return nil
        }
    }

    /// Searches that stops are measured with.
    ///
    /// - Parameter count: how many rows at most to make them of.
    /// - Returns: one for each row of a sample, from which that row is hidden, and one for a place
    ///   half way to another: as far from all rows as queries of another kind are.
    func stopQueries(_ count: Int) -> [StopMeasurement.Query] {
        let sample = sampledRows(count)
        var queries = sample.compactMap { row in
            query(row).map { StopMeasurement.Query(query: $0, hidden: nodes[row]) }
        }
        for (one, other) in zip(sample, sample.dropFirst()) {
            let (one, other) = (vector(one), vector(other))
            let between = one.indices.map { one[$0] / 2 + other[$0] / 2 }
            guard let query = query(for: between.span) else { continue }
            queries.append(StopMeasurement.Query(query: query, hidden: nil))
        }
        return queries
    }

    @_lifetime(borrow self)
    private func vector(_ row: Int) -> Span<Float> {
        let span = unsafe Span(_unsafeStart: rows.vectors[row], count: rows.dimension)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Rows that several queries are compared with before the next ones, so that memory is read
    /// once for all of them.
    private static let blockByteCount = 128 << 10

    /// For each sampled row the distances of the rows nearest to it, ascending; none for a row that
    /// can't be searched for.
    private func exactNeighbours(of sample: [Int], _ team: ThreadTeam) -> [[Float]] {
        var nearest = [[Float]](repeating: [], count: sample.count)
        let groupCount = min(sample.count, 2 * team.threadCount)
        let groups = (0..<groupCount).map { group in
            Array(stride(from: group, to: sample.count, by: groupCount))
        }
        let found = team.map(groups, with: {}) { _, places in
            exactNeighbours(of: places.map { sample[$0] })
        }
        for (places, found) in zip(groups, found) {
            for (place, distances) in zip(places, found) { nearest[place] = distances }
        }
        return nearest
    }

    /// The same for rows that one thread compares with all others, block by block.
    private func exactNeighbours(of sample: [Int]) -> [[Float]] {
        let queries = sample.map { query($0) }
        let capacity = RecallCalibration.neighbourCounts.last ?? 1
        var nearest = sample.map { _ in NearestCandidates(capacity: capacity) }
        let blockRowCount = max(Self.blockByteCount / (4 * rows.dimension), 1)
        for start in stride(from: 0, to: rows.count, by: blockRowCount) {
            let block = start..<min(start + blockRowCount, rows.count)
            for (place, query) in queries.enumerated() {
                guard let query else { continue }
                for other in block where other != sample[place] {
                    nearest[place].offer(distance: distance(query, other), key: UInt64(other))
                }
            }
        }
        return nearest.map { $0.sorted().map(\.distance) }
    }

    private func distance(_ query: PreparedQuery, _ row: Int) -> Float {
        query.distance(to: vector(row), inverseNorm: rows.inverseNorms[row])
    }

    /// How many of the best rows that a walk found, ranked with their full vectors, are true
    /// neighbours; one as near as the farthest of those is as good.
    private func hits(
        _ found: [GraphSearcher.Found],
        _ query: PreparedQuery,
        count: Int,
        within farthest: Float
    ) -> Int {
        let ranked = view.layout.rankedCount(
            neighbours: count,
            found: found.count,
            sketched: view.facts.hasSketches
        )
        let distances = found.prefix(ranked).map { distance(query, Int($0.row)) }
        return distances.filter { $0 <= farthest }.count
    }
}
