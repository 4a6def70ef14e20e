import Foundation
import Testing
import VectorStore

/// Parts of transactions, and transactions that leave nothing.
@Suite("Catalog transactions")
struct CatalogTransactionTests {
    private let test: TestStore
    private let connection: CatalogConnection

    init() throws {
        test = try TestStore()
        connection = try CatalogConnection(
            path: test.catalogPath,
            access: .readWrite,
            busySeconds: 0
        )
    }

    private let refusal = VectorStoreError.collection(.exists(name: "refused"))

    private var fullDisk: VectorStoreError {
        .file(.system(operation: "transaction", path: test.catalogPath, errno: ENOSPC))
    }

    private func write(_ object: String, in catalog: CatalogWriter) throws {
        try AuditEntry.append(
            time: Timestamp(seconds: 1),
            actor: "user:test",
            processID: 1,
            command: "test",
            action: "test",
            object: object,
            outcome: "done",
            in: catalog
        )
    }

    /// What is there for any other program.
    private func committed() throws -> [String] {
        try RawCatalog(test.catalogPath)
            .run("SELECT object FROM audit WHERE action = 'test' ORDER BY sequence")
    }

    @Test("Of a part that throws nothing stays, and of the parts beside it everything")
    func partThrows() throws {
        try connection.write { catalog in
            try write("before", in: catalog)
            try catalog.savepoint { try write("one", in: catalog) }
            #expect(throws: refusal) {
                try catalog.savepoint {
                    try write("two", in: catalog)
                    throw refusal
                }
            }
            #expect(catalog.isOpen)
            #expect(try catalog.savepoint({ 3 }) == 3)
            try catalog.savepoint { try write("three", in: catalog) }
        }
        #expect(try committed() == ["before", "one", "three"])
        #expect(try test.store.findings() == [])
    }

    @Test("A part of a part is undone without it, and with it")
    func nested() throws {
        try connection.write { catalog in
            try catalog.savepoint {
                try write("outer", in: catalog)
                #expect(throws: refusal) {
                    try catalog.savepoint {
                        try write("inner", in: catalog)
                        throw refusal
                    }
                }
            }
            #expect(throws: refusal) {
                try catalog.savepoint {
                    try catalog.savepoint { try write("done inside", in: catalog) }
                    throw refusal
                }
            }
        }
        #expect(try committed() == ["outer"])
    }

    @Test("A part that finds another schema is told so, and the others go on")
    func partFails() throws {
        try connection.write { catalog in
            try catalog.savepoint { try write("one", in: catalog) }
            let error = #expect(throws: VectorStoreError.self) {
                try catalog.savepoint {
                    try AuditEntry.removeAll(in: catalog)
                    try catalog.migrate(steps: ["", "", "", "", "SELECT nothing"])
                }
            }
            guard case .file(.corrupt(test.catalogPath, nil, _)) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(catalog.isOpen)
        }
        #expect(try committed() == ["one"])
    }

    @Test("On a full disk SQLite undoes all parts, and nothing more can be done")
    func full() throws {
        try connection.pragma("max_page_count = 60")
        let big = String(repeating: "x", count: 1_000_000)
        var thrown: VectorStoreError?
        do throws(VectorStoreError) {
            try connection.write { catalog in
                try catalog.savepoint { try write("one", in: catalog) }
                #expect(catalog.isOpen)
                #expect(throws: fullDisk) {
                    try catalog.savepoint { try write(big, in: catalog) }
                }
                #expect(!catalog.isOpen)
                #expect(throws: fullDisk) {
                    try catalog.savepoint { try write("three", in: catalog) }
                }
            }
        } catch {
            thrown = error
        }
        #expect(thrown == fullDisk)
        #expect(try committed() == [])
        try connection.write { catalog in try write("again", in: catalog) }
        #expect(try committed() == ["again"])
        #expect(try test.store.findings() == [])
    }

    @Test("A dry run sees what it did, and leaves nothing")
    func dryRun() throws {
        let last = try connection.write(dryRun: true) { catalog in
            try catalog.savepoint { try write("one", in: catalog) }
            try write("two", in: catalog)
            return try AuditEntry.last(in: catalog)
        }
        #expect(try connection.read { try AuditEntry.last(in: $0) } == last - 2)
        #expect(try committed() == [])
        #expect(throws: refusal) {
            try connection.write(dryRun: true) { _ in throw refusal }
        }
        try connection.write { catalog in try write("real", in: catalog) }
        #expect(try committed() == ["real"])
    }

    @Test("A dry run waits for no reader, and keeps writers out while it runs")
    func dryRunLocks() throws {
        let other = try RawCatalog(test.catalogPath)
        try other.run("BEGIN")
        #expect(try other.integer("SELECT count(*) FROM audit") == 1)
        try connection.write(dryRun: true) { catalog in try write("one", in: catalog) }
        try other.run("ROLLBACK")
        try other.run("BEGIN IMMEDIATE")
        #expect(
            throws: VectorStoreError.store(
                .busy(lock: "catalog.sqlite", holder: nil, waitedSeconds: 0)
            )
        ) { try connection.write(dryRun: true) { _ in } }
    }
}
