import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

@Suite("Compaction beside others", .timeLimit(.minutes(10)))
struct CompactionBesideOthersTests {
    private static let docs = TestStore.collection

    private func filled(_ count: Int, lockTimeout: LockTimeout = LockTimeout()) throws -> TestStore
    {
        let test = try TestStore(dimension: 8, lockTimeout: lockTimeout)
        try test.store.put(randomPoints(0..<count, seed: 1))
        return test
    }

    /// Compacts, and does something between the choice of the input and the commit.
    private func compact(
        _ test: TestStore,
        meanwhile: @escaping (Store) throws -> Void
    ) throws {
        var failure: (any Error)?
        try test.store.compact { _ in
            do { try meanwhile(test.reopened(.write)) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    @Test("What is deleted, replaced and added during a build counts afterwards")
    func changedMeanwhile() throws {
        let test = try filled(200)
        try test.store.compact()
        try test.store.put(randomPoints(200..<260, seed: 2))
        let fresh = randomPoints(0..<300, seed: 3)
        try compact(test) { other in
            // One of the segment, one of the sealed tail, one replaced of each, and new ones.
            _ = try other.delete(other.ids("p3", "p210", "p299"), from: Self.docs)
            try other.put([fresh[5], fresh[220], fresh[298], fresh[299]])
            #expect(try other.allPoints().count == 260 - 2 + 2)
        }
        var model: [String: TestPoint] = [:]
        for point in randomPoints(0..<200, seed: 1) + randomPoints(200..<260, seed: 2) {
            model[point.id] = point
        }
        for id in ["p3", "p210"] { model[id] = nil }
        for point in [fresh[5], fresh[220], fresh[298], fresh[299]] { model[point.id] = point }
        let expected = model.values.sorted { $0.id < $1.id }
        for _ in 0..<2 {
            let store = try test.reopened()
            #expect(try store.allPoints() == expected)
            #expect(try store.findings() == [])
            #expect(try store.search(fresh[5].vector, k: 1)[0].point.id.text == "p5")
            try test.store.compact()
        }
        let info = try test.store.collection(Self.docs)
        #expect(info.segmentCount == 1 && info.unindexedPointCount == 0)
    }

    @Test("When everything is deleted during a build, nothing is left", arguments: [false, true])
    func allDeletedMeanwhile(startsWithSegment: Bool) throws {
        let test = try filled(50)
        if startsWithSegment {
            try test.store.compact()
            try test.store.put(randomPoints(50..<60, seed: 2))
        }
        try compact(test) { other in
            _ = try other.delete(.filter(PointFilter(parsing: "n >= 0")), from: Self.docs)
        }
        #expect(try test.reopened().allPoints() == [])
        #expect(try test.files("") == [])
        #expect(try test.store.findings() == [])
    }

    @Test("When one input dies as a whole, the other's rows live on")
    func oneInputDiesMeanwhile() throws {
        let test = try filled(50)
        try test.store.compact()
        try test.store.put(randomPoints(50..<60, seed: 2))
        try compact(test) { other in
            _ = try other.delete(.filter(PointFilter(parsing: "n >= 50")), from: Self.docs)
        }
        #expect(try test.reopened().allPoints().count == 50)
        #expect(try test.files("") == test.segments())
        #expect(try test.store.findings() == [])
    }

    @Test("A collection that is dropped during a build stays dropped")
    func droppedMeanwhile() throws {
        let test = try filled(50)
        let error = #expect(throws: VectorStoreError.self) {
            try compact(test) { try $0.dropCollection(Self.docs) }
        }
        #expect(error == .collection(.notFound(name: "docs", dataDirectory: test.path)))
        #expect(try test.files("") == [])
        #expect(try test.store.findings() == [])
    }

    @Test("A collection that is dropped and made again during a build is not touched")
    func madeAgainMeanwhile() throws {
        let test = try filled(50)
        #expect(throws: VectorStoreError.self) {
            try compact(test) { other in
                try other.dropCollection(Self.docs)
                try other.createCollection(
                    Self.docs,
                    configuration: CollectionConfiguration(dimension: 8)
                )
                try other.put(randomPoints(0..<5, seed: 9))
            }
        }
        #expect(try test.reopened().allPoints() == randomPoints(0..<5, seed: 9))
        #expect(try test.store.findings() == [])
    }

    @Test("A collection that is renamed during a build is compacted under its new name")
    func renamedMeanwhile() throws {
        let test = try filled(50)
        let other = CollectionName(known: "other")
        try compact(test) { try $0.renameCollection(Self.docs, to: other) }
        #expect(try test.store.collection(other).segmentCount == 1)
        #expect(try test.store.allPoints(of: other).count == 50)
        #expect(try test.store.findings() == [])
    }

    @Test("An interrupted build changes nothing and leaves nothing")
    func interrupted() throws {
        let isCancelled = Mutex(false)
        let stop = Cancellation { isCancelled.withLock { $0 } }
        let test = try filled(300, lockTimeout: LockTimeout(cancellation: stop))
        let tails = try test.tails()
        #expect(throws: VectorStoreError.cancelled) {
            try test.store.compact { _ in isCancelled.withLock { $0 = true } }
        }
        #expect(try test.files("") == tails)
        isCancelled.withLock { $0 = false }
        #expect(try test.reopened().allPoints().count == 300)
        #expect(try test.store.findings() == [])
        // The sealed tail stays as it is; what comes now goes into a new one.
        try test.store.put(randomPoints(300..<310, seed: 2))
        #expect(try test.tails().count == 2)
        #expect(try test.store.collection(Self.docs).unindexedPointCount == 310)
        #expect(try test.store.compact().segmentCountAfter == 1)
        #expect(try test.reopened().allPoints().count == 310)
    }

