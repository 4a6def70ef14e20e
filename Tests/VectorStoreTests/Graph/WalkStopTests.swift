import TestSupport
import Testing
import VectorStore

@Suite("Walks that stop by distance")
struct WalkStopTests {
    @Test("Between two measured efs lies a straight line; outside of them the ends hold")
    func slacks() {
        var stops = StopCalibration()
        stops.slacks = [0.1, 0.2, 0.4, 0.4, 0.8, 0, 0, 0.05, 0.25, 0]
        #expect(stops.stop(ef: 64, neighbourCount: 10) == WalkStop(rank: 10, slack: 0.2))
        #expect(stops.stop(ef: 96, neighbourCount: 10)?.slack.isNearly(0.3) == true)
        #expect(stops.stop(ef: 10, neighbourCount: 10)?.slack == 0.1)
        #expect(stops.stop(ef: 192, neighbourCount: 100)?.slack.isNearly(0.15) == true)
        #expect(stops.stop(ef: 110, neighbourCount: 100) == WalkStop(rank: 100, slack: 0.05))
    }

    @Test("Fewer than ten neighbours are looked for like ten, and more by the next smaller number")
    func ranks() {
        var stops = StopCalibration()
        stops.slacks = [0.1, 0.2, 0.4, 0.4, 0.8, 0, 0, 0.05, 0.25, 0.5]
        #expect(stops.stop(ef: 64, neighbourCount: 1) == WalkStop(rank: 10, slack: 0.2))
        #expect(stops.stop(ef: 128, neighbourCount: 99) == WalkStop(rank: 99, slack: 0.4))
        #expect(stops.stop(ef: 512, neighbourCount: 300) == WalkStop(rank: 300, slack: 0.5))
    }

    @Test("Where nothing was measured, or beyond the largest ef, no walk stops")
    func never() {
        #expect(StopCalibration().stop(ef: 64, neighbourCount: 10) == nil)
        var stops = StopCalibration()
        stops.slacks = [0.1, 0.2, 0, 0, 0, 0, 0, 0.05, 0, 0]
        #expect(stops.stop(ef: 64, neighbourCount: 10) != nil)
        #expect(stops.stop(ef: 65, neighbourCount: 10) == nil)
        #expect(stops.stop(ef: 129, neighbourCount: 100) == nil)
        #expect(stops.stop(ef: 513, neighbourCount: 10) == nil)
    }

    @Test(
        "As much is found as without, and with fewer distances where there is structure",
        arguments: zip(
            [TestData.clustered, .uniform, .offset],
            [Metric.cosine, .euclidean, .cosine]
        )
    )
    func recall(kind: TestData, metric: Metric) throws {
        let data = TestRows(kind.vectors(1300, dimension: 16, seed: 71), dimension: 16)
        let view = try builtIndex(data.rows, metric: metric).view
        // Those of the clustered kind lie between the rows' clusters.
        let queries = kind.vectors(60, dimension: 16, seed: 72)
        let plain = try walks(data, view, metric, queries, stops: StopCalibration())
        let stopped = try walks(data, view, metric, queries, stops: view.facts.stops)
        #expect(stopped.recall >= plain.recall - 0.01)
        guard kind == .clustered else { return }
        let likeRows = Array(data.vectors.prefix(60 * 16))
        let short = try walks(data, view, metric, likeRows, stops: view.facts.stops)
        let long = try walks(data, view, metric, likeRows, stops: StopCalibration())
        #expect(short.recall >= long.recall - 0.01)
        #expect(short.distanceCount < long.distanceCount)
    }

    @Test("Under the product, with bits and in small indexes nothing is measured")
    func unmeasured() throws {
        let vectors = TestData.uniform.vectors(1200, dimension: 8, seed: 73)
        let data = TestRows(vectors, dimension: 8)
        #expect(try builtIndex(data.rows, metric: .dot).view.facts.stops == StopCalibration())
        let bits = try builtIndex(data.rows, metric: .cosine, quantization: .binary)
        #expect(bits.view.facts.stops == StopCalibration())
        let few = try builtIndex(data.part(Array(0..<900)), metric: .euclidean)
        #expect(few.view.facts.stops == StopCalibration())
        let many = try builtIndex(data.rows, metric: .euclidean)
        #expect(many.view.facts.stops != StopCalibration())
    }

    @Test(
        "All kernels stop at the same row",
        arguments: [Quantization.none, .int8],
        [12, 200]
    )
    func kernels(quantization: Quantization, dimension: Int) throws {
        let vectors = TestData.clustered.vectors(1500, dimension: dimension, seed: 74)
        let data = TestRows(vectors, dimension: dimension)
        let view = try builtIndex(data.rows, metric: .euclidean, quantization: quantization).view
        for (row, slack) in zip([3, 700, 1400], [Float(0.02), 0.2, 1]) {
            let vector = data.vector(row).map { $0 + 0.1 }
            let query = try PreparedQuery(
                vector.span,
                metric: .euclidean,
                dimension: dimension
            )
            let walks = GraphKernels.available.map { kernels in
                let searcher = GraphSearcher(kernels: kernels)
                searcher.search(view, for: query, ef: 64, stop: WalkStop(rank: 10, slack: slack))
                return (searcher.found, searcher.distanceCount)
            }
            for walk in walks {
                #expect(walk.0.count >= 10)
                #expect(walk.0 == walks[0].0)
                #expect(walk.1 == walks[0].1)
            }
        }
    }

    // MARK: Support

    private func walks(
        _ data: TestRows,
        _ view: IndexView,
        _ metric: Metric,
        _ queries: [Float],
        stops: StopCalibration
    ) throws -> (recall: Double, distanceCount: Int) {
        let searcher = GraphSearcher()
        var hits = 0
        var distanceCount = 0
        let queryCount = queries.count / data.dimension
        for number in 0..<queryCount {
            let vector = Array(queries[(number * data.dimension)...].prefix(data.dimension))
            let query = try PreparedQuery(
                vector.span,
                metric: metric,
                dimension: data.dimension
            )
            let distances = (0..<data.count).map { row in
                let vector = data.vector(row)
                return query.distance(
                    to: vector.span,
                    inverseNorm: data.rows.inverseNorms[row]
                )
            }
            let farthest = distances.sorted()[9]
            searcher.search(
                view,
                for: query,
                ef: 64,
                stop: stops.stop(ef: 64, neighbourCount: 10)
            )
            distanceCount += searcher.distanceCount
            hits += min(searcher.found.count { distances[Int($0.row)] <= farthest }, 10)
        }
        return (Double(hits) / Double(10 * queryCount), distanceCount)
    }
}

extension Float {
    fileprivate func isNearly(_ other: Float) -> Bool { abs(self - other) < 1e-5 }
}
