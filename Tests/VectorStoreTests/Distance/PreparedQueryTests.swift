import TestSupport
import Testing
import VectorStore

@Suite("PreparedQuery")
struct PreparedQueryTests {
    @Test(
        "Scanning rows gives what comparing them one by one gives, at every level",
        arguments: Metric.allCases,
        [1, 3, 16, 31, 32, 33, 65, 100, 384, 1536]
    )
    func scanIsSingleCalls(metric: Metric, dimension: Int) throws {
        let fixture = DistanceRowsFixture(count: 150, dimension: dimension, seed: 7)
        var generator = SplitMix64(seed: 8)
        let vector = generator.vector(dimension)
        let reference = try PreparedQuery(vector.span, metric: metric, dimension: dimension)
        let expected = fixture.vectors.map {
            reference.distance(to: $0.span, inverseNorm: storedInverseNorm(of: $0)).bitPattern
        }
        for kernels in DistanceKernels.available {
            let query = try PreparedQuery(
                vector.span,
                metric: metric,
                dimension: dimension,
                kernels: kernels
            )
            var scanned: [Int: UInt32] = [:]
            query.scan(fixture.rows, in: 5..<149) { scanned[$0] = $1.bitPattern }
            #expect(scanned.count == 144)
            #expect(scanned.allSatisfy { expected[$0.key] == $0.value }, "\(kernels.name)")
        }
    }

    @Test(
        "Scanning chosen rows gives what scanning all gives",
        arguments: Metric.allCases,
        UInt64(0)..<4
    )
    func chosenRows(metric: Metric, seed: UInt64) throws {
        let dimension = 45 + Int(seed) * 17
        let fixture = DistanceRowsFixture(count: 300, dimension: dimension, seed: seed)
        var generator = SplitMix64(seed: seed + 100)
        let slots = (0..<170).map { _ in UInt32.random(in: 0..<300, using: &generator) }
        let vector = generator.vector(dimension)
        for kernels in DistanceKernels.available {
            let query = try PreparedQuery(
                vector.span,
                metric: metric,
                dimension: dimension,
                kernels: kernels
            )
            var all: [UInt32] = []
            query.scan(fixture.rows, in: 0..<300) { all.append($1.bitPattern) }
            var visited: [UInt32] = []
            var distances: [UInt32] = []
            query.scan(fixture.rows, slots: slots.span) {
                visited.append(UInt32($0))
                distances.append($1.bitPattern)
            }
            #expect(visited == slots)
            #expect(distances == slots.map { all[Int($0)] })
        }
    }

    @Test("An empty range and an empty list visit nothing")
    func nothing() throws {
        let fixture = DistanceRowsFixture(count: 2, dimension: 4, seed: 1)
        let query = try PreparedQuery([1, 2, 3, 4].span, metric: .dot, dimension: 4)
        var visits = 0
        query.scan(fixture.rows, in: 1..<1) { _, _ in visits += 1 }
        let none: [UInt32] = []
        query.scan(fixture.rows, slots: none.span) { _, _ in visits += 1 }
        #expect(visits == 0)
    }

    @Test(
        "Scores are the cosine, the product and the distance",
        arguments: DistanceKernels.available
    )
    func scores(kernels: DistanceKernels) throws {
        let vector: [Float] = [3, 4]
        let row: [Float] = [4, -3.5]
        func score(_ metric: Metric) throws -> Float {
            let query = try PreparedQuery(
                vector.span,
                metric: metric,
                dimension: 2,
                kernels: kernels
            )
            let inverse = storedInverseNorm(of: row)
            return query.score(
                fromDistance: query.distance(to: row.span, inverseNorm: inverse)
            )
        }
        #expect(try abs(score(.cosine) + 2 / (5 * Float(28.25).squareRoot())) < 1e-6)
        #expect(try score(.dot) == -2)
        #expect(try score(.euclidean) == Float(57.25).squareRoot())
    }

    @Test("A nearer row has the smaller distance and the better score", arguments: Metric.allCases)
    func order(metric: Metric) throws {
        let query = try PreparedQuery([1, 1].span, metric: metric, dimension: 2)
        func distance(_ vector: [Float]) -> Float {
            let inverse = storedInverseNorm(of: vector)
            return query.distance(to: vector.span, inverseNorm: inverse)
        }
        let near = distance([1, 0.9])
        let far = distance([-1, 0.5])
        #expect(near < far)
        let (better, worse) = (query.score(fromDistance: near), query.score(fromDistance: far))
        #expect(metric == .euclidean ? better < worse : better > worse)
        #expect(query.isScore(better, within: worse))
        #expect(query.isScore(worse, within: worse))
        #expect(!query.isScore(worse, within: better))
    }

    @Test("A cosine stays between -1 and 1, and a vector is wholly similar to its multiples")
    func clamped() throws {
        var generator = SplitMix64(seed: 3)
        for _ in 0..<100 {
            let vector = generator.vector(37)
            let scaled = vector.map { $0 * -3 }
            let query = try PreparedQuery(vector.span, metric: .cosine, dimension: 37)
            let inverse = storedInverseNorm(of: scaled)
            let score = query.score(
                fromDistance: query.distance(to: scaled.span, inverseNorm: inverse)
            )
            #expect((-1 ... -0.999999).contains(score))
        }
    }

    @Test(
        "The cosine of very short and very long vectors is right",
        arguments: [Float(1e-38), 1e-20, 1, 1e20, 3e37]
    )
    func extremes(scale: Float) throws {
        let vector = [2 * scale, -scale, 0]
        let query = try PreparedQuery(vector.span, metric: .cosine, dimension: 3)
        let inverse = try VectorCheck.validate(vector.span, for: .cosine, dimension: 3)
        let score = query.score(fromDistance: query.distance(to: vector.span, inverseNorm: inverse))
        #expect(abs(score - 1) < 1e-6)
    }

    @Test("No score is infinite or a negative zero")
    func finite() throws {
        let euclidean = try PreparedQuery([1].span, metric: .euclidean, dimension: 1)
        #expect(euclidean.score(fromDistance: .infinity).isFinite)
        let dot = try PreparedQuery([1].span, metric: .dot, dimension: 1)
        #expect(dot.score(fromDistance: 0).sign == .plus)
    }

    @Test("A query that can't be compared is refused", arguments: Metric.allCases)
    func refused(metric: Metric) {
        #expect(throws: VectorError.notANumber(component: 1)) {
            try PreparedQuery([1, .nan].span, metric: metric, dimension: 2)
        }
        #expect(throws: VectorError.dimensionMismatch(expected: 3, got: 2)) {
            try PreparedQuery([1, 2].span, metric: metric, dimension: 3)
        }
    }

    @Test("Rows that reach beyond their memory, or are of another dimension, are our mistake")
    func mistakes() async {
        await #expect(processExitsWith: .failure) {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 100, alignment: 16)
            let bytes = UnsafeRawBufferPointer(memory)
            _ = VectorRows(
                count: 3,
                dimension: 8,
                vectors: bytes,
                stride: 48,
                inverseNorms: bytes,
                inverseNormStride: 48
            )
        }
        await #expect(processExitsWith: .failure) {
            let fixture = DistanceRowsFixture(count: 2, dimension: 4, seed: 1)
            let query = try PreparedQuery([1, 2].span, metric: .dot, dimension: 2)
            query.scan(fixture.rows, in: 0..<2) { _, _ in }
        }
    }
}
