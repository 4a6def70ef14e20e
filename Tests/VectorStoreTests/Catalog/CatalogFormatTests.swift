import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Catalog format")
struct CatalogFormatTests {
    @Test("A catalog of a later program is refused and not one byte of it changes")
    func newerFormat() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        let raw = try RawCatalog(test.catalogPath)
        try raw.run("PRAGMA user_version = 99")
        try raw.run("PRAGMA wal_checkpoint(TRUNCATE)")
        let before = try Data(contentsOf: URL(fileURLWithPath: test.catalogPath))
        for access in [StoreOptions.Access.read, .write] {
            let error = #expect(throws: VectorStoreError.self) { try test.reopened(access) }
            #expect(error == .file(.newerFormat(path: test.catalogPath, found: 99, supported: 4)))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: test.catalogPath)) == before)
    }

    @Test("What is no catalog is refused, and the error names the file", arguments: NoCatalog.all)
    func noCatalog(_ kind: NoCatalog) throws {
        let test = try TestStore()
        try kind.damage(test.catalogPath)
        let error = #expect(throws: VectorStoreError.self) { try test.reopened() }
        guard case .file(.corrupt(let file, _, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(file == test.catalogPath)
    }

    struct NoCatalog: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let damage: @Sendable (String) throws -> Void

        static let all = [
            Self(testDescription: "a text") { path in
                try Data("collections:\n  - docs\n".utf8).write(to: URL(fileURLWithPath: path))
            },
            Self(testDescription: "a long text") { path in
                let text = String(repeating: "no database at all\n", count: 2000)
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            },
            Self(testDescription: "an empty file") { path in
                try Data().write(to: URL(fileURLWithPath: path))
            },
            Self(testDescription: "a catalog cut short") { path in
                try Data(contentsOf: URL(fileURLWithPath: path)).prefix(5000)
                    .write(to: URL(fileURLWithPath: path))
            },
            Self(testDescription: "another program's database") { path in
                try RawCatalog(path).run("PRAGMA application_id = 4711")
            },
            Self(testDescription: "no row of its own") { path in
                try RawCatalog(path).run("DELETE FROM store")
            },
        ]
    }

    @Test("Steps are applied once, in their order, and each catalog gets those that it lacks")
    func migration() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/catalog.sqlite"
        try Data().write(to: URL(fileURLWithPath: path))
        func migrate(_ steps: [String]) throws -> Int {
            try CatalogConnection(path: path, access: .readWrite, busySeconds: 1)
                .migrate(steps: steps)
        }
        let first = "CREATE TABLE t (a); INSERT INTO t VALUES (1);"
        #expect(try migrate([first]) == 0)
        #expect(try migrate([first]) == 1)
        let raw = try RawCatalog(path)
        #expect(try raw.run("SELECT a FROM t") == ["1"])
        #expect(try raw.integer("PRAGMA user_version") == 1)
        #expect(try raw.integer("PRAGMA application_id") == 0x767A_5354)
    }

    @Test("A catalog of the first version is written as it is until it gets a segment")
    func firstVersion() throws {
        let test = try TestStore()
        let raw = try RawCatalog(test.catalogPath)
        try raw.forgetTrust(version: 1)
        let store = try test.reopened(.write)
        try store.put(samplePoints(0..<3))
        _ = try store.delete(store.ids("p1"), from: TestStore.collection)
        #expect(try raw.integer("PRAGMA user_version") == 1)
        #expect(try test.reopened().findings() == [])
        try store.compact()
        #expect(try raw.integer("PRAGMA user_version") == 4)
        #expect(try test.reopened().allPoints().map(\.id) == ["p0", "p2"])
        #expect(try test.reopened().findings() == [])
    }

    @Test("A catalog without keys and audit trail gets them with the first change that needs them")
    func withoutTrust() throws {
        let test = try TestStore()
        let raw = try RawCatalog(test.catalogPath)
        try raw.forgetTrust(version: 2)
        let store = try test.reopened(.write)
        try store.put(samplePoints(0..<3))
        #expect(try store.keys.all() == [])
        #expect(try store.auditEntries() == [])
        #expect(throws: VectorStoreError.key(.notFound(id: "x", dataDirectory: store.path))) {
            try store.keys.find("x")
        }
        #expect(try raw.integer("PRAGMA user_version") == 2)
        try store.renameCollection(TestStore.collection, to: CollectionName(known: "texts"))
        #expect(try raw.integer("PRAGMA user_version") == 4)
        #expect(try store.auditEntries().map(\.action) == ["collection.rename"])
        #expect(try store.findings() == [])
    }

    @Test("A step that fails takes the steps before it back")
    func failedMigration() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/catalog.sqlite"
        try Data().write(to: URL(fileURLWithPath: path))
        let connection = try CatalogConnection(path: path, access: .readWrite, busySeconds: 1)
        #expect(throws: VectorStoreError.self) {
            try connection.migrate(steps: ["CREATE TABLE t (a)", "CREATE NONSENSE"])
        }
        #expect(try connection.pragma("user_version") == 0)
        #expect(try RawCatalog(path).integer("SELECT count(*) FROM sqlite_schema") == 0)
        #expect(try connection.migrate(steps: ["CREATE TABLE t (a)"]) == 0)
    }

    @Test("A catalog whose step is newer than its version runs only the new step")
    func laterStep() throws {
        let test = try TestStore()
        let connection = try CatalogConnection(
            path: test.catalogPath,
            access: .readWrite,
            busySeconds: 1
        )
        let steps = [
            "this step was", "taken long ago", "each of them", "all four", "CREATE TABLE later (a)",
        ]
        #expect(try connection.migrate(steps: steps) == 4)
        #expect(try connection.pragma("user_version") == 5)
        #expect(try RawCatalog(test.catalogPath).integer("SELECT count(*) FROM later") == 0)
    }
}
