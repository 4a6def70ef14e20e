import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Collections and indexes")
struct CollectionTests {
    private static let docs = TestStore.collection

    @Test("A collection keeps what it was told, and is listed by name")
    func create() throws {
        let test = try TestStore()
        let configuration = try CollectionConfiguration(
            dimension: 7,
            metric: .dot,
            quantization: .binary,
            linkCount: 8,
            efConstruction: 99
        )
        let name = try CollectionName("Abc.1_-")
        #expect(try test.store.createCollection(name, configuration: configuration))
        let info = try test.reopened().collection(name)
        #expect(info.configuration == configuration && info.name == name)
        #expect(info.pointCount == 0 && info.byteCount == 0 && info.segmentCount == 0)
        #expect(try test.reopened().collections().map(\.name) == [name, Self.docs])
    }

    @Test("The same collection again is welcome only when that was said")
    func exists() throws {
        let test = try TestStore()
        let same = try CollectionConfiguration(dimension: 4, metric: .euclidean)
        let other = try CollectionConfiguration(dimension: 5, metric: .euclidean)
        let sequence = try test.store.commitSequence()
        #expect(try !test.store.createCollection(Self.docs, configuration: same, ifMissing: true))
        for (configuration, ifMissing) in [(same, false), (other, false), (other, true)] {
            #expect(throws: VectorStoreError.collection(.exists(name: "docs"))) {
                try test.store.createCollection(
                    Self.docs,
                    configuration: configuration,
                    ifMissing: ifMissing
                )
            }
        }
        #expect(try test.store.commitSequence() == sequence)
    }

    @Test("A name that another process takes meanwhile is noticed", arguments: [false, true])
    func takenMeanwhile(ifMissing: Bool) throws {
        let test = try TestStore()
        let name = try CollectionName("race")
        let configuration = try CollectionConfiguration(dimension: 2)
        let other = try test.reopened(.write)
        // Between the look-up and the write lock: the first call that opens a lock file.
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { call, path in
            guard call == .open, path.hasSuffix("LOCK.queue") else { return nil }
            do {
                try SystemCall.$fault.withValue(nil) {
                    _ = try other.createCollection(
                        name,
                        configuration: configuration,
                        ifMissing: true
                    )
                }
                return nil
            } catch { return EIO }
        }
        func create() throws -> Bool {
            try SystemCall.$fault.withValue(hook) {
                try test.store.createCollection(
                    name,
                    configuration: configuration,
                    ifMissing: ifMissing
                )
            }
        }
        if ifMissing {
            #expect(try !create())
        } else {
            #expect(throws: VectorStoreError.collection(.exists(name: "race"))) { try create() }
        }
        #expect(try test.store.collections().count == 2)
    }

    @Test("A collection is renamed with everything in it")
    func rename() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        let new = try CollectionName("new")
        let before = try test.store.commitSequence()
        try test.store.renameCollection(Self.docs, to: new, dryRun: true)
        #expect(try test.store.commitSequence() == before)
        try test.store.renameCollection(Self.docs, to: new)
        #expect(try test.reopened().allPoints(of: new) == samplePoints(0..<3))
        #expect(try test.store.findings() == [])
        for dryRun in [false, true] {
            #expect(throws: VectorStoreError.collection(.exists(name: "new"))) {
                try test.store.renameCollection(new, to: new, dryRun: dryRun)
            }
            #expect(
                throws: VectorStoreError.collection(
                    .notFound(name: "docs", dataDirectory: test.path)
                )
            ) { try test.store.renameCollection(Self.docs, to: new, dryRun: dryRun) }
        }
    }

    @Test("A dropped collection's space is given back, and its name is free")
    func drop() throws {
        let test = try TestStore()
        let text = String((0..<900).map { _ in "abcdefghij".randomElement() ?? "a" })
        try test.store.put(
            (0..<200).map {
                TestPoint(id: "p\($0)", vector: [1, 2, 3, 4], payload: #"{"t":"\#(text)"}"#)
            }
        )
        let before = try test.store.statistics()
        try test.store.dropCollection(Self.docs)
        let after = try test.store.statistics()
        #expect(after.catalogByteCount < before.catalogByteCount / 2)
        #expect(after.collectionCount == 0 && after.pointCount == 0 && after.vectorByteCount == 0)
        #expect(after.logByteCount == 0 && after.formatVersion == 4 && !after.isReadOnlyMedium)
        #expect(after.uuid == before.uuid && after.uuid.count == 32)
        try test.store.createCollection(
            Self.docs,
            configuration: CollectionConfiguration(dimension: 2)
        )
        #expect(try test.store.allPoints() == [])
        #expect(try test.store.findings() == [])
    }

    @Test("An index is made, told of and dropped; asking twice is refused")
    func indexes() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<4))
        let dry = try test.store.createIndex(on: "n", in: Self.docs, dryRun: true)
        #expect(dry.matchedCount == 4 && dry.changedCount == 0)
        #expect(try test.store.collection(Self.docs).indexedFields == [])
        #expect(try test.store.createIndex(on: "n", in: Self.docs).matchedCount == 4)
        for dryRun in [false, true] {
            #expect(
                throws: VectorStoreError.collection(.indexExists(field: "n", collection: "docs"))
            ) {
                try test.store.createIndex(on: "n", in: Self.docs, dryRun: dryRun)
            }
            #expect(
                throws: VectorStoreError.collection(.indexNotFound(field: "m", collection: "docs"))
            ) {
                try test.store.dropIndex(on: "m", in: Self.docs, dryRun: dryRun)
            }
            #expect(throws: VectorStoreError.point(.invalidFieldPath("a..b"))) {
                try test.store.createIndex(on: "a..b", in: Self.docs, dryRun: dryRun)
            }
            #expect(throws: VectorStoreError.point(.invalidFieldPath(""))) {
                try test.store.dropIndex(on: "", in: Self.docs, dryRun: dryRun)
            }
        }
        try test.store.dropIndex(on: "n", in: Self.docs, dryRun: true)
        #expect(try test.store.collection(Self.docs).indexedFields == ["n"])
        try test.store.dropIndex(on: "n", in: Self.docs)
        #expect(try test.store.collection(Self.docs).indexedFields == [])
        #expect(try RawCatalog(test.catalogPath).integer("SELECT count(*) FROM index_1") == 0)
    }

    @Test("No more fields than the limit are indexed")
    func indexLimit() throws {
        let test = try TestStore(dimension: 1)
        for number in 0..<Limits.indexedFieldCount {
            _ = try test.store.createIndex(on: "f\(number)", in: Self.docs)
        }
        #expect(
            throws: VectorStoreError.point(
                .limitExceeded(
                    limit: "indexes",
                    maximum: Limits.indexedFieldCount,
                    got: Limits.indexedFieldCount + 1
                )
            )
        ) { try test.store.createIndex(on: "more", in: Self.docs) }
    }

    @Test("A payload change for ids that are not there changes nothing")
    func missingIDs() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<2))
        let missing = VectorStoreError.point(.notFound([PointID(known: "x")], row: nil))
        for dryRun in [false, true] {
            #expect(throws: missing) {
                try test.store.setPayload(
                    Array("{}".utf8),
                    replaces: true,
                    of: test.store.ids("p0", "x"),
                    in: Self.docs,
                    dryRun: dryRun
                )
            }
            #expect(throws: missing) {
                try test.store.deletePayload(
                    fields: [FieldPath(components: ["n"])],
                    of: test.store.ids("p0", "x"),
                    in: Self.docs,
                    dryRun: dryRun
                )
            }
        }
        #expect(try test.store.allPoints() == samplePoints(0..<2))
        let dry = try test.store.setPayload(
            Array("{}".utf8),
            of: test.store.ids("p0", "p0"),
            in: Self.docs,
            dryRun: true
        )
        #expect(dry.matchedCount == 1 && dry.changedCount == 0)
    }

    @Test("A payload that would grow past the limit is refused and nothing changes")
    func payloadLimit() throws {
        let test = try TestStore()
        let text = String(repeating: "x", count: Limits.payloadByteCount - 100)
        try test.store.put([
            TestPoint(id: "a", vector: [1, 2, 3, 4], payload: #"{"t":"\#(text)"}"#)
        ])
        let more = String(repeating: "y", count: 200)
        let error = #expect(throws: VectorStoreError.self) {
            try test.store.setPayload(
                Array(#"{"u":"\#(more)"}"#.utf8),
                of: test.store.ids("a"),
                in: Self.docs
            )
        }
        guard case .point(.payloadTooLarge(_, PointID(known: "a"), _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try test.store.findings() == [])
    }

    @Test("A damaged point of an indexed collection can be deleted, with its entries")
    func damagedIndexedPoint() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        _ = try test.store.createIndex(on: "n", in: Self.docs)
        try RawCatalog(test.catalogPath).run(
            #"UPDATE points_1 SET payload = '{"n":7,"even":false}' WHERE id = 'p1'"#
        )
        #expect(try test.store.findings().count > 0)
        _ = try test.store.delete(test.store.ids("p1"), from: Self.docs)
        #expect(try RawCatalog(test.catalogPath).integer("SELECT count(*) FROM index_1") == 2)
        #expect(try test.store.findings() == [])
    }
}
