import Foundation
import Testing
import VectorStore

/// The settings without which SQLite loses data or trusts what it should not.
@Suite("Catalog rules")
struct CatalogRulesTests {
    @Test(
        "Every connection has the settings that keep data",
        arguments: [CatalogConnection.Access.readWrite, .readOnly, .immutable]
    )
    func settings(access: CatalogConnection.Access) throws {
        let test = try TestStore()
        let connection = try CatalogConnection(
            path: test.catalogPath,
            access: access,
            busySeconds: 3
        )
        #expect(try connection.pragma("synchronous") == 2)
        #expect(try connection.pragma("wal_autocheckpoint") == 0)
        #expect(try connection.pragma("trusted_schema") == 0)
        #expect(try connection.pragma("cell_size_check") == 1)
        #expect(try connection.pragma("mmap_size") ?? 0 == 0)
        #expect(try connection.pragma("auto_vacuum") == 2)
        #expect(try connection.pragma("user_version") == 4)
        #expect(try connection.pragma("application_id") == 0x767A_5354)
        #expect(try connection.pragma("busy_timeout") == 3000)
    }

    @Test("A connection that was lowered from FULL ends the process before it writes")
    func lowered() async {
        await #expect(processExitsWith: .failure) {
            leaveNoCore()
            let test = try TestStore()
            let connection = try CatalogConnection(
                path: test.catalogPath,
                access: .readWrite,
                busySeconds: 1
            )
            try connection.pragma("synchronous = NORMAL")
            _ = try connection.migrate(steps: ["SELECT 1"])
            exit(0)
        }
    }

    @Test("Emptying the log leaves the connection as patient as it was")
    func patienceAfterCheckpoint() throws {
        let test = try TestStore()
        let connection = try CatalogConnection(
            path: test.catalogPath,
            access: .readWrite,
            busySeconds: 7
        )
        try connection.checkpoint()
        #expect(try connection.pragma("busy_timeout") == 7000)
    }

    @Test("The log is empty after each command that writes")
    func logIsEmptied() throws {
        let test = try TestStore()
        func expectEmpty(_ what: Comment) throws {
            let size = try FileManager.default.attributesOfItem(atPath: test.catalogPath + "-wal")
            #expect(size[.size] as? Int == 0, what)
        }
        try expectEmpty("create")
        try test.store.put(samplePoints(0..<3))
        try expectEmpty("write")
        _ = try test.store.setPayload(
            Array(#"{"a":1}"#.utf8),
            of: test.store.ids("p0"),
            in: TestStore.collection
        )
        try expectEmpty("setPayload")
        _ = try test.store.createIndex(on: "n", in: TestStore.collection)
        try expectEmpty("createIndex")
        try test.store.dropIndex(on: "n", in: TestStore.collection)
        try expectEmpty("dropIndex")
        _ = try test.store.delete(test.store.ids("p0"), from: TestStore.collection)
        try expectEmpty("delete")
        try test.store.renameCollection(TestStore.collection, to: CollectionName("new"))
        try expectEmpty("rename")
        try test.store.dropCollection(CollectionName("new"))
        try expectEmpty("drop")
    }

    @Test("A batch that is not the last one leaves the log, and closing does not empty it")
    func logStaysOnClose() throws {
        let test = try TestStore()
        func logSize() throws -> Int {
            let facts = try FileManager.default.attributesOfItem(atPath: test.catalogPath + "-wal")
            return facts[.size] as? Int ?? -1
        }
        do {
            let store = try test.reopened(.write)
            _ = try store.write(
                PointBatch(samplePoints(0..<3)),
                to: TestStore.collection,
                isLast: false
            )
            #expect(try logSize() > 0)
        }
        #expect(try logSize() > 0)
        let later = try test.reopened(.write)
        later.finishWriting()
        #expect(try logSize() == 0)
        #expect(try test.reopened().allPoints() == samplePoints(0..<3))
    }

    @Test("A reader in the way of emptying the log is no error, and the next writer does it")
    func busyCheckpoint() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        let other = try test.reopened()
        try other.withReader(of: TestStore.collection) { snapshot in
            let result = try test.store.put(samplePoints(3..<4))
            #expect(result.insertedCount == 1)
            #expect(try snapshot.count() == 3)
        }
        let log = test.catalogPath + "-wal"
        let size = try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
        #expect(size != 0)
        try test.store.put(samplePoints(4..<5))
        #expect(try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int == 0)
    }

    @Test("Each transaction raises the commit sequence by exactly one")
    func commitSequence() throws {
        let test = try TestStore()
        let store = test.store
        var expected = try store.commitSequence()
        func expectOneMore(_ what: Comment, _ body: () throws -> UInt64?) throws {
            let told = try body()
            expected += 1
            #expect(try store.commitSequence() == expected, what)
            if let told { #expect(told == expected, what) }
        }
        let docs = TestStore.collection
        let other = try CollectionName("other")
        try expectOneMore("create") {
            try store.createCollection(other, configuration: CollectionConfiguration(dimension: 2))
            return nil
        }
        try expectOneMore("insert") { try store.put(samplePoints(0..<5)).sequence }
        try expectOneMore("upsert") { try store.put(samplePoints(0..<2)).sequence }
        try expectOneMore("payload") {
            try store.setPayload(Array("{}".utf8), replaces: true, of: store.ids("p1"), in: docs)
                .sequence
        }
        try expectOneMore("index") { try store.createIndex(on: "n", in: docs).sequence }
        try expectOneMore("no index") { try store.dropIndex(on: "n", in: docs) }
        try expectOneMore("delete") { try store.delete(store.ids("p1"), from: docs).sequence }
        try expectOneMore("rename") { try store.renameCollection(other, to: CollectionName("o")) }
        try expectOneMore("drop") { try store.dropCollection(CollectionName("o")) }
        // What changes nothing is no transaction.
        #expect(try store.delete(store.ids("nobody"), from: docs).sequence == expected)
        #expect(try store.put([]).sequence == expected)
        #expect(try store.commitSequence() == expected)
    }
}
