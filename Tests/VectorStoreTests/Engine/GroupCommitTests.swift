import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

@Suite("Group commit", .timeLimit(.minutes(5)))
struct GroupCommitTests {
    private static let docs = TestStore.collection

    private func point(_ id: String, _ value: Float = 1) -> TestPoint {
        TestPoint(id: id, vector: [value, 0, 0, 1])
    }

    /// Runs one body a thread while another process's lock keeps them waiting together.
    ///
    /// - Returns: what each ended with, nil where nothing was thrown.
    private func together(
        _ test: TestStore,
        count: Int,
        fault: (@Sendable (SystemCall.Name, String) -> Int32?)? = nil,
        _ body: @escaping @Sendable (Int) throws -> Void
    ) throws -> [VectorStoreError?] {
        let errors = Mutex([VectorStoreError?](repeating: nil, count: count))
        let ended = Mutex(0)
        let group = DispatchGroup()
        try LockedFile(test.path + "/LOCK.write").whileHeld {
            for number in 0..<count {
                let thread = Thread {
                    do {
                        try SystemCall.$fault.withValue(fault) { try body(number) }
                    } catch {
                        let error = error as? VectorStoreError
                        errors.withLock { $0[number] = error ?? .store(.notFound(path: "")) }
                    }
                    ended.withLock { $0 += 1 }
                    group.leave()
                }
                group.enter()
                thread.start()
            }
            // One leads; those that met a fault have ended.
            try Deadline().wait(until: {
                test.store.waitingWriterCount + ended.withLock { $0 } >= count - 1
            })
        }
        try #require(group.wait(timeout: Deadline().time) == .success)
        return errors.withLock { $0 }
    }

