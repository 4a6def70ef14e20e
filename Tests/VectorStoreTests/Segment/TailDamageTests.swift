import Foundation
import Testing
import VectorStore

/// What the user gets from a damaged tail is an error, or points that are right in every byte.
@Suite("Damaged tail")
struct TailDamageTests {
    private static let dimension = 3

    /// Points two of which have the same vector, so that a wrong key could hide.
    private static let points = (0..<6).map { number in
        TestPoint(
            id: "p\(number)",
            vector: number == 4 ? [3, 1, 2] : [Float(number), 1, 2],
            payload: #"{"n":\#(number)}"#
        )
    }

    private func filledStore(_ metric: Metric) throws -> TestStore {
        let test = try TestStore(dimension: Self.dimension, metric: metric)
        try test.store.put(Self.points)
        return test
    }

    /// Everything that reads vectors; what comes back must be true.
    private func read(_ store: Store, _ truth: [SearchHit], _ what: Comment) throws {
        do {
            let hits = try store.search([3, 1, 2], k: 6)
            #expect(hits.count == 6, what)
            #expect(Set(hits.map(\.point.id)).count == 6, what)
            for hit in hits { #expect(truth.contains(hit), what) }
        } catch VectorStoreError.file(.corrupt) {}
        do {
            let hits = try store.search([3, 1, 2], k: 2, filter: "n >= 3")
            #expect(hits.count == 2, what)
            for hit in hits { #expect(truth.contains(hit), what) }
        } catch VectorStoreError.file(.corrupt) {}
        do {
            #expect(try store.allPoints() == Self.points, what)
        } catch VectorStoreError.file(.corrupt) {}
    }

    @Test(
        "Each flipped byte of a tail is found by verify and never gives a wrong answer",
        arguments: Metric.allCases
    )
    func flippedBytes(metric: Metric) throws {
        let test = try filledStore(metric)
        let url = URL(fileURLWithPath: try test.tail())
        let whole = try Data(contentsOf: url)
        #expect(whole.count == 64 + 6 * 32)
        let truth = try test.store.search([3, 1, 2], k: 6)
        let mask: UInt8 = metric == .cosine ? 0xFF : metric == .dot ? 0x80 : 0x01
        // The header is compared as a whole, whatever the metric.
        for place in whole.indices where place >= 64 || metric == .cosine {
            var flipped = whole
            flipped[place] ^= mask
            try flipped.write(to: url)
            try read(test.store, truth, "byte \(place)")
            // What verify finds does not depend on the metric: each third of the bytes under one.
            guard place < 64 || place % 3 == Metric.allCases.firstIndex(of: metric) else {
                continue
            }
            let findings = try test.store.findings(.checksums)
            #expect(!findings.isEmpty, "byte \(place)")
            #expect(findings.allSatisfy { $0.file.hasSuffix(".tail") || $0.block != nil })
        }
        try whole.write(to: url)
        #expect(try test.store.findings() == [])
    }

    @Test("A tail cut off anywhere is told, by reading and by verify")
    func truncation() throws {
        let test = try filledStore(.euclidean)
        let url = URL(fileURLWithPath: try test.tail())
        let whole = try Data(contentsOf: url)
        for length in whole.indices {
            try whole.prefix(length).write(to: url)
            for access in [{ try test.store.search([1, 2, 3]).count }, { try writeOne(test) }] {
                let error = #expect(throws: VectorStoreError.self) { try access() }
                #expect(error?.file == url.path, "\(length) bytes")
            }
            #expect(try test.store.findings(.quick).count == 1, "\(length) bytes")
        }
    }

    private func writeOne(_ test: TestStore) throws -> Int {
        try test.store.put([TestPoint(id: "new", vector: [1, 1, 1])]).insertedCount
    }

    @Test("A missing tail is told, by reading, writing and verify")
    func missing() throws {
        let test = try filledStore(.cosine)
        let path = try test.tail()
        try FileManager.default.removeItem(atPath: path)
        for access in [{ try test.store.search([1, 2, 3]).count }, { try writeOne(test) }] {
            let error = #expect(throws: VectorStoreError.self) { try access() }
            #expect(error?.file == path)
        }
        let finding = try #require(try test.store.findings(.quick).first)
        #expect(finding.file.hasSuffix(".tail") && finding.problem.contains("missing"))
    }

    @Test("The tail of another collection in its place is told")
    func foreignTail() throws {
        let test = try filledStore(.dot)
        let own = try test.tail()
        let other = try CollectionName("other")
        try test.store.createCollection(
            other,
            configuration: CollectionConfiguration(dimension: Self.dimension, metric: .dot)
        )
        try test.store.put(Self.points, to: other)
        let foreign = try #require(try test.tails().first { $0 != own })
        try FileManager.default.removeItem(atPath: own)
        try FileManager.default.copyItem(atPath: foreign, toPath: own)
        let error = #expect(throws: VectorStoreError.self) { try test.store.search([1, 2, 3]) }
        #expect(error?.file == own)
        #expect(try test.store.search([1, 2, 3], in: other).count == 6)
        #expect(try test.store.findings().count > 0)
    }

    @Test("A row of another file in a tail is told")
    func foreignRow() throws {
        let test = try filledStore(.dot)
        let own = URL(fileURLWithPath: try test.tail())
        let other = try CollectionName("other")
        try test.store.createCollection(
            other,
            configuration: CollectionConfiguration(dimension: Self.dimension, metric: .dot)
        )
        try test.store.put(Self.points.reversed(), to: other)
        let foreign = try #require(try test.tails().first { $0 != own.path })
        var bytes = try Data(contentsOf: own)
        let rows = try Data(contentsOf: URL(fileURLWithPath: foreign))
        bytes.replaceSubrange(64..<96, with: rows[64..<96])
        try bytes.write(to: own)
        #expect(throws: VectorStoreError.self) { try test.store.allPoints() }
        #expect(try test.store.findings().contains { $0.problem == "checksum of row 0" })
    }

    @Test("What lies behind the committed length does not count, and is overwritten")
    func tornRows() throws {
        let test = try filledStore(.euclidean)
        let url = URL(fileURLWithPath: try test.tail())
        var bytes = try Data(contentsOf: url)
        let committed = bytes.count
        bytes.append(contentsOf: repeatElement(0xA5, count: 77))
        try bytes.write(to: url)
        #expect(try test.store.allPoints() == Self.points)
        #expect(try test.store.findings() == [])
        let new = TestPoint(id: "p6", vector: [9, 9, 9])
        try test.store.put([new])
        let after = try Data(contentsOf: url)
        #expect(after.prefix(committed) == bytes.prefix(committed))
        #expect(after[committed..<(committed + 32)] != bytes[committed..<(committed + 32)])
        #expect(try test.store.allPoints() == Self.points + [new])
        #expect(try test.store.findings() == [])
    }

    @Test("A point that no vector file has is told by verify, and can be removed and put again")
    func lostVector() throws {
        let test = try filledStore(.euclidean)
        let raw = try RawCatalog(test.catalogPath)
        try raw.run("DELETE FROM files")
        #expect(try test.store.findings(.checksums).count == 7)
        for point in Self.points {
            _ = try test.store.delete(test.store.ids(point.id), from: TestStore.collection)
        }
        try test.store.put(Self.points)
        #expect(try test.store.findings() == [])
        #expect(try test.store.allPoints() == Self.points)
    }

    @Test("A vector that became NaN is told with its row, not left out of an answer")
    func notANumber() throws {
        let test = try filledStore(.euclidean)
        let url = URL(fileURLWithPath: try test.tail())
        var bytes = try Data(contentsOf: url)
        let component = 64 + 2 * 32 + 16
        bytes.replaceSubrange(component..<(component + 4), with: [0, 0, 0xC0, 0x7F])
        try bytes.write(to: url)
        for filter in [nil, "n >= 0"] {
            #expect(
                throws: VectorStoreError.file(
                    .corrupt(
                        file: url.path,
                        offset: 64 + 2 * 32,
                        reason: "checksum of row 2"
                    )
                )
            ) { try test.store.search([3, 1, 2], filter: filter) }
        }
        // An answer that does not need the row is as good as before.
        #expect(try test.store.search([3, 1, 2], k: 2).map(\.point.id.text) == ["p3", "p4"])
    }

    @Test("A live row without its point is told")
    func lostPoint() throws {
        let test = try filledStore(.euclidean)
        try RawCatalog(test.catalogPath).run("DELETE FROM points_1 WHERE id = 'p3'")
        let error = #expect(throws: VectorStoreError.self) {
            try test.store.search([3, 1, 2], k: 1)
        }
        #expect(error?.file == (try test.tail()))
        let problems = try test.store.findings(.checksums).map(\.problem)
        #expect(problems.contains { $0.hasPrefix("row 3: live, but the catalog does not have") })
    }

