import TestSupport
import Testing
import VectorStore

@Suite("Sets of rows")
struct SlotSetTests {
    @Test("A set has the rows that it was given and no others", arguments: UInt64(0)..<20)
    func members(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rowCount = Int.random(in: 1...300, using: &random)
        let share = Int.random(in: 0...100, using: &random)
        let rows = (0..<rowCount).filter { _ in random.chance(share) }
        let set = SlotSet(rows.map { UInt32($0) }.shuffled(using: &random), rowCount: rowCount)
        #expect(set.slots == rows.map { UInt32($0) })
        #expect(set.count == rows.count)
        #expect((0..<rowCount).filter { set.contains($0) } == rows)
    }

    @Test("Rows at both ends of a word are found", arguments: [0, 63, 64, 127, 128, 191])
    func words(slot: Int) {
        let set = SlotSet([UInt32(slot)], rowCount: 192)
        #expect((0..<192).filter { set.contains($0) } == [slot])
        // No more rows than these: the last word is there as a whole.
        #expect(SlotSet([UInt32(slot)], rowCount: slot + 1).contains(slot))
    }

    @Test("A set can be empty")
    func empty() {
        let set = SlotSet([], rowCount: 70)
        #expect(set.count == 0 && !(0..<70).contains { set.contains($0) })
    }

    @Test(
        "Its nodes are those whose rows it has, and stay so for copies",
        arguments: [0, 1, 40, 80]
    )
    func nodes(count: Int) throws {
        var random = SplitMix64(seed: 6)
        let data = TestRows(random.vector(80 * 4), dimension: 4)
        let built = try builtIndex(data.rows, metric: .euclidean)
        let rows = (0..<80).shuffled(using: &random).prefix(count).map { UInt32($0) }
        let set = SlotSet(rows, rowCount: 80)
        let copy = set
        let nodes = set.nodes(in: built.view)
        #expect(nodes == nodes.sorted() && nodes.count == count)
        #expect(Set(nodes.map { built.view.slot(of: Int($0)) }) == Set(rows))
        #expect(copy.nodes(in: built.view) == nodes)
    }
}
