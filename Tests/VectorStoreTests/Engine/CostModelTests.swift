import Testing
import VectorStore

/// What the steps of a search are said to cost.
@Suite("The cost model")
struct CostModelTests {
    private func isNear(_ cost: Double, _ expected: Double) -> Bool {
        abs(cost - expected) < 1e-6 * expected
    }

    @Test(
        "A walk costs 30 ns and a twentieth of the code's bytes for each distance",
        arguments: [
            (64, 128, Quantization.int8, 30_950.4), (128, 128, .int8, 61_900.8),
            (64, 128, .none, 46_924.8), (64, 128, .binary, 26_291.2),
            (2_000_000, 128, .int8, 48_360_000),
        ]
    )
    func walk(ef: Int, dimension: Int, quantization: Quantization, nanoseconds: Double) {
        let index = IndexView.planned(
            rowCount: 100_000,
            dimension: dimension,
            quantization: quantization
        )
        #expect(isNear(CostModel.walk(ef: ef, over: index), nanoseconds))
    }

    @Test(
        "A scan costs 4 ns a row and 0.12 ns a component",
        arguments: [(1, 1, 4.12), (1000, 128, 19_360), (1000, 1536, 188_320)]
    )
    func scan(rowCount: Int, dimension: Int, nanoseconds: Double) {
        #expect(isNear(CostModel.scan(rowCount: rowCount, dimension: dimension), nanoseconds))
    }

    @Test(
        "A scan of codes looks at all nodes, reads the codes of some and the vectors of the best",
        arguments: [(1000, 32, 76_898.24), (2000, 32, 142_978.24), (1000, 64, 84_716.48)]
    )
    func codeScan(rowCount: Int, keptCount: Int, nanoseconds: Double) {
        let index = IndexView.planned(rowCount: 2000, dimension: 1536)
        let cost = CostModel.codeScan(rowCount: rowCount, keptCount: keptCount, over: index)
        #expect(isNear(cost, nanoseconds))
    }

    @Test("Tests of single points may cost half of what reading all costs")
    func tests() {
        #expect(isNear(CostModel.tests(2), 6600))
        #expect(CostModel.testedCountMax(pointCount: 22) == 1)
        #expect(CostModel.testedCountMax(pointCount: 21) == 0)
    }
}
