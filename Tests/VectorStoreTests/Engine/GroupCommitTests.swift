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
            try Deadline(seconds: 60).wait(until: {
                test.store.waitingWriterCount + ended.withLock { $0 } >= count - 1
            })
        }
        try #require(group.wait(timeout: .now() + 120) == .success)
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

/// Holds a store's lock as another process would.
private struct LockedFile {
    private let path: String

    init(_ path: String) { self.path = path }

    func whileHeld(_ body: () throws -> Void) throws {
        let file = open(path, O_RDWR | O_CREAT, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        try #require(flock(file, LOCK_EX) == 0)
        try body()
    }
}

/// Waits for what another thread does, and for ever for nothing.
private struct Deadline {
    let seconds: Double

    func wait(until isReached: () throws -> Bool) throws {
        let end = Date(timeIntervalSinceNow: seconds)
        while try !isReached() {
            try #require(Date() < end, "nothing happened in time")
            sched_yield()
        }
    }
}
