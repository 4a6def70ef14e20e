import Foundation
import Testing
import VectorStore

@Suite("Automatic compaction")
struct AutomaticCompactionTests {
    private static let docs = TestStore.collection

    @Test("It begins with as many rows as the threshold says")
    func threshold() throws {
        let test = try TestStore(dimension: 8)
        try test.store.put(randomPoints(0..<99, seed: 1))
        #expect(try test.store.maintenance.compactIfDue(Self.docs, threshold: 100) == nil)
        #expect(try test.store.collection(Self.docs).segmentCount == 0)
        try test.store.put(randomPoints(99..<100, seed: 2))
        #expect(
            try test.store.maintenance.compactIfDue(Self.docs, threshold: 100)?.segmentCountAfter
                == 1
        )
        #expect(try test.store.maintenance.compactIfDue(Self.docs, threshold: 1) == nil)
        #expect(try test.reopened().allPoints().count == 100)
    }

    @Test("The number of segments grows with the logarithm of the rows")
    func logarithmic() throws {
        let test = try TestStore(dimension: 8)
        var counts: [Int] = []
        var indexed = 0
        for round in 0..<40 {
            let first = round * 20
            try test.store.put(randomPoints(first..<(first + 20), seed: UInt64(round)))
            var options = CompactionOptions()
            options.willIndex = { indexed += $0 }
            _ = try test.store.maintenance.compactIfDue(Self.docs, threshold: 20, options: options)
            counts.append(try test.store.collection(Self.docs).segmentCount)
        }
        #expect(counts.max() ?? 0 <= 3)
        // And each row is indexed a few times only: 40 rounds of everything would be 16,400.
        #expect(indexed < 800 * 8)
        #expect(try test.reopened().allPoints().count == 800)
        #expect(try test.store.findings() == [])
    }

    @Test("A large segment is left alone until there is enough to merge it with")
    func largeSegment() throws {
        let test = try TestStore(dimension: 8)
        try test.store.put(randomPoints(0..<200, seed: 1))
        try test.store.compact()
        let large = try test.segments()
        try test.store.put(randomPoints(200..<249, seed: 2))
        _ = try test.store.maintenance.compactIfDue(Self.docs, threshold: 1)
        #expect(try test.segments().count == 2 && Set(test.segments()).isSuperset(of: large))
        try test.store.put(randomPoints(249..<250, seed: 3))
        // The small segment joins the new row no more than the large one does.
        _ = try test.store.maintenance.compactIfDue(Self.docs, threshold: 1)
        #expect(try test.segments().count == 3)
        try test.store.put(randomPoints(250..<299, seed: 4))
        _ = try test.store.maintenance.compactIfDue(Self.docs, threshold: 1)
        #expect(try test.segments().count == 1)
        #expect(try test.reopened().allPoints().count == 299)
        #expect(try test.store.findings() == [])
    }

    @Test("Indexing that fails again and again does not leave one more tail each time")
    func failing() throws {
        let test = try TestStore(dimension: 8)
        try test.store.put(randomPoints(0..<100, seed: 1))
        for round in 0..<6 {
            let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
                name == .write && path.hasSuffix(".tmp") ? ENOSPC : nil
            }
            SystemCall.$fault.withValue(hook) {
                #expect(throws: VectorStoreError.self) {
                    _ = try test.store.maintenance.compactIfDue(Self.docs, threshold: 100)
                }
            }
            let next = 100 + round
            try test.store.put(randomPoints(next..<(next + 1), seed: UInt64(next)))
        }
        #expect(try test.files(".tail").count == 2 && test.files(".tmp").isEmpty)
        _ = try test.store.maintenance.compactIfDue(Self.docs, threshold: 100)
        #expect(try test.store.collection(Self.docs).unindexedPointCount == 6)
        #expect(try test.reopened().allPoints().count == 106)
        #expect(try test.store.findings() == [])
    }

    @Test("A segment's rows keep the order of their keys when segments are merged")
    func overlappingKeys() throws {
        let test = try TestStore(dimension: 8)
        // Keys of the first segment end up on both sides of the second one's.
        try test.store.put(randomPoints(0..<10, seed: 1))
        try test.store.compact()
        for round in 0..<4 {
            try test.store.put(randomPoints(0..<5, seed: UInt64(round + 2)))
            _ = try test.store.maintenance.compactIfDue(Self.docs, threshold: 1)
        }
        try test.store.compact()
        let points = randomPoints(0..<5, seed: 5) + randomPoints(0..<10, seed: 1)[5...]
        #expect(try test.reopened().allPoints() == points)
        #expect(try test.store.findings() == [])
    }
}