    @Test("Callers that wait together are committed together, each with a sequence of its own")
    func oneCommit() throws {
        let test = try TestStore()
        let forced = Mutex(0)
        let sequences = Mutex<Set<UInt64>>([])
        let count: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            if name == .fsync, path.hasSuffix(".tail") { forced.withLock { $0 += 1 } }
            return nil
        }
        let errors = try together(test, count: 16, fault: count) { number in
            let result = try test.store.put([point("p\(number)", Float(number))])
            sequences.withLock { _ = $0.insert(result.sequence) }
        }
        #expect(errors.allSatisfy { $0 == nil })
        #expect(forced.withLock { $0 } == 1)
        #expect(sequences.withLock { $0 } == Set(2...17))
        #expect(
            try test.reopened().allPoints().map(\.id).sorted()
                == (0..<16).map { "p\($0)" }.sorted()
        )
        #expect(try test.store.findings() == [])
    }

    @Test("A change that is refused takes none of the others with it")
    func refused() throws {
        let test = try TestStore()
        try test.store.put([point("there", 9)])
        let errors = try together(test, count: 8) { number in
            if number % 2 == 0 {
                try test.store.put([point("p\(number)")])
            } else {
                try test.store.put([point("new\(number)"), point("there")], mode: .insert)
            }
        }
        for (number, error) in errors.enumerated() {
            let expected = VectorStoreError.point(.exists(id: PointID(known: "there"), row: 1))
            #expect(error == (number % 2 == 0 ? nil : expected))
        }
        let ids = try test.reopened().allPoints().map(\.id)
        #expect(ids.sorted() == ["p0", "p2", "p4", "p6", "there"])
        #expect(try test.store.findings() == [])
    }

    @Test("An earlier catalog is brought on by the change that stays, not by one that is undone")
    func migration() throws {
        let test = try TestStore()
        let raw = try RawCatalog(test.catalogPath)
        try raw.forgetTrust(version: 2)
        let errors = try together(test, count: 8) { number in
            let bad = [NamedVector("", .dense([1]))]
            let point = FieldPoint(
                id: PointID(known: "f\(number)"),
                payload: Array("{}".utf8),
                vectors: number == 7 ? [] : bad
            )
            if number == 0 {
                try test.store.put([self.point("plain")])
            } else {
                try test.store.apply([.put([point])], to: Self.docs)
            }
        }
        #expect(errors.map { $0 == nil } == (0..<8).map { $0 == 0 || $0 == 7 })
        #expect(try raw.integer("PRAGMA user_version") == 4)
        let ids = try test.reopened().allPoints().map(\.id)
        #expect(ids == ["f7", "plain"])
        #expect(try test.store.findings() == [])
    }

    @Test("Deletions and payloads of few ids share the commit; what they see is in order")
    func mixed() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<20))
        let errors = try together(test, count: 20) { number in
            let id = test.store.ids("p\(number)")
            if number % 2 == 0 {
                let result = try test.store.delete(id, from: Self.docs)
                #expect(result.changedCount == 1)
            } else {
                _ = try test.store.setPayload(Array(#"{"z":1}"#.utf8), of: id, in: Self.docs)
            }
        }
        #expect(errors.allSatisfy { $0 == nil })
        let points = try test.reopened().allPoints()
        #expect(points.count == 10 && points.allSatisfy { $0.payload.contains("\"z\":1") })
        #expect(try test.store.findings() == [])
    }

    @Test(
        "What changes of one group do to the same points is as if they had come one by one",
        arguments: 1...12
    )
    func samePoints(seed: UInt64) throws {
        let test = try TestStore()
        let other = CollectionName(known: "other")
        try test.store.createCollection(
            other,
            configuration: CollectionConfiguration(dimension: 4, metric: .euclidean)
        )
        try test.store.put([point("p0"), point("p1")])
        if seed % 2 == 0 { try test.store.compact() }
        _ = try test.store.createIndex(on: "z", in: Self.docs)
        let told = Mutex<[(sequence: UInt64, change: GroupedChange)]>([])
        let errors = try together(test, count: 24) { number in
            let change = GroupedChange(seed: seed, number: number)
            let sequence = try change.run(on: test.store, other: other)
            told.withLock { $0.append((sequence, change)) }
        }
        #expect(errors.allSatisfy { $0 == nil || $0?.isOfThePoint == true })
        var model: [String: TestPoint] = ["p0": point("p0"), "p1": point("p1")]
        let inOrder = told.withLock { $0.sorted { $0.sequence < $1.sequence } }
        for (_, change) in inOrder { change.apply(to: &model) }
        let reopened = try test.reopened()
        #expect(try reopened.allPoints() == model.values.sorted { $0.id < $1.id })
        let count = try reopened.withReader(of: Self.docs) { $0.info.pointCount }
        #expect(count == model.count)
        #expect(try test.store.findings() == [])
    }

    @Test("A caller that waits for another's turn gives up by its own timeout")
    func timeout() throws {
        let test = try TestStore(lockTimeout: LockTimeout(seconds: 60))
        let ended = DispatchGroup()
        let first = Mutex<(any Error)?>(nil)
        try LockedFile(test.path + "/LOCK.write").whileHeld {
            ended.enter()
            Thread {
                do {
                    try test.store.put([TestPoint(id: "first", vector: [1, 2, 3, 4])])
                } catch {
                    first.withLock { $0 = error }
                }
                ended.leave()
            }.start()
            try Deadline().wait(until: { test.store.isLedByAWriter })
            let hasty = test.store.with(RequestContext(command: "hasty", lockTimeout: 0.05))
            do throws(VectorStoreError) {
                try hasty.put([point("hasty")])
                Issue.record("the other one leads, so this one can't be done")
            } catch .store(.busy(let lock, let holder, let waited)) {
                #expect(lock == "LOCK.write")
                #expect(holder?.processID == getpid())
                #expect(waited == 0.05)
            }
            let stopped = test.store.with(
                RequestContext(cancellation: Cancellation { true }, lockTimeout: 60)
            )
            #expect(throws: VectorStoreError.cancelled) { try stopped.put([point("stopped")]) }
        }
        try #require(ended.wait(timeout: Deadline().time) == .success)
        #expect(first.withLock { $0 == nil })
        #expect(try test.reopened().allPoints().map(\.id) == ["first"])
    }

    @Test("When forcing fails, every caller gets the error, and the store stays usable")
    func failingForce() throws {
        let test = try TestStore()
        try test.store.put([point("before")])
        let errors = try together(
            test,
            count: 8,
            fault: { name, path in name == .fsync && path.hasSuffix(".tail") ? EIO : nil }
        ) { number in
            try test.store.put([point("p\(number)")])
        }
        for error in errors {
            guard case .file(.system("fsync", _, EIO)) = error else {
                Issue.record("told \(String(describing: error))")
                continue
            }
        }
        #expect(try test.reopened().allPoints().map(\.id) == ["before"])
        try test.store.put([point("after")])
        #expect(try test.reopened().allPoints().map(\.id) == ["after", "before"])
        #expect(try test.store.findings() == [])
    }

    @Test(
        "What a group acknowledges is there, and nothing else, whichever call fails",
        arguments: PlantedFault.allCases
    )
    func faults(kind: PlantedFault) throws {
        var wasReached = true
        var call = 1
        while wasReached {
            let test = try TestStore()
            let calls = Mutex(0)
            let failing = call
            let code = kind == .full ? ENOSPC : EIO
            let errors = try together(
                test,
                count: 4,
                fault: { _, _ in
                    let number = calls.withLock {
                        $0 += 1
                        return $0
                    }
                    return number == failing || (kind == .gone && number > failing) ? code : nil
                }
            ) { number in
                try test.store.put([point("p\(number)")])
            }
            wasReached = calls.withLock { $0 } >= call
            let told = errors.indices.filter { errors[$0] == nil }.map { "p\($0)" }
            let found = try test.reopened().allPoints().map(\.id)
            #expect(found == told.sorted(), "\(kind) at call \(call)")
            try test.store.put([point("after")])
            #expect(try test.store.findings() == [])
            call += 1
        }
        #expect(call > 5)
    }

    @Test(
        "A process that is killed in the middle has lost nothing that it acknowledged",
        arguments: 1...4
    )
    func killed(seed: Int) async throws {
        let test = try TestStore()
        let told = try ScratchDirectory()
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = test.path as String, told = told.path as String, seed = seed as Int] in
            let store = try Store(path: path, options: StoreOptions(access: .write))
            let forced = Mutex(0)
            let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
                guard name == .fsync, path.hasSuffix(".tail") else { return nil }
                let number = forced.withLock {
                    $0 += 1
                    return $0
                }
                if number == 3 * seed { kill(getpid(), SIGKILL) }
                return nil
            }
            DispatchQueue.concurrentPerform(iterations: 8) { thread in
                do {
                    try SystemCall.$fault.withValue(hook) {
                        for number in 0..<1000 {
                            let id = "p\(thread)-\(number)"
                            try store.put([TestPoint(id: id, vector: [1, 2, 3, 4])])
                            try Data().write(to: URL(filePath: told + "/" + id))
                        }
                    }
                } catch {
                    exit(1)
                }
            }
        }
        let acknowledged = try FileManager.default.contentsOfDirectory(atPath: told.path)
        let found = Set(try test.store.allPoints().map(\.id))
        #expect(!acknowledged.isEmpty)
        #expect(found.isSuperset(of: acknowledged))
        #expect(try test.store.findings() == [])
    }
}

