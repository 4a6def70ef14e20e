import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore

@Suite("Snapshots", .timeLimit(.minutes(10)))
struct SnapshotTests {
    private static let docs = TestStore.collection

    @Test("A snapshot sees one commit while points are upserted, deleted and changed")
    func isolation() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<6))
        let before = samplePoints(0..<6)
        let reader = try test.reopened()
        let hits = try reader.search([1, 2, 3, 4])
        try reader.withReader(of: Self.docs) { snapshot in
            for step in 0..<4 {
                switch step {
                case 0: try test.store.put([TestPoint(id: "p0", vector: [9, 9, 9, 9])])
                case 1: _ = try test.store.delete(test.store.ids("p1"), from: Self.docs)
                case 2: try test.store.setPayloads(#"{"new":true}"#)
                default: _ = try test.store.createIndex(on: "n", in: Self.docs)
                }
                #expect(try snapshot.points() == before)
                #expect(try snapshot.count() == 6)
                #expect(try snapshot.count(PointFilter(parsing: "n < 3")) == 3)
                let request = SearchRequest(vector: [1, 2, 3, 4], includesVectors: true)
                #expect(try snapshot.search(request) == hits)
                #expect(
                    try snapshot.contains([PointID("p1"), PointID("nobody")]) == [true, false]
                )
            }
            #expect(snapshot.info.pointCount == 6 && snapshot.info.indexedFields == [])
        }
        #expect(try reader.allPoints().count == 5)
        #expect(try reader.collection(Self.docs).indexedFields == ["n"])
    }

    @Test("A snapshot goes on after its collection was dropped and its files unlinked")
    func dropped() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<6))
        try test.reopened().withReader(of: Self.docs) { snapshot in
            try test.store.dropCollection(Self.docs)
            #expect(try test.tails() == [])
            #expect(try snapshot.points() == samplePoints(0..<6))
            #expect(try snapshot.search(SearchRequest(vector: [1, 2, 3, 4])).count == 6)
        }
        #expect(
            throws: VectorStoreError.collection(.notFound(name: "docs", dataDirectory: test.path))
        ) { try test.store.allPoints() }
    }

    /// Runs a change at the moment when a reader is about to open the vector file.
    private func atOpening<Value>(
        _ change: @escaping @Sendable () throws -> Void,
        _ body: () throws -> Value
    ) throws -> Value {
        let state = Mutex((done: false, error: String?.none))
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            guard name == .open, path.hasSuffix(".tail") else { return nil }
            let isFirst = state.withLock { state in
                defer { state.done = true }
                return !state.done
            }
            guard isFirst else { return nil }
            do {
                try SystemCall.$fault.withValue(nil) { try change() }
            } catch {
                state.withLock { $0.error = "\(error)" }
            }
            return nil
        }
        let value = try SystemCall.$fault.withValue(hook) { try body() }
        #expect(state.withLock { $0.done })
        #expect(state.withLock { $0.error } == nil)
        return value
    }

    @Test("A reader that comes too late for a retired file looks again")
    func retiredMeanwhile() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        let reader = try test.reopened()
        let points = try atOpening {
            _ = try test.store.delete(.filter(PointFilter(parsing: "n >= 0")), from: Self.docs)
            try test.store.put(samplePoints(7..<9))
        } _: {
            try reader.allPoints()
        }
        #expect(points == samplePoints(7..<9))
    }

    @Test("A reader that comes too late for a dropped collection is told so")
    func droppedMeanwhile() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        let reader = try test.reopened()
        #expect(
            throws: VectorStoreError.collection(.notFound(name: "docs", dataDirectory: test.path))
        ) {
            try atOpening {
                try test.store.dropCollection(Self.docs)
            } _: {
                try reader.allPoints()
            }
        }
    }

    @Test("A check beside a writer that retires files finds nothing wrong")
    func verifiedMeanwhile() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        let reader = try test.reopened()
        let findings = try atOpening {
            _ = try test.store.delete(.filter(PointFilter(parsing: "n >= 0")), from: Self.docs)
        } _: {
            try reader.findings()
        }
        #expect(findings == [])
    }

    @Test("What a body throws arrives as it is, and the store can be used again")
    func bodyThrows() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<3))
        let error = #expect(throws: Unexpected.self) {
            try test.store.withReader(of: Self.docs) { snapshot in
                try snapshot.forEachPoint { _ in throw Unexpected("enough") }
            }
        }
        #expect(error?.description == "enough")
        #expect(try test.store.allPoints().count == 3)
    }

    @Test("Many threads read one store at once")
    func parallelReaders() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<20))
        let store = try test.reopened()
        let threads = (0..<4).map { _ in
            Thread.detached {
                for _ in 0..<10 {
                    guard try store.search([1, 2, 3, 4], k: 20).count == 20,
                        try store.allPoints().count == 20
                    else { throw Unexpected("a reader saw less") }
                }
            }
        }
        for thread in threads { try thread.join() }
    }

    @Test("A listing is ordered by the bytes of ids, and can go on behind any id")
    func listing() throws {
        let test = try TestStore()
        let ids = ["b", "a", "é", "e\u{301}", "Z", "a b", "ab", "10", "9", "\u{1F600}"]
        try test.store.put(ids.map { TestPoint(id: $0, vector: [1, 2, 3, 4]) })
        let sorted = ids.map(PointID.init(known:)).sorted()
        try test.store.withReader(of: Self.docs) { snapshot in
            var seen: [PointID] = []
            try snapshot.forEachPoint { point in
                #expect(point.vector == nil)
                seen.append(point.id)
                return true
            }
            #expect(seen == sorted)
            for (place, id) in sorted.enumerated() {
                var page: [PointID] = []
                try snapshot.forEachPoint(after: id, limit: 3) { point in
                    page.append(point.id)
                    return true
                }
                #expect(page == Array(sorted[(place + 1)...].prefix(3)))
            }
            var first: [PointID] = []
            try snapshot.forEachPoint { point in
                first.append(point.id)
                return false
            }
            #expect(first == [sorted[0]])
            try snapshot.forEachPoint(limit: 0) { _ in throw Unexpected("limit 0") }
        }
    }

    @Test("Points are handed out in the order of the ids asked for, and the others are told")
    func byID() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<4))
        let asked = try ["p3", "x", "p0", "p3", "y"].map { try PointID($0) }
        try test.store.withReader(of: Self.docs) { snapshot in
            var seen: [StoredPoint] = []
            let missing = try snapshot.forEachPoint(withIDs: asked, includesVectors: true) {
                seen.append($0)
            }
            #expect(missing.map(\.text) == ["x", "y"])
            let all = samplePoints(0..<4)
            #expect(seen.map(TestPoint.init) == [all[3], all[0], all[3]])
        }
    }

    @Test("Damage that SQLite finds while a listing runs is told as damage")
    func sqliteDamage() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<400))
        let url = URL(fileURLWithPath: test.catalogPath)
        let raw = try RawCatalog(test.catalogPath)
        let root = try raw.integer("SELECT rootpage FROM sqlite_schema WHERE name = 'points_1_id'")
        var bytes = try Data(contentsOf: url)
        let start = (root - 1) * 4096
        bytes.replaceSubrange(start..<(start + 4096), with: Data(count: 4096))
        try bytes.write(to: url)
        for access in [
            { try test.reopened().allPoints().count },
            { try test.reopened().put(samplePoints(1..<2)).updatedCount },
        ] {
            let error = #expect(throws: VectorStoreError.self) { try access() }
            #expect(
                error?.file == test.catalogPath
                    || error == .store(.readOnly(path: test.catalogPath))
            )
        }
        for depth in [VerificationDepth.quick, .checksums, .full] {
            #expect(try test.reopened().findings(depth).map(\.file) == ["store/catalog.sqlite"])
        }
    }
}

extension CollectionReader {
    /// All points with their vectors.
    func points() throws -> [TestPoint] {
        var points: [TestPoint] = []
        try forEachPoint(includesVectors: true) { point in
            points.append(TestPoint(point))
            return true
        }
        return points
    }
}
