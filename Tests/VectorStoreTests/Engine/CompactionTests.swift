import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Compaction")
struct CompactionTests {
    private static let docs = TestStore.collection

    /// A store with so many random points, and what is in it.
    private func filled(
        _ count: Int,
        metric: Metric = .euclidean,
        seed: UInt64 = 1
    ) throws -> (TestStore, [TestPoint]) {
        let test = try TestStore(dimension: 8, metric: metric)
        let points = randomPoints(0..<count, seed: seed)
        try test.store.put(points)
        return (test, points.sorted { $0.id < $1.id })
    }

    @Test("What is no regular file in a segment's place is damage, and nobody waits for it")
    func irregular() throws {
        let test = try TestStore(dimension: 8)
        try test.store.put(randomPoints(0..<40, seed: 1))
        try test.store.compact()
        let path = try test.segments()[0]
        let kept = path + ".kept"
        try FileManager.default.moveItem(atPath: path, toPath: kept)
        let plants: [() throws -> Void] = [
            { #expect(mkfifo(path, 0o600) == 0) },
            {
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: false
                )
            },
            {
                try FileManager.default.createSymbolicLink(
                    atPath: path,
                    withDestinationPath: kept
                )
            },
        ]
        for plant in plants {
            try plant()
            #expect(throws: VectorStoreError.self) { try test.store.allPoints() }
            #expect(try test.store.findings(.checksums).count > 0)
            try FileManager.default.removeItem(atPath: path)
        }
        try FileManager.default.moveItem(atPath: kept, toPath: path)
        #expect(try test.store.findings() == [])
    }

    @Test("A compacted collection has the same points and answers", arguments: Metric.allCases)
    func samePoints(metric: Metric) throws {
        let (test, points) = try filled(300, metric: metric)
        let queries = randomPoints(0..<10, seed: 99).map(\.vector)
        let before = try queries.map { try test.store.search($0, k: 5) }
        let result = try test.store.compact()
        #expect(result.segmentCountBefore == 0 && result.segmentCountAfter == 1)
        let fresh = try test.reopened()
        #expect(try fresh.allPoints() == points)
        #expect(try queries.map { try fresh.search($0, k: 5) } == before)
        #expect(try fresh.findings() == [])
        #expect(try test.files("") == test.segments())
        #expect(try test.segments().count == 1)
    }

    @Test("The numbers of a collection tell what is indexed, and the sizes of its files")
    func numbers() throws {
        let (test, _) = try filled(100)
        var info = try test.store.collection(Self.docs)
        #expect(info.segmentCount == 0 && info.unindexedPointCount == 100)
        let result = try test.store.compact()
        #expect(result.byteCountBefore == info.byteCount)
        info = try test.store.collection(Self.docs)
        #expect(result.byteCountAfter == info.byteCount)
        #expect(info.segmentCount == 1 && info.unindexedPointCount == 0)
        let size = try FileManager.default.attributesOfItem(atPath: test.segments()[0])[.size]
        #expect(info.vectorByteCount == size as? Int)
        #expect(info.reclaimableByteCount == 0)
        _ = try test.store.delete(test.store.ids("p1", "p2"), from: Self.docs)
        try test.store.put(randomPoints(100..<103, seed: 2))
        info = try test.store.collection(Self.docs)
        #expect(info.segmentCount == 1 && info.unindexedPointCount == 3)
        #expect(info.reclaimableByteCount == info.vectorByteCount(ofSegment: size) * 2 / 100)
        #expect(info.pointCount == 101)
    }

    @Test("Collections without points, and with one, are compacted")
    func small() throws {
        let test = try TestStore()
        let empty = try test.store.compact()
        #expect(empty.segmentCountAfter == 0 && empty.byteCountBefore == empty.byteCountAfter)
        try test.store.put(samplePoints(0..<1))
        #expect(try test.store.compact().segmentCountAfter == 1)
        #expect(try test.store.search([1, 1, 1, 1]).map(\.point.id.text) == ["p0"])
        #expect(try test.store.findings() == [])
        _ = try test.store.delete(test.store.ids("p0"), from: Self.docs)
        #expect(try test.files("") == [])
        #expect(try test.store.compact().segmentCountAfter == 0)
        #expect(try test.store.findings() == [])
    }

