import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Dead slots and keys")
struct DeadSlotsTests {
    private static let slotsPerBlock = 32_768

    @Test("Points on both sides of a bitmap's border are deleted, and only those")
    func blockBorders() throws {
        let test = try TestStore(dimension: 1)
        let count = Self.slotsPerBlock + 3
        var batch = PointBatch(dimension: 1)
        for number in 0..<count {
            batch.append(
                id: PointID(known: "p\(number)"),
                vector: [Float(number)],
                payload: "{}".utf8
            )
        }
        _ = try test.store.write(batch, to: TestStore.collection)
        let border = Self.slotsPerBlock
        let dead = [0, 7, 8, border - 1, border, count - 1]
        let ids = PointSelection.ids(dead.map { PointID(known: "p\($0)") })
        #expect(try test.store.delete(ids, from: TestStore.collection).changedCount == dead.count)
        let raw = try RawCatalog(test.catalogPath)
        #expect(try raw.run("SELECT block FROM dead_slots ORDER BY block") == ["0", "1"])

        let store = try test.reopened()
        for (query, expected) in [(0, 1), (border, border - 2), (count - 1, count - 2)] {
            let hit = try #require(try store.search([Float(query) + 0.25], k: 1).first)
            let nearest = expected == border - 2 ? border + 1 : expected
            #expect(hit.point.id.text == "p\(nearest)")
        }
        #expect(try store.search([0], k: count).count == count - dead.count)
        #expect(try store.collection(TestStore.collection).reclaimableByteCount == 6 * 32)
        #expect(try store.findings(.checksums) == [])

        // A second round adds to the bitmaps that are there.
        _ = try test.store.put([TestPoint(id: "p9", vector: [-1])])
        #expect(try test.reopened().search([-1], k: 1).first?.point.id.text == "p9")
        #expect(try test.store.findings(.checksums) == [])
    }

    @Test("A key is never used twice, whatever is deleted in between")
    func keys() throws {
        let test = try TestStore()
        let raw = try RawCatalog(test.catalogPath)
        var used: Set<String> = []
        func expectNewKeys(_ what: Comment) throws {
            let keys = try raw.run("SELECT key FROM points_1")
            #expect(used.isDisjoint(with: keys), what)
            used.formUnion(keys)
        }
        try test.store.put(samplePoints(0..<3))
        try expectNewKeys("insert")
        try test.store.put(samplePoints(0..<3))
        try expectNewKeys("upsert")
        let store = try test.reopened(.write)
        _ = try store.delete(.filter(PointFilter(parsing: "n >= 0")), from: TestStore.collection)
        #expect(try store.allPoints() == [])
        let again = try test.reopened(.write)
        try again.put(samplePoints(0..<3))
        try expectNewKeys("after all were deleted, in a store opened anew")
        #expect(throws: VectorStoreError.self) {
            try again.put(samplePoints(3..<4) + samplePoints(0..<1), mode: .insert)
        }
        try again.put(samplePoints(3..<4))
        try again.setPayloads("{}")
        #expect(try raw.run("SELECT key FROM points_1 WHERE id = 'p3'") == ["10"])
        #expect(try again.findings() == [])
    }

    @Test("A tail without a live row is retired and its file is gone")
    func retired() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        let first = try test.tail()
        _ = try test.store.delete(test.store.ids("p0", "p1"), from: TestStore.collection)
        #expect(try test.tail() == first)
        _ = try test.store.delete(test.store.ids("p2"), from: TestStore.collection)
        #expect(try test.tails() == [])
        let raw = try RawCatalog(test.catalogPath)
        #expect(try raw.integer("SELECT count(*) FROM files") == 0)
        #expect(try raw.integer("SELECT count(*) FROM dead_slots") == 0)
        #expect(try test.store.findings() == [])
        #expect(try test.store.search([1, 2, 3, 4]) == [])
        try test.store.put(samplePoints(5..<6))
        #expect(try test.tail() != first)
        #expect(try test.store.search([1, 2, 3, 4]).count == 1)
    }

    @Test("A retired file that can't be removed stays for the next write's sweep")
    func retiredFileStays() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<1))
        try SystemCall.$fault.withValue({ name, _ in name == .unlink ? EIO : nil }) {
            _ = try test.store.delete(test.store.ids("p0"), from: TestStore.collection)
        }
        #expect(try test.tails().count == 1)
        #expect(try test.store.allPoints() == [])
        try test.store.put(samplePoints(1..<2))
        #expect(try test.tails().count == 1)
        #expect(try test.store.allPoints() == samplePoints(1..<2))
    }
}

extension Store {
    /// Gives all points a payload.
    func setPayloads(_ json: String) throws {
        let all = try allPoints().map { PointID(known: $0.id) }
        _ = try setPayload(
            Array(json.utf8),
            replaces: true,
            of: .ids(all),
            in: TestStore.collection
        )
    }
}
