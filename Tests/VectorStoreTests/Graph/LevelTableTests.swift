import TestSupport
import Testing
import VectorStore

/// Which rows are on which levels of a graph.
@Suite("Levels of rows")
struct LevelTableTests {
    private func levels(of table: LevelTable, _ count: Int) -> [Int] {
        (0..<UInt32(count)).map { table.level(of: $0) }
    }

    @Test(
        "A key has the same level in whatever order and company it comes",
        arguments: [2, 16, 128]
    )
    func byKeyOnly(linkCount: Int) {
        var random = SplitMix64(seed: UInt64(linkCount))
        let keys = (0..<2000).map { _ in Int64.random(in: .min ... .max, using: &random) }
        let table = LevelTable(keys: keys, linkCount: linkCount)
        let known = Dictionary(zip(keys, levels(of: table, keys.count))) { first, _ in first }
        let some = Array(keys.shuffled(using: &random).prefix(300))
        let other = LevelTable(keys: some, linkCount: linkCount)
        #expect(levels(of: other, some.count) == some.map { known[$0] })
        #expect(LevelTable(keys: [keys[7]], linkCount: linkCount).level(of: 0) == known[keys[7]])
    }

    @Test("One row in M is on level 1, one in M² on level 2", arguments: [2, 8, 16])
    func distribution(linkCount: Int) {
        let count = 65_536
        let table = LevelTable(keys: Array(0..<Int64(count)), linkCount: linkCount)
        let levels = table.rows.indices.map { table.level(ofUpperRow: $0) }
        for level in 1...2 {
            let expected = Double(count) / (level == 1 ? 1 : Double(linkCount)) / Double(linkCount)
            let found = Double(levels.count { $0 >= level })
            // Five standard deviations.
            #expect(abs(found - expected) < 5 * expected.squareRoot(), "level \(level)")
        }
    }

    @Test("No row is above level 15, even where each second one is on the next level")
    func highest() {
        let table = LevelTable(keys: Array(0..<300_000), linkCount: 2)
        let highest = table.rows.indices.map { table.level(ofUpperRow: $0) }.max()
        #expect(highest == 15 && LevelTable.maximumLevel == 15)
    }

    @Test("Upper rows are numbered in their order, and have one list for each of their levels")
    func numbers() {
        let count = 5000
        let table = LevelTable(keys: Array(0..<Int64(count)), linkCount: 4)
        #expect(table.rows == table.rows.sorted() && table.rows.count > 1000)
        #expect(table.offsets.count == table.rows.count + 1 && table.offsets.first == 0)
        #expect(table.listCount == levels(of: table, count).reduce(0, +))
        for (number, row) in table.rows.enumerated() {
            #expect(table.number(of: row) == number)
            #expect(table.level(of: row) == table.level(ofUpperRow: number))
            #expect(table.level(of: row) >= 1)
        }
        let upper = Set(table.rows)
        let lower = (0..<UInt32(count)).filter { !upper.contains($0) }
        #expect(lower.allSatisfy { table.number(of: $0) == nil && table.level(of: $0) == 0 })
        #expect(table.number(of: UInt32(count)) == nil)
    }

    @Test("A graph without rows has no levels")
    func empty() {
        let table = LevelTable(keys: [], linkCount: 16)
        #expect(table.rows.isEmpty && table.listCount == 0 && table.number(of: 0) == nil)
    }
}