    @Test("Nothing is done twice, unless it is asked for")
    func again() throws {
        let (test, points) = try filled(60)
        try test.store.compact()
        let (segments, sequence) = (try test.segments(), try test.store.commitSequence())
        try test.store.compact()
        #expect(try test.segments() == segments)
        #expect(try test.store.commitSequence() == sequence)
        try test.store.compact(rebuilds: true)
        #expect(try test.segments().count == 1 && test.segments() != segments)
        #expect(try test.reopened().allPoints() == points)
        #expect(try test.store.findings() == [])
    }

    @Test("Half deleted and a third replaced, before and after, nothing live is out of reach")
    func churn() throws {
        let (test, points) = try filled(400)
        var model = Dictionary(uniqueKeysWithValues: points.map { ($0.id, $0) })
        try test.store.compact()
        let dead = points.enumerated().filter { $0.offset % 2 == 0 }.map(\.element.id)
        _ = try test.store.delete(
            .ids(dead.map(PointID.init(known:))),
            from: Self.docs
        )
        for id in dead { model[id] = nil }
        let fresh = randomPoints(0..<120, seed: 7)
        let replaced = zip(model.keys.sorted(), fresh).map { id, point in
            TestPoint(id: id, vector: point.vector)
        }
        try test.store.put(replaced)
        for point in replaced { model[point.id] = point }
        let expected = model.values.sorted { $0.id < $1.id }
        for round in 0..<2 {
            #expect(try test.store.allPoints() == expected)
            #expect(try test.store.findings() == [])
            for point in expected.prefix(20) {
                #expect(try test.store.search(point.vector, k: 1)[0].point.id.text == point.id)
            }
            guard round == 0 else { break }
            let result = try test.store.compact()
            #expect(result.byteCountAfter < result.byteCountBefore)
        }
        #expect(try test.store.collection(Self.docs).reclaimableByteCount == 0)
    }

    @Test("Points with one and the same vector are all within reach", arguments: [30, 600])
    func duplicates(count: Int) throws {
        let test = try TestStore(dimension: 8)
        let vector = randomPoints(0..<1, seed: 5)[0].vector
        let same = (0..<count).map { TestPoint(id: "same\($0)", vector: vector) }
        try test.store.put(randomPoints(0..<100, seed: 1) + same)
        try test.store.compact()
        #expect(try test.store.findings() == [])
        try test.store.put(same.prefix(20) + randomPoints(100..<150, seed: 2))
        try test.store.compact()
        #expect(try test.store.findings() == [])
        #expect(try test.store.search(vector, k: count).allSatisfy { $0.score == 0 })
    }

    @Test("A dry run tells what there would be, and changes nothing")
    func dryRun() throws {
        let (test, _) = try filled(500)
        _ = try test.store.delete(test.store.ids("p3", "p4"), from: Self.docs)
        let before = try test.contents()
        let told = try test.reopened().maintenance.wouldCompact(Self.docs)
        #expect(try test.contents() == before)
        let done = try test.store.compact()
        #expect(told.segmentCountBefore == done.segmentCountBefore)
        #expect(told.segmentCountAfter == done.segmentCountAfter)
        #expect(told.byteCountBefore == done.byteCountBefore)
        let error = abs(Double(told.byteCountAfter) / Double(done.byteCountAfter) - 1)
        #expect(error < 0.05)
        let nothing = try test.reopened().maintenance.wouldCompact(Self.docs)
        #expect(nothing.byteCountBefore == nothing.byteCountAfter)
        #expect(nothing == (try test.store.compact()))
    }

