import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Writing points")
struct StoreWritingTests {
    private static let docs = TestStore.collection

    private func point(_ id: String, _ value: Float, _ payload: String = "{}") -> TestPoint {
        TestPoint(id: id, vector: [value, 0, 0, 1], payload: payload)
    }

    @Test("Upsert inserts what is new and replaces what is there")
    func upsert() throws {
        let test = try TestStore()
        let first = try test.store.put([point("a", 1), point("b", 2)])
        #expect(first.insertedCount == 2 && first.updatedCount == 0 && first.sequence == 2)
        let second = try test.store.put([point("b", 3, #"{"x":1}"#), point("c", 4)])
        #expect(second.insertedCount == 1 && second.updatedCount == 1)
        #expect(
            try test.reopened().allPoints()
                == [point("a", 1), point("b", 3, #"{"x":1}"#), point("c", 4)]
        )
    }

    @Test("The last of several rows with one id wins", arguments: [WriteMode.upsert, .update])
    func lastWins(mode: WriteMode) throws {
        let test = try TestStore()
        if mode == .update { try test.store.put([point("a", 9), point("b", 9)]) }
        let rows = [point("a", 1), point("b", 2), point("a", 3), point("a", 4)]
        let result = try test.store.put(rows, mode: mode)
        #expect(result.supersededCount == 2)
        #expect(result.insertedCount + result.updatedCount == 2)
        #expect(try test.reopened().allPoints() == [point("a", 4), point("b", 2)])
        #expect(try test.store.findings() == [])
    }

    @Test("Insert refuses an id that is there, also from the same batch")
    func insert() throws {
        let test = try TestStore()
        try test.store.put([point("a", 1)], mode: .insert)
        #expect(throws: VectorStoreError.point(.exists(id: PointID(known: "a"), row: 1))) {
            try test.store.put([point("b", 2), point("a", 3)], mode: .insert)
        }
        #expect(throws: VectorStoreError.point(.exists(id: PointID(known: "c"), row: 1))) {
            try test.store.put([point("c", 2), point("c", 3)], mode: .insert)
        }
        #expect(try test.reopened().allPoints() == [point("a", 1)])
    }

    @Test("Update refuses an id that is not there")
    func update() throws {
        let test = try TestStore()
        #expect(throws: VectorStoreError.point(.notFound([PointID(known: "a")], row: 0))) {
            try test.store.put([point("a", 1)], mode: .update)
        }
        try test.store.put([point("a", 1)])
        #expect(throws: VectorStoreError.point(.notFound([PointID(known: "b")], row: 1))) {
            try test.store.put([point("a", 2), point("b", 2)], mode: .update)
        }
        #expect(try test.reopened().allPoints() == [point("a", 1)])
    }

    @Test("Refused rows are reported when they are to be skipped, and the others are written")
    func skipsRefused() throws {
        let test = try TestStore()
        try test.store.put([point("a", 1)])
        let inserted = try test.store.put(
            [point("a", 2), point("b", 2), point("b", 3)],
            mode: .insert,
            skipsRefused: true
        )
        #expect(inserted.insertedCount == 1)
        #expect(inserted.refused.map(\.row) == [0, 2])
        #expect(inserted.refused[1].reason == .point(.exists(id: PointID(known: "b"), row: 2)))
        let updated = try test.store.put(
            [point("x", 2), point("b", 4)],
            mode: .update,
            skipsRefused: true
        )
        #expect(updated.updatedCount == 1)
        #expect(updated.refused.map(\.row) == [0])
        #expect(try test.reopened().allPoints() == [point("a", 1), point("b", 4)])
        #expect(try test.store.findings() == [])
    }

    struct BadRow: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let metric: Metric
        let point: TestPoint
        let error: VectorStoreError

