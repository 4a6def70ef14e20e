/// Measures on a sample of an index's own rows which breadth reaches which recall.
///
/// A sampled row is hidden from its own search: it would be found for certain, and shorten the way
/// to its neighbours.
struct RecallMeasurement: Sendable {
    let view: IndexView
    let rows: IndexRows
    let kernels: GraphKernels

    /// The most rows that are sampled.
    let sampleLimit: Int

    /// The breadth at which distances are counted.
    private static let countedBreadth = 64

    /// What one sampled row contributes.
    private struct Outcome {
        var hits = [Int](repeating: 0, count: RecallCalibration().recalls.count)
        var distanceCount = 0
    }

    /// The result of a measurement.
    struct Result {
        var calibration = RecallCalibration()
        var distancesPerBreadth: Float = 13
    }

    /// Measures; a row with a vector that is too long to be searched for counts as not found.
    ///
    /// - Complexity: O(sample × rows × dimension).
    func run(_ team: WorkerTeam) -> Result {
        guard rows.count > 1 else { return Result() }
        let sample = sampledRows()
        var outcomes = [Outcome](repeating: Outcome(), count: sample.count)
        let searchers = (0..<team.threadCount).map { _ in
            SharedSearcher(GraphSearcher(kernels: kernels))
        }
        unsafe outcomes.withUnsafeMutableBufferPointer { buffer in
            let output = unsafe SharedOutput(buffer)
            team.forEach(sample.count, grain: 1) { thread, pieces in
                for piece in pieces {
                    let outcome = measure(sample[piece], searchers[thread].searcher)
                    unsafe output.pointer[piece] = outcome
                }
            }
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
        let breadth = min(Self.countedBreadth, rows.count)
        result.distancesPerBreadth = Float(distances) / Float(outcomes.count * breadth)
        return result
    }

    /// The rows with the smallest hashes of their keys.
    private func sampledRows() -> [Int] {
        let hashes = rows.keys.map { LevelTable.mixed(UInt64(bitPattern: $0) ^ 0x5A5A) }
        return rows.keys.indices.sorted { hashes[$0] < hashes[$1] }.prefix(sampleLimit)
            .sorted()
    }

    /// Each place of a calibration that is measured, with its number of neighbours.
    private func places() -> [(place: Int, neighbours: Int)] {
        let breadths = RecallCalibration.breadths
        var places: [(Int, Int)] = []
        for (group, count) in RecallCalibration.neighbourCounts.enumerated() {
            for (place, breadth) in breadths.enumerated() where breadth >= count {
                places.append((group * breadths.count + place, count))
            }
        }
        return places
    }

    private func measure(_ row: Int, _ searcher: GraphSearcher) -> Outcome {
        var outcome = Outcome()
        guard let query = query(row) else { return outcome }
        let exact = exactNeighbours(of: row, query)
        let breadths = RecallCalibration.breadths
        for (place, breadth) in breadths.enumerated() {
            searcher.search(view, for: query, breadth: breadth, hiding: UInt32(row))
            if breadth == Self.countedBreadth { outcome.distanceCount = searcher.distanceCount }
            for (group, count) in RecallCalibration.neighbourCounts.enumerated()
            where breadth >= count {
                let wanted = min(count, exact.count)
                let hits = hits(searcher.found, query, count: count, within: exact[wanted - 1])
                outcome.hits[group * breadths.count + place] = min(hits, wanted)
            }
        }
        return outcome
    }

    private func query(_ row: Int) -> PreparedQuery? {
        do throws(VectorFault) {
            return try PreparedQuery(
                vector(row),
                metric: view.layout.metric,
                dimension: rows.dimension
            )
        } catch {
            return nil
        }
    }

    @_lifetime(borrow self)
    private func vector(_ row: Int) -> Span<Float> {
        let span = unsafe Span(_unsafeStart: rows.vectors[row], count: rows.dimension)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// The distances of the nearest rows, ascending.
    private func exactNeighbours(of row: Int, _ query: PreparedQuery) -> [Float] {
        let limit = RecallCalibration.neighbourCounts.last ?? 1
        var nearest = NearestCandidates(capacity: limit)
        for other in 0..<rows.count where other != row {
            nearest.offer(distance: distance(query, other), key: UInt64(other))
        }
        return nearest.sorted().map(\.distance)
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
        let ranked = view.layout.rankedCount(neighbours: count, found: found.count)
        let distances = found.prefix(ranked).map { distance(query, Int($0.row)) }
        return distances.filter { $0 <= farthest }.count
    }
}

/// A searcher that one thread uses alone.
private struct SharedSearcher: @unchecked Sendable {
    let searcher: GraphSearcher

    init(_ searcher: GraphSearcher) {
        self.searcher = searcher
    }
}