    @Test("All other work goes on with segments")
    func otherWork() throws {
        let (test, points) = try filled(50)
        try test.store.compact()
        try test.store.put([TestPoint(id: "p7", vector: points[0].vector)])
        _ = try test.store.delete(.filter(PointFilter(parsing: "n < 5")), from: Self.docs)
        try test.store.setPayloads(#"{"new":1}"#)
        _ = try test.store.createIndex(on: "n", in: Self.docs)
        let other = CollectionName(known: "other")
        try test.store.renameCollection(Self.docs, to: other)
        #expect(try test.store.allPoints(of: other).count == 45)
        #expect(
            try test.store.search(points[0].vector, k: 3, filter: "new = 1", in: other).count == 3
        )
        #expect(try test.store.findings() == [])
        try test.store.compact(other)
        #expect(try test.store.allPoints(of: other).count == 45)
        #expect(try test.store.findings() == [])
        try test.store.dropCollection(other)
        #expect(try test.files("") == [])
    }

    @Test("The space that deleted points leave in the catalog is given back")
    func catalogSpace() throws {
        let test = try TestStore()
        let text = String(repeating: "0123456789abcdef", count: 40)
        try test.store.put(
            (0..<800).map {
                TestPoint(
                    id: "p\($0)",
                    vector: [1, 2, 3, 4],
                    payload: #"{"n":\#($0),"t":"\#(text)"}"#
                )
            }
        )
        _ = try test.store.delete(.filter(PointFilter(parsing: "n > 20")), from: Self.docs)
        let before = try test.store.statistics().catalogByteCount
        try test.store.compact()
        #expect(try test.store.statistics().catalogByteCount < before / 4)
        #expect(try test.store.findings() == [])
    }

    @Test("A damaged row of the input is told by its file, and nothing is lost")
    func damagedInput() throws {
        let (test, _) = try filled(40)
        let tail = try test.tail()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: tail))
        bytes[bytes.count - 20] ^= 1
        try bytes.write(to: URL(fileURLWithPath: tail))
        let error = #expect(throws: VectorStoreError.self) { try test.store.compact() }
        #expect(error?.file == tail)
        #expect(try test.tails() == [tail] && test.files("") == [tail])
        #expect(try test.store.findings().map(\.file).contains { tail.hasSuffix($0) })
        // Whoever follows the advice can compact again.
        _ = try test.store.delete(test.store.ids("p39"), from: Self.docs)
        try test.store.compact()
        #expect(try test.store.allPoints().count == 39)
        #expect(try test.store.findings() == [])
    }

    @Test("A segment whose index is damaged is not carried on, and compacting mends it")
    func damagedIndex() throws {
        let (test, points) = try filled(600)
        try test.store.compact()
        let segment = try test.segments()[0]
        var bytes = try Data(contentsOf: URL(fileURLWithPath: segment))
        // Behind the header's page and the mean's lie the codes.
        bytes[2 * 4096 + 40] ^= 1
        try bytes.write(to: URL(fileURLWithPath: segment))
        let findings = try test.store.findings()
        #expect(Set(findings.map(\.repair)) == [.rebuildIndex(collection: Self.docs)])
        try test.store.put(randomPoints(600..<601, seed: 3))
        let log = RecordedLog()
        try test.reopened(.write, log: log).compact()
        #expect(log.messages.contains { $0.hasPrefix("warning: the index is built anew") })
        #expect(try test.reopened().allPoints().count == points.count + 1)
        #expect(try test.store.findings() == [])
    }
}

extension CollectionInfo {
    /// The size of a segment, out of a file's attributes.
    fileprivate func vectorByteCount(ofSegment size: Any?) -> Int { size as? Int ?? 0 }
}

extension TestStore {
    /// Every file of the data directory with its bytes.
    func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            let file = URL(fileURLWithPath: path + "/" + name)
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory)
            // The log's index is memory that processes share.
            guard !isDirectory.boolValue, !name.hasSuffix("-shm") else { continue }
            contents[name] = try Data(contentsOf: file)
        }
        return contents
    }
}

/// Points `p0`, `p1` … of eight random components, with their number as payload.
func randomPoints(_ range: Range<Int>, seed: UInt64) -> [TestPoint] {
    var random = SplitMix64(seed: seed)
    return range.map { number in
        TestPoint(
            id: "p\(number)",
            vector: random.vector(8),
            payload: #"{"n":\#(number)}"#
        )
    }
}
