import Foundation
import TestSupport
import Testing
import VectorStore

/// SQLite does not notice flipped bits in values; the rows' own checksums must.
@Suite("Damaged catalog")
struct CatalogDamageTests {
    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var sql: String { testDescription }
        init(_ sql: String) { testDescription = sql }
    }

    /// A store with something in each table.
    private func filledStore() throws -> TestStore {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<9))
        _ = try test.store.delete(test.store.ids("p1", "p4"), from: TestStore.collection)
        _ = try test.store.createIndex(on: "n", in: TestStore.collection)
        return test
    }

    private static let rowDamages = [
        "UPDATE store SET epoch = epoch + 1",
        "UPDATE store SET commit_sequence = commit_sequence - 1",
        "UPDATE store SET uuid = randomblob(16)",
        "UPDATE store SET uuid = x'00'",
        "UPDATE store SET crc = crc + 1",
        "UPDATE store SET crc = 'text'",
        "UPDATE collections SET uuid = randomblob(16)",
        "UPDATE collections SET uuid = 'text'",
        "UPDATE collections SET dimension = dimension + 1",
        "UPDATE collections SET dimension = 'text'",
        "UPDATE collections SET dimension = -1",
        "UPDATE collections SET dimension = 1e300",
        "UPDATE collections SET metric = 'dot'",
        "UPDATE collections SET metric = 7",
        "UPDATE collections SET metric = x'FF'",
        "UPDATE collections SET quantization = 'none'",
        "UPDATE collections SET quantization = 'most'",
        "UPDATE collections SET next_key = next_key - 1",
        "UPDATE collections SET point_count = point_count + 1",
        "UPDATE collections SET digest = digest + 1",
        "UPDATE collections SET content_bytes = 0.5",
        "UPDATE collections SET crc = 0",
        "UPDATE files SET row_count = row_count + 1",
        "UPDATE files SET row_count = 'many'",
        "UPDATE files SET uuid = randomblob(16)",
        "UPDATE files SET uuid = randomblob(15)",
        "UPDATE files SET kind = 'head'",
        "UPDATE files SET dead_count = 0",
        "UPDATE files SET first_key = 2",
        "UPDATE files SET crc = crc + 1",
        "UPDATE dead_slots SET bits = zeroblob(4096)",
        "UPDATE dead_slots SET bits = x'01'",
        "UPDATE dead_slots SET bits = 'text'",
        "UPDATE dead_slots SET block = 1",
        "UPDATE dead_slots SET crc = crc + 1",
        "DELETE FROM dead_slots",
    ].map(Damage.init)

    @Test("A damaged row is told when it is read, and verify names it", arguments: rowDamages)
    func rows(_ damage: Damage) throws {
        let test = try filledStore()
        let raw = try RawCatalog(test.catalogPath)
        try raw.run(damage.sql)
        let error = #expect(throws: VectorStoreError.self) {
            _ = try test.reopened().search([1, 2, 3, 4])
        }
        guard case .file(.corrupt(let file, _, let reason)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(file == test.catalogPath && !reason.isEmpty)
        let findings = try test.store.findings(.checksums)
        #expect(findings.contains { $0.file == "store/catalog.sqlite" })
        #expect(findings.allSatisfy { !$0.problem.isEmpty })
    }

    @Test(
        "Damage that hides rows from the engine is found by verify",
        arguments: [
            "DELETE FROM files",
            "UPDATE files SET collection = 77",
            "UPDATE dead_slots SET file = randomblob(16)",
            "DELETE FROM points_1 WHERE id = 'p3'",
            "UPDATE points_1 SET crc = crc + 1 WHERE id = 'p3'",
            "UPDATE points_1 SET id = 'q3' WHERE id = 'p3'",
            #"UPDATE points_1 SET payload = '{"n":4,"even":false}' WHERE id = 'p3'"#,
            "UPDATE points_1 SET payload = CAST(payload AS BLOB) WHERE id = 'p3'",
            "UPDATE points_1 SET payload = 17 WHERE id = 'p3'",
            "INSERT INTO points_1 SELECT 99, 'new', payload, crc FROM points_1 LIMIT 1",
            "UPDATE indexed_fields SET field = 'm'",
            "UPDATE indexed_fields SET field = 4",
            "DELETE FROM index_1 WHERE value = 3",
            "UPDATE index_1 SET value = 33 WHERE value = 3",
        ].map(Damage.init)
    )
    func hiddenRows(_ damage: Damage) throws {
        let test = try filledStore()
        try RawCatalog(test.catalogPath).run(damage.sql)
        #expect(try !test.store.findings().isEmpty)
    }

    @Test("A store without damage has no findings at any depth")
    func noFindings() throws {
        let test = try filledStore()
        for depth in [VerificationDepth.quick, .checksums, .full] {
            #expect(try test.store.findings(depth) == [])
        }
        #expect(try test.store.verify([TestStore.collection], report: { _ in }) == 2)
        let nobody = try CollectionName("nobody")
        #expect(throws: VectorStoreError.self) { try test.store.verify([nobody]) { _ in } }
    }

    @Test("What the taker of a finding throws ends the check and arrives as it is")
    func reportThrows() throws {
        let test = try filledStore()
        try RawCatalog(test.catalogPath).run("DELETE FROM files")
        let error = #expect(throws: Unexpected.self) {
            try test.store.verify { _ in throw Unexpected("full") }
        }
        #expect(error?.description == "full")
    }

    @Test("Points that lost their vector file are told, not left out of an answer")
    func lostFileRow() throws {
        let test = try filledStore()
        try RawCatalog(test.catalogPath).run("UPDATE files SET collection = 77")
        #expect(throws: VectorStoreError.self) { try test.reopened().search([1, 2, 3, 4]) }
        #expect(throws: VectorStoreError.self) {
            try test.reopened().search([1, 2, 3, 4], filter: "n > 1")
        }
        #expect(throws: VectorStoreError.self) { try test.reopened().allPoints() }
    }

    @Test("A file whose row is damaged is not swept away by the next write")
    func damagedRowKeepsFile() throws {
        let test = try filledStore()
        let tail = try test.tail()
        let raw = try RawCatalog(test.catalogPath)
        try raw.run("UPDATE files SET collection = 77")
        let log = RecordedLog()
        try test.reopened(.write, log: log).put(samplePoints(20..<21))
        #expect(FileManager.default.fileExists(atPath: tail))
        #expect(log.messages.contains { $0.contains("nothing is swept") })
        try test.store.dropCollection(TestStore.collection)
        #expect(FileManager.default.fileExists(atPath: tail))
    }

    @Test("The repair that verify advises for an index works")
    func indexRepair() throws {
        let test = try filledStore()
        let raw = try RawCatalog(test.catalogPath)
        try raw.run("UPDATE index_1 SET value = 33 WHERE value = 3")
        let finding = try #require(try test.store.findings().first)
        #expect(
            finding.repair == .recreatePayloadIndex(collection: TestStore.collection, field: "n")
        )
        #expect(try test.store.findings(.checksums) == [])
        try test.store.dropIndex(on: "n", in: TestStore.collection)
        _ = try test.store.createIndex(on: "n", in: TestStore.collection)
        #expect(try test.store.findings() == [])
        #expect(
            try test.store.search([0, 0, 0, 0], filter: "n = 3").map(\.point.id.text) == ["p3"]
        )
    }

    @Test(
        "Deleting a damaged point and inserting it again mends the store",
        arguments: [
            "UPDATE points_1 SET crc = crc + 256 WHERE id = 'p3'",
            "UPDATE points_1 SET crc = -1 WHERE id = 'p3'",
            #"UPDATE points_1 SET payload = '{"n":4,"even":false}' WHERE id = 'p3'"#,
        ].map(Damage.init)
    )
    func pointRepair(_ damage: Damage) throws {
        let test = try filledStore()
        try RawCatalog(test.catalogPath).run(damage.sql)
        let finding = try #require(try test.store.findings().first)
        #expect(finding.block == 4 && finding.repair == .reinsertPoint)
        #expect(throws: VectorStoreError.self) { try test.store.allPoints() }
        _ = try test.store.delete(test.store.ids("p3"), from: TestStore.collection)
        try test.store.put(samplePoints(3..<4))
        #expect(try test.store.findings() == [])
        #expect(try test.store.allPoints().count == 7)
    }

    @Test("No flipped bit of a catalog ends the process", arguments: UInt64(0)..<8)
    func flippedBits(seed: UInt64) throws {
        let test = try filledStore()
        let url = URL(fileURLWithPath: test.catalogPath)
        let whole = try Data(contentsOf: url)
        let used = whole.indices.filter { whole[$0] != 0 }
        let truth = try test.store.allPoints()
        var random = SplitMix64(seed: seed)
        for _ in 0..<25 {
            var flipped = whole
            let place = try #require(used.randomElement(using: &random))
            flipped[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try flipped.write(to: url)
            do {
                let points = try test.reopened().allPoints()
                #expect(points.allSatisfy { truth.contains($0) }, "byte \(place)")
                _ = try test.reopened().search([1, 2, 3, 4])
                _ = try test.reopened().collections()
                _ = try test.reopened().findings()
            } catch is VectorStoreError {}
        }
    }
}
