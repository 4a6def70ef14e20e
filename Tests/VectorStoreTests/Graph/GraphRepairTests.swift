import TestSupport
import Testing
import VectorStore

/// Rows that no link leads to get one.
@Suite("The repair of a graph")
struct GraphRepairTests {
    /// A graph over rows whose codes are all the same, so that distance decides nothing.
    private func repair(_ memory: IndexMemory) -> Int {
        let rows = TestRows(
            [Float](repeating: 1, count: 2 * memory.rowCount),
            dimension: 2
        ).rows
        var repair = GraphRepair(
            GraphConstruction(
                memory: memory,
                coder: RowCoder(
                    layout: CodeLayout(quantization: .none, metric: .euclidean, dimension: 2),
                    fitting: rows
                ),
                rows: rows,
                efConstruction: 8
            )
        )
        return repair.run()
    }

    @Test("A graph whose rows can all be reached stays as it is")
    func whole() {
        let lists: [[UInt32]] = [[1, 2], [3], [0], [1]]
        let memory = IndexMemory.linked(lists)
        #expect(repair(memory) == 0)
        #expect((0..<4).map(memory.links) == lists)
    }

    @Test("A row that nothing leads to is linked from one that can be reached")
    func single() {
        let memory = IndexMemory.linked([[1], [0], [0, 1]])
        #expect(repair(memory) == 1)
        #expect(memory.reachedRows() == [0, 1, 2])
        #expect(memory.links(of: 2) == [0, 1])
        #expect((0..<2).count { memory.links(of: $0).contains(2) } == 1)
    }

    @Test("One link is enough for a group whose rows lead to one another")
    func group() {
        let memory = IndexMemory.linked([[1], [0], [3], [4], [2]])
        #expect(repair(memory) == 1)
        #expect(memory.reachedRows().count == 5)
    }

    @Test("A full list gives up a link that is not the only one to its row")
    func full() {
        let memory = IndexMemory.linked([[1, 2, 3, 4], [2], [3], [4], [1], []])
        #expect(repair(memory) == 1)
        #expect(memory.reachedRows().count == 6)
    }

    @Test("All rows can be reached afterwards, and no list is too long", arguments: UInt64(0)..<40)
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...60, using: &random)
        let lists = (0..<count).map { _ in
            Set(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    UInt32.random(in: 0..<UInt32(count), using: &random)
                }
            ).sorted()
        }
        let memory = IndexMemory.linked(
            lists,
            entryPoint: UInt32.random(in: 0..<UInt32(count), using: &random)
        )
        let missing = count - memory.reachedRows().count
        let repaired = repair(memory)
        #expect(memory.reachedRows().count == count)
        #expect((repaired == 0) == (missing == 0))
        #expect((0..<count).allSatisfy { memory.links(of: $0).count <= 4 })
    }
}
