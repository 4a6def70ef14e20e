import TestSupport
import Testing
import VectorStore

@Suite("IndexBuilder")
struct IndexBuilderTests {
    @Test(
        "The same rows give the same bytes for any number of threads and on any CPU",
        arguments: Metric.allCases,
        Quantization.allCases
    )
    func determinism(metric: Metric, quantization: Quantization) throws {
        let vectors = TestData.clustered.vectors(300, dimension: 37, seed: 1)
        let data = TestRows(vectors, dimension: 37)
        let expected = try builtIndex(
            data.rows,
            metric: metric,
            quantization: quantization,
            threads: 1
        )
        for kernels in GraphKernels.available {
            for threads in kernels.name == GraphKernels.best.name ? [2, 4] : [2] {
                let other = try builtIndex(
                    data.rows,
                    metric: metric,
                    quantization: quantization,
                    threads: threads,
                    kernels: kernels
                )
                #expect(other.view.facts == expected.view.facts, "\(kernels.name), \(threads)")
                #expect(other.view.bytes == expected.view.bytes, "\(kernels.name), \(threads)")
            }
        }
    }

    @Test(
        "Walks find what exact searches find, for every metric and kind of data",
        arguments: Metric.allCases,
        TestData.allCases
    )
    func recall(metric: Metric, kind: TestData) throws {
        let dimension = 24
        let data = TestRows(
            kind.vectors(1_500, dimension: dimension, seed: 2),
            dimension: dimension
        )
        let index = try builtIndex(data.rows, metric: metric)
        let probe = RecallProbe(data: data, metric: metric, view: index.view)
        let recall = try probe.recall(
            queries: queries(kind, dimension, count: 100),
            neighbours: 10,
            ef: 128
        )
        #expect(recall >= 0.97)
    }

    @Test(
        "Other codes find them too, given breadth",
        arguments: Metric.allCases,
        [Quantization.none, .binary]
    )
    func otherCodes(metric: Metric, quantization: Quantization) throws {
        let vectors = TestData.clustered.vectors(1_200, dimension: 64, seed: 3)
        let data = TestRows(vectors, dimension: 64)
        let index = try builtIndex(data.rows, metric: metric, quantization: quantization)
        let probe = RecallProbe(data: data, metric: metric, view: index.view)
        let recall = try probe.recall(
            queries: queries(.clustered, 64, count: 100),
            neighbours: 10,
            ef: quantization == .binary ? 300 : 128
        )
        #expect(recall >= 0.93)
    }

    @Test(
        "Of rows that lie on one side a hundred with the greatest products are found",
        arguments: [UInt64(2), 9]
    )
    func oneSided(seed: UInt64) throws {
        let vectors = TestData.offset.vectors(1_530, dimension: 24, seed: seed)
        let data = TestRows(Array(vectors.prefix(1_500 * 24)), dimension: 24)
        let index = try builtIndex(data.rows, metric: .dot)
        let probe = RecallProbe(data: data, metric: .dot, view: index.view)
        let queries = (1_500..<1_530).map { Array(vectors[($0 * 24)..<(($0 + 1) * 24)]) }
        let recall = try probe.recall(queries: queries, neighbours: 100, ef: 200)
        #expect(recall >= 0.98)
    }

    @Test("Every row can be reached, also of many equal ones", arguments: TestData.allCases)
    func reachable(kind: TestData) throws {
        let vectors = kind.vectors(1_200, dimension: 16, seed: 4)
        let index = try builtIndex(TestRows(vectors, dimension: 16).rows, metric: .euclidean)
        #expect(index.view.reachedRows().count == 1_200)
    }

    @Test("Twelve hundred rows that are all the same can all be reached")
    func allEqual() throws {
        let vectors = [Float](repeating: 0.25, count: 1_200 * 8)
        let data = TestRows(vectors, dimension: 8)
        for metric in Metric.allCases {
            let index = try builtIndex(data.rows, metric: metric)
            #expect(index.view.reachedRows().count == 1_200)
        }
    }

    @Test("One row, two rows and as many as there are links make an index", arguments: [1, 2, 33])
    func few(count: Int) throws {
        let vectors = TestData.uniform.vectors(count, dimension: 5, seed: 5)
        let data = TestRows(vectors, dimension: 5)
        for metric in Metric.allCases {
            let index = try builtIndex(data.rows, metric: metric)
            #expect(index.view.reachedRows().count == count)
            let probe = RecallProbe(data: data, metric: metric, view: index.view)
            let recall = try probe.recall(
                queries: [data.vector(0)],
                neighbours: 40,
                ef: 64
            )
            #expect(recall == 1)
        }
    }