    @Test("Whoever compacts by itself goes on when another compacts; whoever was asked waits")
    func busy() throws {
        let test = try filled(50)
        let log = RecordedLog()
        try test.store.compact { _ in
            do {
                let other = try test.reopened(
                    .write,
                    lockTimeout: LockTimeout(seconds: 0),
                    log: log
                )
                #expect(try other.maintenance.compactIfDue(Self.docs, threshold: 1) == nil)
                let error = #expect(throws: VectorStoreError.self) { try other.compact() }
                guard case .store(.busy("LOCK.compact", let holder, 0)) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(holder?.processID == getpid())
            } catch {
                Issue.record(error)
            }
        }
        #expect(log.messages == ["info: docs is not indexed: another process compacts"])
        #expect(try test.store.collection(Self.docs).segmentCount == 1)
    }

    @Test("A reader that began before a compaction reads to its end")
    func readerGoesOn() throws {
        let test = try filled(100)
        let points = try test.store.allPoints()
        let reader = try test.reopened()
        try reader.withReader(of: Self.docs) { snapshot in
            try test.store.compact()
            #expect(try test.tails() == [])
            #expect(try snapshot.points() == points)
            #expect(try snapshot.search(SearchRequest(vector: points[0].vector)).count == 10)
        }
    }

    @Test("Searches and inserts go on while compactions follow each other")
    func sideBySide() throws {
        let test = try filled(120)
        let isDone = Mutex(false)
        let compacting = Thread.detached {
            let store = try test.reopened(.write)
            while !isDone.withLock({ $0 }) {
                try store.compact(rebuilds: Bool.random())
            }
        }
        let searching = Thread.detached {
            let store = try test.reopened()
            while !isDone.withLock({ $0 }) {
                let known = randomPoints(0..<120, seed: 1)[17]
                let hits = try store.search(known.vector, k: 20)
                guard hits.count == 20, hits[0].point.id.text == "p17",
                    hits[0].point.vector == known.vector
                else { throw Unexpected("\(hits.map(\.point.id))") }
            }
        }
        let inserting = [1000, 2000].map { first in
            Thread.detached {
                let store = try test.reopened(.write, lockTimeout: LockTimeout(seconds: 60))
                for step in 0..<15 {
                    let place = first + step * 4
                    try store.put(randomPoints(place..<(place + 4), seed: UInt64(place)))
                    if step % 3 == 2 {
                        _ = try store.delete(store.ids("p\(place)"), from: Self.docs)
                    }
                }
            }
        }
        for thread in inserting { try thread.join() }
        isDone.withLock { $0 = true }
        try compacting.join()
        try searching.join()
        #expect(try test.reopened().allPoints().count == 120 + 2 * (60 - 5))
        #expect(try test.store.findings() == [])
        try test.store.compact()
        #expect(try test.reopened().allPoints().count == 120 + 2 * (60 - 5))
        #expect(try test.store.findings() == [])
    }
}
