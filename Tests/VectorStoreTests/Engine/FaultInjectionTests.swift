import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

/// "Fail at call N, for every N": after each failure the store is as before or as after, nothing
/// that was acknowledged is lost, and the next write works.
@Suite("Faults at every system call", .timeLimit(.minutes(10)))
struct FaultInjectionTests {
    /// A change of a store, and the state it starts from.
    struct Change: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var prepare: @Sendable (Store) throws -> Void = { _ in }
        let run: @Sendable (Store) throws -> Void
    }

    private static let docs = TestStore.collection

    private static let changes = [
        Change(testDescription: "create-collection") { store in
            try store.createCollection(
                CollectionName("other"),
                configuration: CollectionConfiguration(dimension: 2)
            )
        },
        Change(testDescription: "write into a new tail") { try $0.put(samplePoints(0..<3)) },
        Change(
            testDescription: "write into a tail that is there",
            prepare: { try $0.put(samplePoints(0..<3)) },
            run: { try $0.put(samplePoints(1..<5)) }
        ),
        Change(
            testDescription: "delete some",
            prepare: { try $0.put(samplePoints(0..<3)) },
            run: { _ = try $0.delete($0.ids("p1"), from: docs) }
        ),
        Change(
            testDescription: "delete all",
            prepare: { try $0.put(samplePoints(0..<3)) },
            run: { _ = try $0.delete(.filter(PointFilter(parsing: "n >= 0")), from: docs) }
        ),
        Change(
            testDescription: "drop-collection",
            prepare: { store in
                try store.createCollection(
                    CollectionName("other"),
                    configuration: CollectionConfiguration(dimension: 4)
                )
                try store.put(samplePoints(0..<2), to: CollectionName("other"))
            },
            run: { _ = try $0.dropCollection(CollectionName("other")) }
        ),
        Change(
            testDescription: "create-index",
            prepare: { try $0.put(samplePoints(0..<3)) },
            run: { _ = try $0.createIndex(on: "n", in: docs) }
        ),
        Change(
            testDescription: "set-payload",
            prepare: { try $0.put(samplePoints(0..<3)) },
            run: { try $0.setPayloads(#"{"b":2}"#) }
        ),
    ]

    @Test("A change is whole or has not happened", arguments: changes, PlantedFault.allCases)
    func wholeOrNot(change: Change, fault: PlantedFault) throws {
        let test = try TestStore()
        try change.prepare(test.store)
        let before = try State(test.store)
        let scratch = try ScratchDirectory()
        var after: State?
        for call in fault.calls {
            let path = scratch.path + "/\(call)"
            try FileManager.default.copyItem(atPath: test.path, toPath: path)
            // Another connection keeps the catalog open, so that nothing is tidied up by closing.
            let holder = try Store(path: path)
            let store = try Store(path: path, options: StoreOptions(access: .write))
            let plan = FaultPlan(call: call, fault)
            let hasFailed = try plan.run { try change.run(store) }
            let fresh = try Store(path: path, options: StoreOptions(access: .write))
            let found = try State(fresh)
            if hasFailed {
                #expect(found.isSame(as: before) || after.map(found.isSame) ?? true, "call \(call)")
                after = found.isSame(as: before) ? after : found
            } else {
                #expect(!found.isSame(as: before), "call \(call)")
                if let after { #expect(found.isSame(as: after), "call \(call)") }
                after = found
            }
            #expect(try fresh.findings() == [], "call \(call)")
            try fresh.put(samplePoints(90..<92))
            #expect(try fresh.allPoints().count == found.points["docs", default: []].count + 2)
            #expect(try fresh.findings() == [], "call \(call), next write")
            #expect(try holder.commitSequence() == fresh.commitSequence())
            try FileManager.default.removeItem(atPath: path)
            if !plan.wasMet { return }
        }
    }

    @Test("A store is there as a whole or can be made", arguments: PlantedFault.allCases)
    func creation(fault: PlantedFault) throws {
        let scratch = try ScratchDirectory()
        for call in fault.calls {
            let path = scratch.path + "/\(call)/data"
            let plan = FaultPlan(call: call, fault)
            let hasFailed = try plan.run { try Store.create(path: path) }
            if fault == .full, hasFailed, access(path + "/store", F_OK) != 0 {
                let isLeft = access(scratch.path + "/\(call)", F_OK) == 0
                #expect(!isLeft, "call \(call) leaves a directory")
            }
            _ = try Store.create(path: path, ifMissing: true)
            let store = try Store(path: path, options: StoreOptions(access: .write))
            #expect(try State(store) == State(), "call \(call)")
            try store.createCollection(
                TestStore.collection,
                configuration: CollectionConfiguration(dimension: 4)
            )
            try store.put(samplePoints(0..<2))
            #expect(try store.findings() == [], "call \(call)")
            if !plan.wasMet { return }
        }
    }

    @Test("Writes under any limit of a file's size are whole or have not happened")
    func sizeLimit() async {
        await #expect(processExitsWith: .exitCode(0)) {
            signal(SIGXFSZ, SIG_IGN)
            let test = try TestStore()
            try test.store.put(samplePoints(0..<3))
            let before = try State(test.store)
            let scratch = try ScratchDirectory()
            var failures = 0
            for step in 0... {
                let path = scratch.path + "/\(step)"
                try FileManager.default.copyItem(atPath: test.path, toPath: path)
                let store = try Store(path: path, options: StoreOptions(access: .write))
                try FaultInjectionTests.limitFileSize(rlim_t(step * 1536))
                var failed = false
                do {
                    try store.put(samplePoints(2..<40))
                } catch VectorStoreError.file(.system) {
                    failed = true
                }
                try FaultInjectionTests.limitFileSize(rlim_t.max)
                let fresh = try Store(path: path, options: StoreOptions(access: .write))
                let found = try State(fresh)
                guard failed == found.isSame(as: before), try fresh.findings() == [] else {
                    exit(2)
                }
                try fresh.put(samplePoints(90..<91))
                guard try fresh.allPoints().count == (failed ? 4 : 41) else { exit(3) }
                failures += failed ? 1 : 0
                if !failed, step > 40 { break }
            }
            exit(failures > 10 ? 0 : 4)
        }
    }

    private static func limitFileSize(_ bytes: rlim_t) throws {
        var limit = rlimit(rlim_cur: bytes, rlim_max: rlim_t.max)
        guard setrlimit(__rlimit_resource_t(1), &limit) == 0 else { throw Unexpected("rlimit") }
    }

    @Test("A process that is killed at any call leaves a whole store", arguments: [2, 5, 8, 11])
    func killed(call: Int) async throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        let before = try State(test.store)
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
                for _ in 0..<9 { try store.put(samplePoints(1..<5)) }
            }
        }
        let found = try State(test.reopened())
        if !found.isSame(as: before) {
            #expect(try test.reopened().allPoints() == samplePoints(0..<5))
        }
        #expect(try test.store.findings() == [])
        try test.store.put(samplePoints(9..<10))
        #expect(try test.reopened().allPoints().contains(samplePoints(9..<10)[0]))
    }
}

/// Everything that a user can see of a store.
struct State: Equatable {
    var points: [String: [TestPoint]] = [:]
    var indexes: [String: [String]] = [:]
    var sequence: UInt64 = 0

    init() {}

    init(_ store: Store) throws {
        for info in try store.collections() {
            points[info.name.text] = try store.allPoints(of: info.name)
            indexes[info.name.text] = info.indexedFields
        }
        sequence = try store.commitSequence()
    }

    func isSame(as other: Self) -> Bool { self == other }
}
