import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Upkeep by a policy")
struct MaintenanceTests {
    private static let docs = TestStore.collection
    private static let other = CollectionName(known: "other")

    private func storeWithTwoCollections() throws -> TestStore {
        let test = try TestStore(dimension: 8)
        try test.store.createCollection(
            Self.other,
            configuration: CollectionConfiguration(dimension: 8, metric: .euclidean)
        )
        return test
    }

    @Test("Each collection is indexed once enough waits there, and told of")
    func indexing() throws {
        let test = try storeWithTwoCollections()
        try test.store.put(randomPoints(0..<50, seed: 1))
        try test.store.put(randomPoints(0..<49, seed: 2), to: Self.other)
        let policy = MaintenancePolicy(indexingThreshold: 50)
        #expect(try test.store.maintenance.run(policy).map(\.collection) == [Self.docs])
        #expect(try test.store.maintenance.run(policy) == [])
        try test.store.put(randomPoints(49..<50, seed: 3), to: Self.other)
        #expect(
            try test.store.maintenance.run(policy, after: Self.other)?.segmentCountAfter == 1
        )
        #expect(try test.reopened().allPoints(of: Self.other).count == 50)
        #expect(try test.store.findings() == [])
    }

    @Test("Without a threshold nothing is indexed")
    func manual() throws {
        let test = try TestStore(dimension: 8)
        try test.store.put(randomPoints(0..<500, seed: 1))
        let policy = MaintenancePolicy(indexingThreshold: nil)
        #expect(try test.store.maintenance.run(policy) == [])
        #expect(try test.store.maintenance.run(policy, after: Self.docs) == nil)
        #expect(try test.store.collection(Self.docs).segmentCount == 0)
    }

    @Test("Remains of killed writers go, except while another process writes")
    func remains() throws {
        let test = try TestStore()
        try test.store.put([TestPoint(id: "p", vector: [1, 2, 3, 4])])
        let directory = URL(filePath: try test.tail()).deletingLastPathComponent()
        let orphan = directory.appending(path: String(repeating: "0a", count: 16) + ".tail")
        try Data().write(to: orphan)
        let policy = MaintenancePolicy(indexingThreshold: nil)
        try LockedFile(test.path + "/LOCK.write").whileHeld {
            try test.store.maintenance.run(policy)
        }
        #expect(FileManager.default.fileExists(atPath: orphan.path))
        try test.store.maintenance.run(policy)
        #expect(!FileManager.default.fileExists(atPath: orphan.path))
        #expect(try test.reopened().allPoints().map(\.id) == ["p"])
    }

    @Test("A large write-ahead log is emptied, a small one is left")
    func log() throws {
        let test = try TestStore(dimension: 8)
        let batch = PointBatch(randomPoints(0..<200, seed: 1), dimension: 8)
        _ = try test.store.write(batch, to: Self.docs, isLast: false)
        func logByteCount() throws -> Int { try Data(contentsOf: test.logURL).count }
        let before = try logByteCount()
        try #require(before > 0)
        let small = MaintenancePolicy(indexingThreshold: nil, logByteCount: before + 65_536)
        try test.store.maintenance.run(small)
        #expect(try logByteCount() >= before)
        try test.store.maintenance.run(MaintenancePolicy(indexingThreshold: nil, logByteCount: 1))
        #expect(try logByteCount() == 0)
        #expect(try test.reopened().allPoints().count == 200)
    }
}

extension TestStore {
    fileprivate var logURL: URL { URL(filePath: catalogPath + "-wal") }
}