        static let all = [
            Self(
                testDescription: "a NaN",
                metric: .euclidean,
                point: TestPoint(id: "x", vector: [0, .nan, 0, 0]),
                error: .point(.invalidVector(.notANumber(component: 1), row: 2))
            ),
            Self(
                testDescription: "no length under the cosine",
                metric: .cosine,
                point: TestPoint(id: "x", vector: [0, 0, 0, 0]),
                error: .point(.invalidVector(.noDirection(length: 0), row: 2))
            ),
            Self(
                testDescription: "a payload too large",
                metric: .dot,
                point: TestPoint(
                    id: "x",
                    vector: [1, 0, 0, 0],
                    payload: #"{"a":"\#(String(repeating: "x", count: 1 << 20))"}"#
                ),
                error: .point(.payloadTooLarge(byteCount: (1 << 20) + 8, id: PointID(known: "x")))
            ),
        ]
    }

    @Test("Nothing of a batch with one bad row is written", arguments: BadRow.all, [false, true])
    func badRow(_ bad: BadRow, isSuperseded: Bool) throws {
        let test = try TestStore(metric: bad.metric)
        try test.store.put(samplePoints(0..<2))
        var rows = samplePoints(1..<3) + [bad.point] + samplePoints(3..<5)
        if isSuperseded { rows.append(TestPoint(id: "x", vector: [1, 1, 1, 1])) }
        let error = #expect(throws: VectorStoreError.self) {
            try test.store.put(rows, skipsRefused: true)
        }
        #expect(error == bad.error)
        #expect(try test.reopened().allPoints() == samplePoints(0..<2))
        #expect(try test.store.findings() == [])
    }

    @Test("A batch of another dimension is refused")
    func dimension() throws {
        let test = try TestStore()
        #expect(
            throws: VectorStoreError.point(
                .invalidVector(
                    .dimensionMismatch(expected: 4, got: 3),
                    row: 0
                )
            )
        ) {
            try test.store.put([TestPoint(id: "a", vector: [1, 2, 3])])
        }
    }

    @Test("Ids are bytes: composed and decomposed letters are two points")
    func normalization() throws {
        let test = try TestStore()
        try test.store.put([point("\u{E9}", 1), point("e\u{301}", 2)])
        #expect(try test.reopened().allPoints().count == 2)
        try test.store.put([point("\u{E9}", 3)])
        #expect(
            try test.store.delete(test.store.ids("e\u{301}"), from: Self.docs).changedCount == 1
        )
        #expect(try test.reopened().allPoints().map(\.vector[0]) == [3])
    }

    @Test("Ids never become SQL or paths")
    func quoting() throws {
        let test = try TestStore()
        let ids = [
            "'", "\"", "a'; DROP TABLE points_1; --", "../../etc", "/", "a\nb", "\r", "\t", "\u{1}",
            "%", "_", "*", "-x", "--", "NULL", "1", "01", "1.0", " ", "a b",
            String(repeating: "x", count: 512),
        ]
        try test.store.put(ids.enumerated().map { point($1, Float($0)) })
        let found = try test.reopened().allPoints()
        #expect(Set(found.map(\.id)) == Set(ids) && found.count == ids.count)
        for (place, id) in ids.enumerated() {
            let hit = try #require(try test.store.search([Float(place), 0, 0, 1], k: 1).first)
            #expect(hit.point.id.text == id)
        }
        let all = PointSelection.ids(ids.map(PointID.init(known:)))
        #expect(try test.store.delete(all, from: Self.docs).changedCount == ids.count)
    }

    @Test("Payloads come back byte for byte, compressed or not", arguments: UInt64(0)..<4)
    func payloads(seed: UInt64) throws {
        let test = try TestStore()
        var random = SplitMix64(seed: seed)
        var points: [TestPoint] = []
        for (number, size) in [0, 1, 1000, 1016, 1017, 5000, 70_000].enumerated() {
            let alphabet = seed % 2 == 0 ? "ab" : "abcdefghijklmnopqrstuvwxyz0123456789é "
            let text = String((0..<size).map { _ in alphabet.randomElement(using: &random) ?? "a" })
            points.append(
                TestPoint(
                    id: "p\(number)",
                    vector: random.vector(4),
                    payload: #"{"size":\#(size),"text":"\#(text)"}"#
                )
            )
        }
        try test.store.put(points)
        let raw = try RawCatalog(test.catalogPath)
        let blocks = "SELECT count(*) FROM points_1 WHERE typeof(payload) = 'blob'"
        // Random texts of many letters are no smaller as blocks and stay texts.
        #expect(try raw.integer(blocks) == (seed % 2 == 0 ? 4 : 0))
        #expect(try raw.integer("SELECT count(*) FROM points_1 WHERE typeof(payload) = 'text'") > 0)
        let store = try test.reopened()
        #expect(try store.allPoints() == points)
        // A filter reads compressed payloads too.
        #expect(
            try store.withReader(of: Self.docs) {
                try $0.count(PointFilter(parsing: "size >= 5000"))
            } == 2
        )
    }

    @Test("A compressed payload that can't be unpacked is told", arguments: 0..<4)
    func damagedBlock(kind: Int) throws {
        let test = try TestStore()
        let text = String(repeating: "ab", count: 2000)
        try test.store.put([point("a", 1, #"{"t":"\#(text)"}"#)])
        let damage = ["x'FFFFFFFF00'", "x'00'", "x''", "substr(payload, 1, 20)"][kind]
        let raw = try RawCatalog(test.catalogPath)
        try raw.run("UPDATE points_1 SET payload = \(damage)")
        for read in [
            { try test.store.allPoints().count },
            { try test.store.search([1, 2, 3, 4]).count },
            { try test.store.search([1, 2, 3, 4], filter: "t = 'x'").count },
            { try test.store.createIndex(on: "t", in: Self.docs).changedCount },
        ] {
            let error = #expect(throws: VectorStoreError.self) { try read() }
            #expect(error?.file == test.catalogPath)
        }
        #expect(try test.store.findings().count == 2)
    }

    @Test("A batch past the limit is refused before anything is locked")
    func batchLimit() throws {
        let test = try TestStore(dimension: 1)
        let count = Limits.batchRowCount + 1
        var batch = PointBatch(dimension: 1)
        for _ in 0..<count {
            batch.append(id: PointID(known: "a"), vector: CollectionOfOne(1), payload: [])
        }
        #expect(
            throws: VectorStoreError.point(
                .limitExceeded(
                    limit: "batch",
                    maximum: 1_000_000,
                    got: 1_000_001
                )
            )
        ) { try test.store.write(batch, to: Self.docs) }
    }

    @Test("A batch larger than the writer's buffer is written whole")
    func largeBatch() throws {
        let test = try TestStore(dimension: 1024)
        let points = (0..<1100).map { number in
            TestPoint(id: "p\(number)", vector: [Float](repeating: Float(number), count: 1024))
        }
        try test.store.put(points)
        #expect(try Set(test.reopened().allPoints().map { $0.vector[1023] }).count == 1100)
        #expect(try test.store.findings(.checksums) == [])
    }

    @Test("A store that was opened for reading can write too, and a missing collection is told")
    func access() throws {
        let test = try TestStore()
        let reader = try test.reopened(.read)
        #expect(try reader.put(samplePoints(0..<1)).insertedCount == 1)
        let nobody = try CollectionName("nobody")
        let error = VectorStoreError.collection(.notFound(name: "nobody", dataDirectory: test.path))
        #expect(throws: error) { try reader.put(samplePoints(0..<1), to: nobody) }
        #expect(throws: error) { try reader.collection(nobody) }
        #expect(throws: error) { try reader.dropCollection(nobody) }
        #expect(throws: error) { try reader.delete(reader.ids("a"), from: nobody) }
        reader.finishWriting()
        try test.reopened(.read).finishWriting()
    }

    @Test("A bulk load empties the log when it has grown, though more batches follow")
    func bulkLoad() throws {
        let test = try TestStore()
        let write = { (range: Range<Int>) in
            _ = try test.store.write(
                PointBatch(samplePoints(range)),
                to: Self.docs,
                isLast: false
            )
        }
        try write(0..<1)
        let small = try test.store.statistics().logByteCount
        try write(1..<2)
        #expect(try test.store.statistics().logByteCount > small)
        // As much as a bulk load leaves in the log, written at once.
        let raw = try RawCatalog(test.catalogPath)
        try raw.run("PRAGMA wal_autocheckpoint = 0")
        try raw.run("CREATE TABLE bulk AS SELECT zeroblob(33 << 20)")
        #expect(try test.store.statistics().logByteCount > 32 << 20)
        try write(2..<3)
        #expect(try test.store.statistics().logByteCount == 0)
        #expect(try test.store.allPoints() == samplePoints(0..<3))
    }

    @Test("Texts with NUL are indexed and found as they are")
    func textsWithNUL() throws {
        let test = try TestStore()
        try test.store.put([point("a", 1, #"{"t":"x\u0000y"}"#), point("b", 2, #"{"t":"x"}"#)])
        _ = try test.store.createIndex(on: "t", in: Self.docs)
        try test.store.put([point("c", 3, #"{"t":"x\u0000y"}"#)])
        #expect(try test.store.findings() == [])
        #expect(
            try test.store.search([1, 0, 0, 1], filter: "t = 'x'").map(\.point.id.text) == ["b"]
        )
        _ = try test.store.delete(test.store.ids("a", "c"), from: Self.docs)
        #expect(try RawCatalog(test.catalogPath).integer("SELECT count(*) FROM index_1") == 1)
    }

    @Test("Filters on what is indexed are answered by the index, also when they are negated")
    func indexedFilters() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<10) + [point("none", 1)])
        _ = try test.store.createIndex(on: "n", in: Self.docs)
        let store = try test.reopened()
        for (filter, expected) in [
            ("n = 3", 1), ("n != 3", 10), ("not (n < 5)", 6), ("n >= 2 and n < 4", 2),
            ("n exists", 10), ("not n exists", 1), ("n in (1, 2, 77)", 2),
            ("n != 3 and even", 5), ("n = 3 or even", 6),
        ] {
            let passing = try PointFilter(parsing: filter)
            #expect(
                try store.withReader(of: Self.docs) { try $0.count(passing) } == expected,
                "\(filter)"
            )
            #expect(
                try store.search([0, 0, 0, 0], k: 20, filter: filter).count == expected,
                "\(filter)"
            )
            #expect(
                try store.delete(.filter(passing), from: Self.docs, dryRun: true).matchedCount
                    == expected,
                "\(filter)"
            )
        }
    }

    @Test("An index holds no entry of a collection without points or of payloads without the field")
    func emptyPayloads() throws {
        let test = try TestStore()
        #expect(try test.store.createIndex(on: "n", in: Self.docs).matchedCount == 0)
        try test.store.put([point("a", 1)])
        _ = try test.store.setPayload(
            Array(#"{"n":1}"#.utf8),
            of: test.store.ids("a"),
            in: Self.docs
        )
        _ = try test.store.setPayload(
            Array("{}".utf8),
            replaces: true,
            of: test.store.ids("a"),
            in: Self.docs
        )
        #expect(try RawCatalog(test.catalogPath).integer("SELECT count(*) FROM index_1") == 0)
        #expect(try test.store.findings() == [])
    }
}