    @Test("A dead row whose point is still there is told")
    func deadPoint() throws {
        let test = try filledStore(.euclidean)
        let raw = try RawCatalog(test.catalogPath)
        try raw.run("CREATE TABLE kept AS SELECT * FROM points_1 WHERE id = 'p3'")
        _ = try test.store.delete(test.store.ids("p3"), from: TestStore.collection)
        try raw.run("INSERT INTO points_1 SELECT * FROM kept")
        let problems = try test.store.findings(.checksums).map(\.problem)
        #expect(problems.contains { $0.hasPrefix("row 3: dead, but the catalog has the point") })
        #expect(problems.contains { $0.contains("do not add up to its sums") })
    }

    @Test("Rows that changed places are told by verify, and an answer has the true points")
    func swappedRows() throws {
        let test = try filledStore(.euclidean)
        let truth = try test.store.search([3, 1, 2], k: 6)
        let url = URL(fileURLWithPath: try test.tail())
        var bytes = try Data(contentsOf: url)
        let row = bytes[64..<96]
        bytes.replaceSubrange(64..<96, with: bytes[160..<192])
        bytes.replaceSubrange(160..<192, with: row)
        try bytes.write(to: url)
        #expect(try test.store.search([3, 1, 2], k: 6) == truth)
        let problems = try test.store.findings(.checksums).map(\.problem)
        #expect(problems.contains("row 1: keys do not ascend"))
    }
}

extension VectorStoreError {
    /// The file that is said to be corrupt.
    var file: String? {
        guard case .file(.corrupt(let file, _, _)) = self else { return nil }
        return file
    }
}
