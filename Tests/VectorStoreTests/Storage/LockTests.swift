import CKernels
import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

@Suite("Locks", .timeLimit(.minutes(10)))
struct LockTests {
    private static let impatient = LockTimeout(seconds: 0)

    @Test("Who waits in vain is told which lock, who holds it and what it runs")
    func busy() throws {
        let test = try TestStore(lockTimeout: LockTimeout(seconds: 0.01))
        for name in ["LOCK.write", "LOCK.queue"] {
            let lock = try HeldLock(test.path + "/" + name, holder: "4711\tvectorizer insert\n")
            let error = #expect(throws: VectorStoreError.self) {
                try test.store.put(samplePoints(0..<1))
            }
            guard case .store(.busy(name, let holder?, 0.01)) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(holder.processID == 4711 && holder.command == "vectorizer insert")
            #expect(
                try test.store.statistics().locks.contains {
                    $0.name == name && $0.holder == holder
                }
            )
            _ = consume lock
        }
        #expect(try test.store.statistics().locks.allSatisfy { $0.holder == nil })
        try test.store.put(samplePoints(0..<1))
    }

    @Test("A holder that did not sign is still told to be there")
    func unsigned() throws {
        let test = try TestStore(lockTimeout: Self.impatient)
        let lock = try HeldLock(test.path + "/LOCK.write", holder: "torn")
        #expect(
            throws: VectorStoreError.store(.busy(lock: "LOCK.write", holder: nil, waitedSeconds: 0))
        ) {
            try test.store.put(samplePoints(0..<1))
        }
        let told = try test.store.statistics().locks.first { $0.name == "LOCK.write" }
        #expect(told?.holder?.processID == 0)
        _ = consume lock
    }

    @Test("A store that is being exchanged can't be opened, and one that is open not exchanged")
    func openLock() throws {
        let test = try TestStore()
        #expect(!HeldLock.isFree(test.path + "/LOCK.open"))
        let path = try closed(test)
        let lock = try HeldLock(path.path + "/LOCK.open", holder: "1\trestore\n")
        let options = StoreOptions(lockTimeout: Self.impatient)
        let error = #expect(throws: VectorStoreError.self) {
            try Store(path: path.path, options: options)
        }
        guard case .store(.busy("LOCK.open", _, _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        _ = consume lock
    }

    /// A data directory that nobody has open.
    private func closed(_ test: TestStore) throws -> ScratchDirectory {
        let scratch = try ScratchDirectory()
        try FileManager.default.removeItem(atPath: scratch.path)
        try FileManager.default.copyItem(atPath: test.path, toPath: scratch.path)
        return scratch
    }

    @Test("A signal ends the wait")
    func interrupted() throws {
        let asked = Mutex(0)
        let stop = Cancellation {
            asked.withLock {
                $0 += 1
                return $0 > 3
            }
        }
        let lockTimeout = LockTimeout(seconds: 1000, cancellation: stop)
        let test = try TestStore(lockTimeout: lockTimeout)
        let lock = try HeldLock(test.path + "/LOCK.write")
        #expect(throws: VectorStoreError.cancelled) {
            try test.store.put(samplePoints(0..<1))
        }
        #expect(try test.store.allPoints() == [])
        _ = consume lock
    }

    @Test("A writer that waits for the write lock holds the queue, and gives it up with its turn")
    func fairness() async throws {
        let test = try TestStore()
        let lock = try HeldLock(test.path + "/LOCK.write")
        let path = test.path
        let writer = Thread.detached { try test.store.put(samplePoints(0..<1)) }
        while HeldLock.isFree(path + "/LOCK.queue") { sched_yield() }
        // A bulk load that comes back for its next batch has to queue behind the waiting writer.
        #expect(!HeldLock.isFree(path + "/LOCK.queue"))
        _ = consume lock
        try writer.join()
        #expect(HeldLock.isFree(path + "/LOCK.queue"))
        #expect(HeldLock.isFree(path + "/LOCK.write"))
        #expect(try test.store.allPoints() == samplePoints(0..<1))
    }

    @Test("Writers in one process, in two stores and in other processes lose nothing")
    func concurrentWriters() async throws {
        let test = try TestStore()
        let path = test.path
        let other = try test.reopened(.write)
        let threads = (0..<3).map { number in
            let store = number == 2 ? other : test.store
            return Thread.detached {
                for batch in 0..<8 {
                    let first = number * 1000 + batch * 3
                    try store.put(samplePoints(first..<(first + 3)))
                }
            }
        }
        async let first: Void = LockTests.writeElsewhere(path, from: 5000)
        async let second: Void = LockTests.writeElsewhere(path, from: 6000)
        _ = await (first, second)
        for thread in threads { try thread.join() }
        let expected = [0, 1000, 2000, 5000, 6000].flatMap { samplePoints($0..<($0 + 24)) }
        let found = try test.reopened().allPoints()
        #expect(Set(found.map(\.id)) == Set(expected.map(\.id)))
        #expect(found.allSatisfy { expected.contains($0) })
        #expect(try test.store.commitSequence() == 1 + 5 * 8)
        #expect(try test.store.findings() == [])
    }

    private static func writeElsewhere(_ path: String, from first: Int) async {
        await #expect(processExitsWith: .exitCode(0)) {
            [path = path as String, first = first as Int] in
            let store = try Store(path: path, options: StoreOptions(access: .write))
            for batch in 0..<8 {
                try store.put(samplePoints((first + batch * 3)..<(first + batch * 3 + 3)))
            }
            exit(0)
        }
    }

    @Test("A lock is gone with the process that held it, however that ended")
    func killedHolder() async throws {
        let test = try TestStore()
        let path = test.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try Store(path: path, options: StoreOptions(access: .write))
            let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
                if name == .fsync, path.hasSuffix(".tail") { kill(getpid(), SIGKILL) }
                return nil
            }
            try SystemCall.$fault.withValue(hook) { _ = try store.put(samplePoints(0..<3)) }
        }
        #expect(try test.store.allPoints() == [])
        #expect(try test.store.statistics().locks.allSatisfy { $0.holder == nil })
        try test.store.put(samplePoints(4..<5))
        #expect(try test.tails().count == 1)
        #expect(try test.store.findings() == [])
    }

    enum Exchange: CaseIterable, Sendable { case directory, store, catalog, gone, storeGone, row }

    @Test("A store that was exchanged behind a writer is noticed", arguments: Exchange.allCases)
    func replaced(_ exchange: Exchange) throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<2))
        let other = try TestStore()
        try other.store.put(samplePoints(5..<7))
        let files = FileManager.default
        let part =
            switch exchange {
            case .directory, .gone: ""
            case .store, .storeGone: "/store"
            case .catalog, .row: "/store/catalog.sqlite"
            }
        let scratch = try ScratchDirectory()
        let away = scratch.path + "/away"
        switch exchange {
        case .row:
            let raw = try RawCatalog(test.catalogPath)
            try raw.run("ATTACH '\(other.catalogPath)' AS other")
            try raw.run(
                """
                UPDATE store SET (uuid, epoch, commit_sequence, crc) =
                    (SELECT uuid, epoch, commit_sequence, crc FROM other.store)
                """
            )
        default:
            try files.moveItem(atPath: test.path + part, toPath: away)
            if exchange != .gone && exchange != .storeGone {
                try files.copyItem(atPath: other.path + part, toPath: test.path + part)
            }
        }
        let error = #expect(throws: VectorStoreError.self) {
            try test.store.put(samplePoints(9..<10))
        }
        #expect(error == .store(.replaced(path: test.path)))
        #expect(files.fileExists(atPath: test.path) == (exchange != .gone))
        if exchange == .directory {
            #expect(try Store(path: away).allPoints() == samplePoints(0..<2))
            #expect(try test.reopened().allPoints() == samplePoints(5..<7))
        }
    }

    @Test("A writer signs its locks, and others are told its process and command")
    func signature() throws {
        let test = try TestStore()
        let other = try test.reopened(.write, lockTimeout: Self.impatient)
        let told = Mutex<VectorStoreError?>(nil)
        // At the moment when the rows are forced to the medium, the writer holds the write lock.
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            guard name == .fsync, path.hasSuffix(".tail") else { return nil }
            do {
                try SystemCall.$fault.withValue(nil) { _ = try other.put(samplePoints(7..<8)) }
            } catch {
                told.withLock { $0 = error as? VectorStoreError }
            }
            return nil
        }
        try SystemCall.$fault.withValue(hook) {
            let context = RequestContext(command: "vectorizer insert")
            _ = try test.store.with(context).put(samplePoints(0..<1))
        }
        guard case .store(.busy("LOCK.write", let holder?, 0)) = told.withLock({ $0 }) else {
            Issue.record("\(String(describing: told.withLock { $0 }))")
            return
        }
        #expect(holder.processID == getpid() && holder.command == "vectorizer insert")
        #expect(try test.store.allPoints() == samplePoints(0..<1))
    }

    @Test("A writer waits for both locks together no longer than it was told to")
    func patienceForBoth() throws {
        let asked = Mutex(0)
        let queue = Mutex<HeldLock?>(nil)
        let look = Cancellation {
            let count = asked.withLock { count in
                count += 1
                return count
            }
            if count == 17 { queue.withLock { $0 = nil } }
            return false
        }
        let lockTimeout = LockTimeout(seconds: 0.1, cancellation: look)
        let test = try TestStore(lockTimeout: lockTimeout)
        let lock = try HeldLock(test.path + "/LOCK.write")
        try queue.withLock { $0 = try HeldLock(test.path + "/LOCK.queue") }
        let error = #expect(throws: VectorStoreError.self) {
            try test.store.put(samplePoints(0..<1))
        }
        guard case .store(.busy("LOCK.write", _, 0.1)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // 19 attempts wait 0.1 s; another 19 would follow the 17 if each lock had its own time.
        #expect(asked.withLock { $0 } < 34)
        _ = consume lock
    }

    @Test("A log that can't be emptied because somebody writes is left to him")
    func finishWritingBusy() throws {
        let test = try TestStore(lockTimeout: Self.impatient)
        _ = try test.store.write(
            PointBatch(samplePoints(0..<1)),
            to: TestStore.collection,
            isLast: false
        )
        let log = RecordedLog()
        let store = try test.reopened(.write, lockTimeout: Self.impatient, log: log)
        let lock = try HeldLock(test.path + "/LOCK.write")
        store.finishWriting()
        #expect(log.messages.contains { $0.hasPrefix("info: the next writer empties") })
        #expect(try store.statistics().logByteCount > 0)
        _ = consume lock
        store.finishWriting()
        #expect(try store.statistics().logByteCount == 0)
    }

    @Test("Lock files that are missing are nobody's, and are made again")
    func missingFiles() throws {
        let test = try TestStore()
        for name in ["LOCK.compact", "LOCK.write", "LOCK.queue"] {
            try FileManager.default.removeItem(atPath: test.path + "/" + name)
        }
        #expect(try test.store.statistics().locks.allSatisfy { $0.holder == nil })
        try test.store.put(samplePoints(0..<1))
        #expect(HeldLock.isFree(test.path + "/LOCK.write"))
    }
}

extension Thread {
    /// Work on a thread of its own, whose outcome is waited for.
    final class Work: @unchecked Sendable {
        // Protected by `done`: written before it is signalled, read after it was waited for.
        fileprivate var error: (any Error)?
        fileprivate let done = DispatchSemaphore(value: 0)

        func join() throws {
            done.wait()
            if let error { throw error }
        }
    }

    static func detached(_ body: @escaping @Sendable () throws -> Void) -> Work {
        let work = Work()
        Thread.detachNewThread {
            do { try body() } catch { work.error = error }
            work.done.signal()
        }
        return work
    }
}
