import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Segment reading")
struct SegmentReadingTests {
    private static let dimensions = [1, 3, 16, 33, 384, 4096]

    @Test(
        "Rows come back as they were given, whatever the collection's settings",
        arguments: Metric.allCases,
        Quantization.allCases
    )
    func roundTrip(metric: Metric, quantization: Quantization) throws {
        for dimension in Self.dimensions {
            let fixture = try SegmentFixture(
                dimension: dimension,
                metric: metric,
                quantization: quantization,
                linkCount: 4,
                rowCount: dimension > 1000 ? 20 : 120
            )
            try fixture.write()
            let segment = try fixture.open()
            #expect(segment.rowCount == fixture.keys.count)
            for (slot, key) in fixture.keys.enumerated() {
                #expect(segment.key(at: slot) == key)
                #expect(segment.slot(of: key) == slot)
                #expect(try segment.vector(at: slot) == fixture.vectors[slot])
            }
            #expect(try segment.problems(full: true).map(\.problem) == [])
            segment.populate()
            try checkSearches(segment, fixture)
        }
    }

    /// What a walk leads to is scored as by the exact comparison.
    private func checkSearches(_ segment: LooseSegment, _ fixture: SegmentFixture) throws {
        var random = SplitMix64(seed: 9)
        let count = fixture.keys.count
        for _ in 0..<3 {
            let query = random.vector(fixture.configuration.dimension)
            let exact = try segment.nearest(to: query, count: count)
            #expect(exact.count == count)
            let walked = try segment.walk(to: query, count: 5, ef: count)
            #expect(walked.count == 5)
            #expect(walked.allSatisfy(exact.contains))
            for candidate in exact {
                let slot = Int(candidate.location)
                #expect(fixture.keys[slot] == Int64(bitPattern: candidate.key))
            }
        }
    }

    @Test("Keys that are not there are not found")
    func missingKeys() throws {
        let fixture = try SegmentFixture(rowCount: 50)
        try fixture.write()
        let segment = try fixture.open()
        let keys = Set(fixture.keys)
        let all = (-3...80).map { Int64($0) } + [.min, .max]
        for key in all where !keys.contains(key) { #expect(segment.slot(of: key) == nil) }
    }

    @Test("A segment of one row is read and searched")
    func oneRow() throws {
        for metric in Metric.allCases {
            let fixture = try SegmentFixture(metric: metric, rowCount: 1)
            try fixture.write()
            let segment = try fixture.open()
            #expect(try segment.problems(full: true).map(\.problem) == [])
            #expect(try segment.walk(to: [1, 0, 0], count: 3, ef: 10).count == 1)
            #expect(try segment.nearest(to: [1, 0, 0], count: 3).count == 1)
        }
    }

    @Test("A segment of several blocks has a checksum for each")
    func severalBlocks() throws {
        let fixture = try SegmentFixture(dimension: 384, linkCount: 16, rowCount: 900)
        let count = try fixture.write()
        #expect(count > 20 << 16)
        let segment = try fixture.open()
        #expect(try segment.problems(full: true).map(\.problem) == [])
        let image = SegmentImage(bytes: try fixture.bytes())
        let table = image.range(of: "blockChecksums")
        #expect(table.count / 4 == (table.lowerBound + 65535) >> 16)
    }

    @Test("A segment is opened by the catalog's record, and only by the right one")
    func catalogued() throws {
        let fixture = try SegmentFixture()
        let directory = DataDirectory(path: fixture.scratch.path)
        let folder = fixture.scratch.path + "/store/vectors/"
        let own = SegmentFixture.collection
        let foreign = [UInt8](repeating: 3, count: 16)
        for collection in [own, foreign] {
            let name = folder + SegmentImage.hexadecimal(collection)
            try FileManager.default.createDirectory(
                atPath: name,
                withIntermediateDirectories: true
            )
            try fixture.write(to: name + "/" + SegmentFixture.name + ".seg")
            try fixture.write(to: name + "/" + SegmentImage.hexadecimal(foreign) + ".seg")
        }
        func open(
            _ identity: LooseSegment.Identity,
            rows: Int = 8,
            keys: ClosedRange<Int64> = 1...10,
            _ configuration: CollectionConfiguration? = nil
        ) throws(VectorStoreError) -> LooseSegment {
            try LooseSegment(
                identity,
                rowCount: rows,
                keys: keys,
                configuration: configuration ?? fixture.configuration,
                in: directory
            )
        }
        #expect(try open(fixture.identity).rowCount == 8)
        let wrong = [
            { try open(SegmentFixture.identity(collection: foreign)) },
            { try open(SegmentFixture.identity(file: foreign)) },
            { try open(fixture.identity, rows: 7) }, { try open(fixture.identity, rows: 9) },
            { try open(fixture.identity, keys: 1...11) },
            { try open(fixture.identity, keys: 2...10) },
        ]
        for access in wrong {
            let error = #expect(throws: VectorStoreError.self) { try access() }
            #expect(error?.file?.hasSuffix(".seg") == true)
        }
        for configuration in try Self.others() {
            let error = #expect(throws: VectorStoreError.self) {
                try open(fixture.identity, configuration)
            }
            #expect(error?.file?.hasSuffix(".seg") == true)
        }
    }

    /// Settings that differ from the fixture's in one each.
    private static func others() throws -> [CollectionConfiguration] {
        try [
            CollectionConfiguration(dimension: 4, metric: .euclidean, linkCount: 2),
            CollectionConfiguration(dimension: 3, metric: .cosine, linkCount: 2),
            CollectionConfiguration(dimension: 3, metric: .euclidean, linkCount: 3),
            CollectionConfiguration(
                dimension: 3,
                metric: .euclidean,
                quantization: .none,
                linkCount: 2
            ),
        ]
    }

    @Test("A segment that is not there is told as such")
    func missing() throws {
        let fixture = try SegmentFixture()
        #expect(
            throws: VectorStoreError.file(
                .system(operation: "open", path: fixture.path, errno: ENOENT)
            )
        ) { try fixture.open() }
    }
}

extension SegmentImage {
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
