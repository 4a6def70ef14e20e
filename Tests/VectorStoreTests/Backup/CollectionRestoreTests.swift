import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Restoring a collection")
struct CollectionRestoreTests {
    private static let docs = TestStore.collection
    private static let back = CollectionName(known: "back")

    @discardableResult
    private static func restore(
        _ repository: TestRepository,
        _ name: CollectionName = docs,
        as newName: CollectionName = back,
        into store: Store,
        options: RestoreOptions = .quick
    ) throws -> UInt64 {
        let open = try repository.open()
        let manifest = try open.snapshot(.latest).manifest
        return try store.backups.restore(
            name,
            as: newName,
            from: manifest,
            in: open,
            options: options
        )
    }

    /// Segments, a sealed tail and a tail, all with dead rows, and indexed fields.
    private static func rich(_ metric: Metric) throws -> TestStore {
        let test = try TestStore(dimension: 8, metric: metric)
        let store = test.store
        try store.put(randomPoints(0..<80, seed: 1))
        try store.compact()
        try store.put(randomPoints(80..<120, seed: 2))
        // A compaction that fails leaves its sealed tail.
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            name == .write && path.hasSuffix(".tmp") ? ENOSPC : nil
        }
        #expect(throws: VectorStoreError.self) {
            try SystemCall.$fault.withValue(hook) { _ = try store.compact() }
        }
        try store.put(randomPoints(120..<140, seed: 3))
        _ = try store.createIndex(on: "n", in: docs)
        try store.put(randomPoints(5..<9, seed: 4))
        _ = try store.delete(store.ids("p2", "p90", "p125", "p6"), from: docs)
        try store.put([
            TestPoint(
                id: "long",
                vector: [1, 2, 3, 4, 5, 6, 7, 8],
                payload: #"{"n":1,"t":"\#(String(repeating: "long ", count: 900))"}"#
            )
        ])
        #expect(try test.tails().count >= 2)
        return test
    }

    private static func expectSame(_ store: Store, _ name: CollectionName, as other: Store) throws {
        #expect(try store.allPoints(of: name) == other.allPoints(of: docs))
        for query in randomPoints(0..<10, seed: 88).map(\.vector) {
            for filter in [nil, "n > 60", "n = 7"] {
                let expected = try other.search(query, k: 9, filter: filter)
                let found = try store.search(query, k: 9, filter: filter, in: name)
                #expect(found.map(\.point.id) == expected.map(\.point.id))
                #expect(found.map(\.score) == expected.map(\.score))
            }
        }
        #expect(try store.findings() == [])
    }

    @Test(
        "A collection comes back beside the living ones, and is one to work with",
        arguments: Metric.allCases
    )
    func comesBack(metric: Metric) throws {
        let test = try Self.rich(metric)
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let before = try State(test.store)
        let sequence = try Self.restore(repository, into: test.store)
        #expect(sequence == before.sequence + 1)
        try Self.expectSame(test.reopened(), Self.back, as: test.store)
        #expect(try test.store.collection(Self.back).indexedFields == ["n"])
        #expect(try State(test.store).points["docs"] == before.points["docs"])
        // Both go their own ways.
        for name in [Self.back, Self.docs] {
            try test.store.put(randomPoints(400..<405, seed: 6), to: name)
            _ = try test.store.delete(test.store.ids("p10"), from: name)
            #expect(try test.store.findings() == [])
        }
        try Self.expectSame(test.reopened(), Self.back, as: test.store)
        try test.store.compact(Self.back)
        #expect(try test.store.findings() == [])
        try test.store.dropCollection(Self.docs)
        #expect(try test.store.allPoints(of: Self.back).count == 141 - 4 + 4)
        try Self.restore(repository, as: Self.docs, into: test.store)
        #expect(try State(test.store).points["docs"] == before.points["docs"])
        #expect(try test.store.findings() == [])
        let names = try FileManager.default.contentsOfDirectory(atPath: test.path)
        #expect(!names.contains { $0.hasPrefix("restore-") })
    }

    @Test("A collection comes back into another store")
    func otherStore() throws {
        let test = try Self.rich(.cosine)
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let other = try TestStore()
        try Self.restore(repository, as: Self.back, into: other.store)
        try Self.expectSame(other.store, Self.back, as: test.store)
    }

    @Test("Empty collections come back, too, and only the chosen one does")
    func empty() throws {
        let test = try BackupTests.filled()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        try Self.restore(repository, CollectionName("empty"), into: test.store)
        let info = try test.store.collection(Self.back)
        #expect(info.pointCount == 0 && info.configuration.dimension == 3)
        #expect(try test.store.collections().count == 4)
        try test.store.put([TestPoint(id: "a", vector: [1, 2, 3])], to: Self.back)
        #expect(try test.store.findings() == [])
    }

    @Test("A name that is taken or not in the snapshot changes nothing")
    func names() throws {
        let test = try BackupTests.filled()
        let repository = try TestRepository()
        let snapshot = try repository.backUp(test.store).manifest
        let before = try FileTree(store: test.path)
        let taken = #expect(throws: VectorStoreError.self) {
            try Self.restore(repository, as: Self.docs, into: test.store)
        }
        #expect(taken == .collection(.exists(name: "docs")))
        let missing = #expect(throws: VectorStoreError.self) {
            try Self.restore(repository, CollectionName("nothing"), into: test.store)
        }
        #expect(
            missing
                == .backup(
                    .collectionNotInSnapshot(
                        name: "nothing",
                        snapshot: snapshot.id,
                        repository: repository.path
                    )
                )
        )
        #expect(try FileTree(store: test.path) == before)
    }

    @Test("A name that is taken meanwhile is told, and nothing is left")
    func takenMeanwhile() throws {
        let test = try BackupTests.filled()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let files = try test.files("")
        var options = RestoreOptions.quick
        options.progress = { _, _ in
            do {
                try test.reopened(.write).createCollection(
                    Self.back,
                    configuration: CollectionConfiguration(dimension: 2)
                )
            } catch VectorStoreError.collection(.exists) {
                // By an earlier call.
            } catch {
                Issue.record(error)
            }
        }
        let error = #expect(throws: VectorStoreError.self) {
            try Self.restore(repository, into: test.store, options: options)
        }
        #expect(error == .collection(.exists(name: "back")))
        #expect(try test.files("") == files)
        #expect(try test.store.collection(Self.back).pointCount == 0)
        #expect(try test.store.findings() == [])
    }

    @Test("While another process compacts, it waits, and says so")
    func compacting() throws {
        let test = try BackupTests.filled()
        let repository = try TestRepository()
        try repository.backUp(test.store)
        let lock = try HeldLock(test.path + "/LOCK.compact", exclusively: true)
        let error = #expect(throws: VectorStoreError.self) {
            try Self.restore(repository, into: test.store)
        }
        guard case .store(.busy("LOCK.compact", _, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        _ = consume lock
        try Self.restore(repository, into: test.store)
    }
}
