import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

/// "Fail at call N, for every N" and "kill at call N": whatever happens to a compaction, all points
/// are there, searches find them, and the next one brings it to its end.
@Suite("Compaction that fails", .timeLimit(.minutes(10)))
struct CompactionFaultTests {
    private static let docs = TestStore.collection

    /// A segment with dead rows and a tail: all kinds of input.
    private func prepared() throws -> (TestStore, [TestPoint]) {
        let test = try TestStore(dimension: 8)
        try test.store.put(randomPoints(0..<40, seed: 1))
        try test.store.compact()
        try test.store.put(randomPoints(40..<60, seed: 2))
        _ = try test.store.delete(test.store.ids("p3", "p41"), from: Self.docs)
        return (test, try test.store.allPoints())
    }

    private func expectWhole(_ store: Store, _ points: [TestPoint], _ comment: Comment) throws {
        #expect(try store.allPoints() == points, comment)
        #expect(try store.findings() == [], comment)
        for point in points.prefix(3) {
            let hits = try store.search(point.vector, k: points.count)
            #expect(hits.count == points.count && hits[0].point.id.text == point.id, comment)
        }
    }

    @Test("A fault at any call loses nothing", arguments: PlantedFault.allCases)
    func everyCall(fault: PlantedFault) throws {
        let (test, points) = try prepared()
        let scratch = try ScratchDirectory()
        for call in fault.calls {
            let path = scratch.path + "/\(call)"
            try FileManager.default.copyItem(atPath: test.path, toPath: path)
            // Another connection keeps the catalog open, so that nothing is tidied up by closing.
            let holder = try Store(path: path)
            let store = try Store(path: path, options: StoreOptions(access: .write))
            let plan = FaultPlan(call: call, fault)
            let hasFailed = try plan.run { _ = try store.compact(Self.docs) }
            let fresh = try Store(path: path, options: StoreOptions(access: .write))
            let info = try fresh.collection(Self.docs)
            #expect(hasFailed || info.unindexedPointCount == 0, "call \(call)")
            try expectWhole(fresh, points, "call \(call)")
            #expect(try holder.commitSequence() == fresh.commitSequence())
            try fresh.compact()
            try expectWhole(fresh, points, "call \(call), compacted again")
            // The sweep of the next write leaves nothing but what the catalog names.
            try fresh.put([points[0]])
            let named = try TestFiles.count(of: path)
            let catalog = try fresh.collection(Self.docs)
            #expect(named == catalog.segmentCount + 1, "call \(call)")
            try FileManager.default.removeItem(atPath: path)
            if !plan.wasMet { return }
        }
        Issue.record("a compaction makes fewer calls than that")
    }

    @Test("A full disk leaves nothing of the new segment")
    func fullDisk() throws {
        let (test, points) = try prepared()
        let before = try test.files("").map { URL(fileURLWithPath: $0).lastPathComponent }
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            name == .write && path.hasSuffix(".tmp") ? ENOSPC : nil
        }
        let error = #expect(throws: VectorStoreError.self) {
            try SystemCall.$fault.withValue(hook) { _ = try test.store.compact(Self.docs) }
        }
        guard case .file(.system("write", _, ENOSPC)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try test.files("").map { URL(fileURLWithPath: $0).lastPathComponent } == before)
        try expectWhole(test.reopened(), points, "afterwards")
    }

    @Test("A process that is killed at any call leaves a whole store", arguments: 1...30)
    func killed(call: Int) async throws {
        let (test, points) = try prepared()
        let path = test.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, call = call as Int] in
            let store = try Store(path: path, options: StoreOptions(access: .write))
            let count = Mutex(0)
            let hook: @Sendable (SystemCall.Name, String) -> Int32? = { _, _ in
                let number = count.withLock {
                    $0 += 1
                    return $0
                }
                if number == call { kill(getpid(), SIGKILL) }
                return nil
            }
            try SystemCall.$fault.withValue(hook) {
                for _ in 0..<9 { _ = try store.compact(TestStore.collection, rebuilds: true) }
            }
        }
        try expectWhole(test.reopened(), points, "call \(call)")
        try test.reopened(.write).put([points[0]])
        #expect(try test.files(".tmp") == [])
        try test.store.compact()
        try expectWhole(test.reopened(), points, "call \(call), compacted again")
        #expect(try test.files("").count == 1)
    }
}

/// What lies below a data directory.
enum TestFiles {
    /// Vector files of all kinds, finished or not.
    static func count(of path: String) throws -> Int {
        try FileManager.default.subpathsOfDirectory(atPath: path + "/store/vectors")
            .filter { $0.contains("/") }.count
    }
}
