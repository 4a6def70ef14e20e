import TestSupport
import Testing
import VectorStore

/// Changes that are made and undone.
@Suite("Dry runs")
struct DryRunTests {
    private static let docs = TestStore.collection

    /// A change with a dry run, and what it tells but for sequences.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run: @Sendable (Store, _ dryRun: Bool) throws -> String

        init(_ name: String, _ run: @escaping @Sendable (Store, Bool) throws -> String) {
            testDescription = name
            self.run = run
        }
    }

    static let changes: [Change] = [
        Change("create a collection") { store, dryRun in
            let configuration = try CollectionConfiguration(dimension: 3)
            let name = CollectionName(known: "new")
            let isNew = try store.createCollection(
                name,
                configuration: configuration,
                dryRun: dryRun
            )
            return "\(isNew)"
        },
        Change("rename one") { store, dryRun in
            let name = CollectionName(known: "texts")
            return "\(try store.renameCollection(docs, to: name, dryRun: dryRun))"
        },
        Change("drop one") { store, dryRun in
            "\(try store.dropCollection(docs, dryRun: dryRun))"
        },
        Change("make an index") { store, dryRun in
            "\(try store.createIndex(on: "m", in: docs, dryRun: dryRun).matchedCount)"
        },
        Change("drop an index") { store, dryRun in
            "\(try store.dropIndex(on: "n", in: docs, dryRun: dryRun))"
        },
        Change("delete points") { store, dryRun in
            let filter = PointSelection.filter(try PointFilter(parsing: "n < 7"))
            return "\(try store.delete(filter, from: docs, dryRun: dryRun).matchedCount)"
        },
        Change("set payloads") { store, dryRun in
            let ids = PointSelection.ids(["p1", "p2"].map { PointID(known: $0) })
            let object = Array(#"{"n":9}"#.utf8)
            return "\(try store.setPayload(object, of: ids, in: docs, dryRun: dryRun).matchedCount)"
        },
        Change("delete payload fields") { store, dryRun in
            let fields = [try FieldPath(parsing: "n")]
            let all = PointSelection.filter(try PointFilter(parsing: "n >= 0"))
            let change = try store.deletePayload(fields: fields, of: all, in: docs, dryRun: dryRun)
            return "\(change.matchedCount)"
        },
    ]

    private func filled() throws -> TestStore {
        let test = try TestStore()
        let points = (0..<20).map {
            TestPoint(
                id: "p\($0)",
                vector: [Float($0), 1, 2, 3],
                payload: #"{"n":\#($0),"m":"\#($0)"}"#
            )
        }
        try test.store.put(Array(points[..<15]))
        try test.store.compact()
        try test.store.put(Array(points[15...]))
        _ = try test.store.createIndex(on: "n", in: Self.docs)
        return test
    }

    private func tree(_ test: TestStore) throws -> FileTree {
        try FileTree(test.path) { $0.hasPrefix("LOCK") || $0.hasSuffix("-shm") }
    }

    @Test("It tells what the change tells then, and changes no byte", arguments: changes)
    func tells(change: Change) throws {
        let test = try filled()
        let before = try tree(test)
        let sequence = try test.store.commitSequence()
        let told = try change.run(test.store, true)
        #expect(try tree(test) == before)
        #expect(try test.store.commitSequence() == sequence)
        #expect(try test.store.findings() == [])
        #expect(try change.run(test.store, false) == told)
        #expect(try test.store.commitSequence() == sequence + 1)
        #expect(try test.store.findings() == [])
    }

    @Test("It fails as the change would, and changes no byte", arguments: changes)
    func fails(change: Change) throws {
        let test = try filled()
        // What no change of these can be made of: the collection is gone, or the new one there.
        let configuration = try CollectionConfiguration(dimension: 3)
        try test.store.createCollection(CollectionName(known: "new"), configuration: configuration)
        try test.store.dropCollection(Self.docs)
        let before = try tree(test)
        let dry = #expect(throws: VectorStoreError.self) { try change.run(test.store, true) }
        let real = #expect(throws: VectorStoreError.self) { try change.run(test.store, false) }
        #expect(dry == real)
        #expect(try tree(test) == before)
    }

    @Test("It waits for a writer as the change would")
    func waits() throws {
        let test = try filled()
        let other = try test.reopened(.write, lockTimeout: LockTimeout(seconds: 0))
        let lock = try HeldLock(test.path + "/LOCK.write")
        defer { withExtendedLifetime(lock) {} }
        let error = #expect(throws: VectorStoreError.self) {
            try other.dropCollection(Self.docs, dryRun: true)
        }
        guard case .store(.busy) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
