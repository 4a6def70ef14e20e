import Foundation
import TestSupport
import Testing
import VectorStore

/// SQLite's result codes become facts in one place.
@Suite("Catalog errors")
struct CatalogErrorTests {
    private func connection(
        _ test: TestStore,
        _ access: CatalogConnection.Access = .readWrite
    ) throws -> CatalogConnection {
        try CatalogConnection(path: test.catalogPath, access: access, busySeconds: 0)
    }

    private static let bulk = "CREATE TABLE bulk AS SELECT randomblob(400000) AS b"

    @Test("A transaction that another program holds open is busy, not broken")
    func busy() throws {
        let test = try TestStore(lockTimeout: LockTimeout(seconds: 0))
        let raw = try RawCatalog(test.catalogPath)
        try raw.run("BEGIN IMMEDIATE")
        #expect(
            throws: VectorStoreError.store(
                .busy(lock: "catalog.sqlite", holder: nil, waitedSeconds: 0)
            )
        ) { try test.store.put(samplePoints(0..<1)) }
        try raw.run("ROLLBACK")
        try test.store.put(samplePoints(0..<1))
        #expect(try test.store.findings() == [])
    }

    @Test("A full database is a full disk")
    func full() throws {
        let test = try TestStore()
        let connection = try connection(test)
        try connection.pragma("max_page_count = 40")
        #expect(
            throws: VectorStoreError.file(
                .system(
                    operation: "transaction",
                    path: test.catalogPath,
                    errno: ENOSPC
                )
            )
        ) {
            try connection.migrate(steps: [
                "SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4", Self.bulk,
            ])
        }
        #expect(try test.store.findings() == [])
    }

    @Test("A connection for reading writes nothing")
    func readOnly() throws {
        let test = try TestStore()
        let connection = try connection(test, .readOnly)
        #expect(throws: VectorStoreError.store(.readOnly(path: test.catalogPath))) {
            try connection.migrate(steps: [
                "SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4", Self.bulk,
            ])
        }
    }

    @Test("What SQLite can't do is told in its own words")
    func others() throws {
        let test = try TestStore()
        let connection = try connection(test)
        let error = #expect(throws: VectorStoreError.self) {
            try connection.pragma("user_version = (")
        }
        // What does not compile found another schema than ours: that is damage.
        guard case .file(.corrupt(test.catalogPath, nil, let message)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!message.isEmpty)
        #expect(throws: VectorStoreError.self) {
            try connection.migrate(
                steps: [
                    "SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4",
                    "INSERT INTO files SELECT * FROM store",
                ]
            )
        }
    }

    @Test("A catalog on a read-only medium is found whatever its path is made of")
    func immutablePath() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path + "/a b%20?x=1#é&\u{1}\u{7F}"
        try Store.create(path: path)
        let connection = try CatalogConnection(
            path: path + "/store/catalog.sqlite",
            access: .immutable,
            busySeconds: 1
        )
        #expect(try connection.pragma("user_version") == 4)
    }

    @Test("A directory that is missing where the catalog was is told with its path")
    func vanished() throws {
        let test = try TestStore()
        let path = test.path + "/nowhere/catalog.sqlite"
        let error = #expect(throws: VectorStoreError.self) {
            try CatalogConnection(path: path, access: .readWrite, busySeconds: 1)
        }
        guard case .file(.system("open", path, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
