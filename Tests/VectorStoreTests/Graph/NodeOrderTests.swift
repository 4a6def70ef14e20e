import TestSupport
import Testing
import VectorStore

/// In which order the rows of a graph lie in its file.
@Suite("The order of nodes")
struct NodeOrderTests {
    @Test("A row's neighbours follow each other, then come those of the nearest of them")
    func neighbours() {
        let lists: [[UInt32]] = [[], [3], [4, 1], [], [0, 2], []]
        let order = NodeOrder(.linked(lists, entryPoint: 2))
        // 2; its neighbours 4 and 1; those of 4; those of 1; and 5, which nothing leads to.
        #expect(order.rows == [2, 4, 1, 0, 3, 5])
    }

    @Test("Rows that nothing leads to come last, in their own order and with their neighbours")
    func unreached() {
        let lists: [[UInt32]] = [[], [0], [], [2, 5], [], []]
        #expect(NodeOrder(.linked(lists, entryPoint: 4)).rows == [4, 0, 1, 2, 3, 5])
    }

    @Test("A single row is an order")
    func single() {
        let order = NodeOrder(.linked([[]]))
        #expect(order.rows == [0] && order.nodes == [0])
    }

    @Test("Each row has one node, whatever the links are", arguments: UInt64(0)..<30)
    func permutation(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...40, using: &random)
        let lists = (0..<count).map { _ in
            (0..<Int.random(in: 0...4, using: &random)).map { _ in
                UInt32.random(in: 0..<UInt32(count), using: &random)
            }
        }
        let entryPoint = UInt32.random(in: 0..<UInt32(count), using: &random)
        let memory = IndexMemory.linked(lists, entryPoint: entryPoint)
        let order = NodeOrder(memory)
        #expect(order.rows.sorted() == Array(0..<UInt32(count)))
        #expect(order.rows.first == entryPoint)
        for (node, row) in order.rows.enumerated() { #expect(order.nodes[Int(row)] == node) }
        // What can be reached comes before what can't.
        let reached = memory.reachedRows()
        #expect(Set(order.rows.prefix(reached.count)) == reached)
    }
}