    @Test("Dimensions from one to the largest make an index", arguments: [1, 2, 15, 16, 17, 4096])
    func dimensions(dimension: Int) throws {
        let vectors = TestData.uniform.vectors(60, dimension: dimension, seed: 6)
        let data = TestRows(vectors, dimension: dimension)
        for quantization in Quantization.allCases {
            let index = try builtIndex(
                data.rows,
                metric: .dot,
                quantization: quantization
            )
            #expect(index.view.reachedRows().count == 60)
        }
    }

    @Test("Links are few enough, lead to other rows, and no list names a row twice")
    func lists() throws {
        let vectors = TestData.clustered.vectors(900, dimension: 16, seed: 7)
        let view = try builtIndex(
            TestRows(vectors, dimension: 16).rows,
            metric: .euclidean,
            linkCount: 5
        ).view
        for row in 0..<900 {
            let list = view.baseList(of: row)
            #expect(list.count <= 10 && Set(list).count == list.count)
            #expect(!list.contains(UInt32(row)))
        }
        #expect(view.facts.upperRowCount > 90)
        for upper in 0..<view.facts.upperRowCount {
            for level in 1...view.levelCount(ofUpperRow: upper) {
                let list = view.upperList(of: upper, level: level)
                #expect(list.count <= 5 && !list.contains(UInt32(upper)))
                #expect(list.allSatisfy { view.levelCount(ofUpperRow: Int($0)) >= level })
            }
        }
    }

    @Test("Vectors of the largest and of the smallest lengths make an index that finds them")
    func extremes() throws {
        for length in [VectorCheck.maximumLength * 0.9, VectorCheck.minimumLength * 1e4] {
            var random = SplitMix64(seed: 8)
            let vectors = (0..<500).flatMap { _ in
                random.vector(8).map { Float(Double($0) * length / 3) }
            }
            let data = TestRows(vectors, dimension: 8)
            for metric in [Metric.euclidean, .dot] {
                let index = try builtIndex(data.rows, metric: metric)
                let probe = RecallProbe(data: data, metric: metric, view: index.view)
                let recall = try probe.recall(
                    queries: (0..<20).map { data.vector($0 * 7) },
                    neighbours: 5,
                    ef: 100
                )
                #expect(recall > 0.9, "\(metric) \(length)")
            }
        }
    }

    @Test("A build that is told to stop stops")
    func cancel() throws {
        let data = TestRows(TestData.uniform.vectors(500, dimension: 4, seed: 9), dimension: 4)
        var builder = IndexBuilder(configuration: try CollectionConfiguration(dimension: 4))
        var reports: [Int] = []
        builder.progress = { linked, total in
            #expect(total == 500)
            reports.append(linked)
            return linked < 100
        }
        #expect(throws: IndexBuilder.Cancelled.self) { try builder.build(data.rows) }
        #expect((reports.last ?? 0) >= 100 && reports == reports.sorted())
    }

    @Test("The calibration of a built index says what walks reach")
    func calibration() throws {
        let vectors = TestData.clustered.vectors(1_500, dimension: 24, seed: 10)
        let facts = try builtIndex(
            TestRows(vectors, dimension: 24).rows,
            metric: .euclidean
        ).view.facts
        let efs = RecallCalibration.efs.count
        for group in 0..<3 {
            let recalls = facts.calibration.recalls[(group * efs)..<((group + 1) * efs)]
            #expect((recalls.last ?? 0) > 0.98)
            #expect(recalls.allSatisfy { (0...1).contains($0) })
        }
        #expect((4...40).contains(facts.distancesPerEF))
    }

    private func queries(_ kind: TestData, _ dimension: Int, count: Int) -> [[Float]] {
        // The clusters' centres come from the seed, so the queries are of the same ones.
        let all = kind.vectors(count * 3, dimension: dimension, seed: 2)
        var random = SplitMix64(seed: 77)
        return (0..<count).map { query in
            let vector = all[(query * dimension)..<((query + 1) * dimension)]
            return vector.map { $0 + Float.random(in: -0.3...0.3, using: &random) }
        }
    }
}