/// One caller's change of a few points that many callers change.
private struct GroupedChange {
    enum Kind {
        case put(WriteMode)
        case delete
        case payload
        /// Rows of two points, the last of which may be refused.
        case pair
        /// One point in another collection.
        case elsewhere
    }

    let kind: Kind
    let ids: [String]
    let value: Float

    init(seed: UInt64, number: Int) {
        var random = SplitMix64(seed: seed * 1000 + UInt64(number))
        let kinds: [Kind] = [
            .put(.upsert), .put(.upsert), .put(.insert), .put(.update), .delete, .payload, .pair,
            .elsewhere,
        ]
        kind = kinds[Int(random.next() % UInt64(kinds.count))]
        let first = Int(random.next() % 5)
        ids = ["p\(first)", "p\((first + 1) % 5)"]
        value = Float(number)
    }

    private func point(_ id: String) -> TestPoint {
        TestPoint(id: id, vector: [value, 0, 0, 1], payload: "{\"z\":\(Int(value))}")
    }

    /// Makes the change and returns its sequence.
    func run(on store: Store, other: CollectionName) throws -> UInt64 {
        let first = PointSelection.ids([PointID(known: ids[0])])
        return switch kind {
        case .put(let mode): try store.put([point(ids[0])], mode: mode).sequence
        case .delete: try store.delete(first, from: TestStore.collection).sequence
        case .payload:
            try store.setPayload(
                Array(point(ids[0]).payload.utf8),
                of: first,
                in: TestStore.collection
            ).sequence
        case .pair:
            try store.put([point(ids[0]), point(ids[1])], mode: .insert).sequence
        case .elsewhere: try store.put([point(ids[0])], to: other).sequence
        }
    }

    /// What an accepted change does.
    func apply(to model: inout [String: TestPoint]) {
        switch kind {
        case .put: model[ids[0]] = point(ids[0])
        case .delete: model[ids[0]] = nil
        case .payload: model[ids[0]]?.payload = point(ids[0]).payload
        case .pair: for id in ids { model[id] = point(id) }
        case .elsewhere: break
        }
    }
}

extension VectorStoreError {
    /// Whether a change was refused because of the points that are there, or not.
    fileprivate var isOfThePoint: Bool {
        switch self {
        case .point(.exists), .point(.notFound): true
        default: false
        }
    }
}
