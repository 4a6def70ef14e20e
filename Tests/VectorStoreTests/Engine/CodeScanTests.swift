import Testing
import VectorStore

/// When the codes of all rows that pass are compared instead of their vectors.
@Suite("The plan for comparing codes")
struct CodeScanTests {
    private func scan(
        _ effort: SearchEffort = .default,
        k: Int = 10,
        passing: Int,
        _ index: IndexView = .planned(rowCount: 2000, dimension: 1536)
    ) -> CodeScan? {
        CodeScan(effort, neighbourCount: k, over: index, passingCount: passing)
    }

    @Test("Up to 500 rows that pass are compared with their vectors")
    func few() {
        #expect(scan(passing: 500) == nil)
        #expect(scan(passing: 501) != nil)
    }

    @Test("Codes are good enough for a recall of .99 and no more")
    func recall() {
        #expect(scan(.recall(0.99), passing: 1000) != nil)
        #expect(scan(.recall(0.9901), passing: 1000) == nil)
        #expect(scan(.exact, passing: 1000) == nil)
        #expect(scan(.ef(1), passing: 1000) != nil)
    }

    @Test("Only codes of bytes tell rows apart and are smaller than vectors")
    func quantization() {
        for quantization in [Quantization.none, .binary] {
            let index = IndexView.planned(
                rowCount: 2000,
                dimension: 1536,
                quantization: quantization
            )
            #expect(scan(passing: 1000, index) == nil)
        }
    }

    @Test("Twice as many rows are kept as are nearly always enough")
    func kept() {
        #expect(scan(k: 1, passing: 1000)?.keptCount == 32)
        #expect(scan(k: 10, passing: 1000)?.keptCount == 32)
        #expect(scan(k: 100, passing: 1000)?.keptCount == 320)
        #expect(scan(k: 200, passing: 1400)?.keptCount == 640)
        // All of these would be kept: their codes would tell nothing.
        #expect(scan(k: 200, passing: 640) == nil)
    }

    @Test("Where finding the codes costs more than comparing vectors, vectors are compared")
    func cost() {
        let many = IndexView.planned(rowCount: 10_000_000, dimension: 1536)
        #expect(scan(passing: 1000, many) == nil)
        #expect(scan(passing: 1_000_000, many) != nil)
        let small = IndexView.planned(rowCount: 2000, dimension: 8)
        #expect(scan(passing: 2000, small) == nil)
    }
}
