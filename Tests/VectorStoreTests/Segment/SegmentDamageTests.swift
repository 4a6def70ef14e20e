import Foundation
import TestSupport
import Testing
import VectorStore

/// What comes out of a damaged segment is an error, or rows that are right in every byte.
@Suite("Damaged segment")
struct SegmentDamageTests {
    /// What a sound segment gives.
    private struct Truth {
        let fixture: SegmentFixture
        let queries: [[Float]]
        let answers: [[NearestCandidate]]

        init(_ fixture: SegmentFixture) throws {
            self.fixture = fixture
            var random = SplitMix64(seed: 4)
            let dimension = fixture.configuration.dimension
            queries = (0..<3).map { _ in random.vector(dimension) }
            let segment = try fixture.open()
            answers = try queries.map {
                try segment.nearest(to: $0, count: fixture.keys.count)
            }
        }

        /// Reads everything; what comes back must be true.
        func check(_ what: Comment) throws {
            guard let segment = try unlessCorrupt({ try fixture.open() }) else { return }
            for slot in 0..<segment.rowCount {
                guard let vector = try unlessCorrupt({ try segment.vector(at: slot) }) else {
                    continue
                }
                #expect(vector == fixture.vectors[slot], what)
                #expect(segment.key(at: slot) == fixture.keys[slot], what)
            }
            for (query, answer) in zip(queries, answers) {
                let searches = [
                    { try segment.nearest(to: query, count: 3) },
                    { try segment.nearest(to: query, count: answer.count) },
                    { try segment.walk(to: query, count: 2, ef: 4) },
                    { try segment.walk(to: query, count: answer.count, ef: 100) },
                ]
                for search in searches {
                    guard let found = try unlessCorrupt(search) else { continue }
                    #expect(Set(found.map(\.key)).count == found.count, what)
                    #expect(found.allSatisfy(answer.contains), what)
                }
            }
            #expect(try !segment.problems(full: true).isEmpty, what)
        }

        private func unlessCorrupt<Value>(_ body: () throws -> Value) throws -> Value? {
            do {
                return try body()
            } catch let error as VectorStoreError {
                guard error.file == fixture.path else { throw error }
                return nil
            }
        }
    }

    /// Changes bytes of a file in place, as a medium might.
    private func overwrite(_ path: String, at offset: Int, _ bytes: [UInt8]) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        defer { file.closeFile() }
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: Data(bytes))
    }

    @Test(
        "A flipped bit of a section is found by verify and never gives a wrong row",
        arguments: [
            (Metric.cosine, Quantization.none), (.euclidean, .int8), (.dot, .binary),
        ]
    )
    func flippedBits(metric: Metric, quantization: Quantization) throws {
        let fixture = try SegmentFixture(metric: metric, quantization: quantization)
        try fixture.write()
        let truth = try Truth(fixture)
        let image = SegmentImage(bytes: try fixture.bytes())
        for section in SegmentImage.sections {
            let range = image.range(of: section)
            #expect(range.isEmpty == (section == "sketches"))
            // One byte of the zeros behind the section, too.
            for offset in range.lowerBound...range.upperBound where offset < image.bytes.count {
                for bit in 0..<8 {
                    let flipped = image.bytes[offset] ^ 1 << bit
                    try overwrite(fixture.path, at: offset, [flipped])
                    try truth.check("\(section), byte \(offset), bit \(bit)")
                }
                try overwrite(fixture.path, at: offset, [image.bytes[offset]])
            }
        }
        #expect(try fixture.open().problems(full: true).map(\.problem) == [])
    }

    @Test("A flipped bit of a sketch is found by verify and never gives a wrong row")
    func flippedSketchBits() throws {
        let fixture = try SegmentFixture(dimension: 192)
        try fixture.write()
        let truth = try Truth(fixture)
        let image = SegmentImage(bytes: try fixture.bytes())
        let range = image.range(of: "sketches")
        #expect(range.count == 8 * 112)
        for offset in range {
            try overwrite(fixture.path, at: offset, [image.bytes[offset] ^ 1 << (offset % 8)])
            try truth.check("byte \(offset)")
            try overwrite(fixture.path, at: offset, [image.bytes[offset]])
        }
    }

    @Test("A flipped bit of the header is told when the segment is opened")
    func flippedHeaderBits() throws {
        let fixture = try SegmentFixture()
        try fixture.write()
        let bytes = try fixture.bytes()
        for offset in 0..<4096 {
            for bit in 0..<8 {
                try overwrite(fixture.path, at: offset, [bytes[offset] ^ 1 << bit])
                let error = #expect(throws: VectorStoreError.self) { try fixture.open() }
                #expect(error?.file == fixture.path, "byte \(offset), bit \(bit)")
            }
            try overwrite(fixture.path, at: offset, [bytes[offset]])
        }
        #expect(try fixture.open().rowCount == 8)
    }

    @Test("Lost sectors give an error or true rows")
    func lostSectors() throws {
        let fixture = try SegmentFixture(metric: .cosine, rowCount: 60)
        try fixture.write()
        let truth = try Truth(fixture)
        let bytes = try fixture.bytes()
        for fill: UInt8 in [0, 0xFF, 0x7F, 1] {
            for start in stride(from: 0, to: bytes.count, by: 512) {
                let sector = start..<min(start + 512, bytes.count)
                guard bytes[sector].contains(where: { $0 != fill }) else { continue }
                try overwrite(fixture.path, at: start, sector.map { _ in fill })
                try truth.check("sector at \(start) filled with \(fill)")
                try overwrite(fixture.path, at: start, Array(bytes[sector]))
            }
        }
    }

    @Test("A segment cut off anywhere, or too long, is told when it is opened")
    func length() throws {
        let fixture = try SegmentFixture()
        try fixture.write()
        let count = try fixture.bytes().count
        #expect(truncate(fixture.path, count + 1) == 0)
        #expect(throws: VectorStoreError.self) { try fixture.open() }
        for length in (0..<count).reversed() {
            #expect(truncate(fixture.path, length) == 0)
            let error = #expect(throws: VectorStoreError.self) { try fixture.open() }
            #expect(error?.file == fixture.path, "\(length) bytes")
        }
    }

    @Test("A row of another segment in its place is told")
    func foreignRow() throws {
        let fixture = try SegmentFixture()
        let path = fixture.scratch.path + "/other"
        try LooseSegment.write(
            fixture.vectors.flatMap { $0 }.reversed(),
            keys: fixture.keys,
            configuration: fixture.configuration,
            identity: SegmentFixture.identity(file: [UInt8](repeating: 7, count: 16)),
            to: path
        )
        let other = SegmentImage(bytes: [UInt8](try Data(contentsOf: URL(filePath: path))))
        try fixture.write()
        let truth = try Truth(fixture)
        for section in ["vectors", "keys", "inverseNorms", "rowChecksums"] {
            let range = other.range(of: section)
            try overwrite(fixture.path, at: range.lowerBound, Array(other.bytes[range]))
        }
        try truth.check("rows of another segment")
        #expect(throws: VectorStoreError.self) { try fixture.open().vector(at: 0) }
    }

    @Test("Damage that the block checksums agree with is found by what it means")
    func consistentDamage() throws {
        let fixture = try SegmentFixture(rowCount: 40)
        try fixture.write()
        let image = SegmentImage(bytes: try fixture.bytes())
        let list = image.range(of: "baseLinks").lowerBound
        let upper = image.range(of: "upperRows").lowerBound
        let offsets = image.range(of: "upperOffsets").lowerBound
        let records = image.range(of: "records").lowerBound
        let slots = image.range(of: "slots").lowerBound
        let keys = image.range(of: "keys").lowerBound
        let changes: [(Int, UInt64, String)] = [
            (list, 40, "node 0: a link to 40"), (list, 0, "node 0: a link to itself"),
            (list + 4, image[u32: list], "node 0: two links to \(image[u32: list])"),
            (upper + 4, image[u32: upper], "upper row 1 is node \(image[u32: upper])"),
            (upper, 40, "upper row 0 is node 40"),
            (slots, 40, "node 0 is row 40, which does not exist"),
            (
                slots + 4, image[u32: slots],
                "node 1 is row \(image[u32: slots]), which another node is as well"
            ),
            (offsets + 4, 0, "upper row 0 has no possible number of levels"),
            (records + 12, 0, "row \(image[u32: slots]): its code is not its vector's"),
            (keys, 3, "checksum of row 0"),
        ]
        for (offset, value, problem) in changes {
            var changed = image
            changed[u32: offset] = value
            changed.sealBlocks()
            try Data(changed.bytes).write(to: URL(filePath: fixture.path))
            let problems = try fixture.open().problems(full: true).map(\.problem)
            #expect(problems.contains(problem), "\(problem): \(problems)")
            #expect(!problems.contains { $0.contains("block") })
        }
    }
}

extension SegmentImage {
    /// Makes the checksums of all blocks, of their table and of the header right again.
    mutating func sealBlocks() {
        let salt = crc32c(Array(bytes[32..<48]))
        let table = range(of: "blockChecksums")
        for block in 0..<(table.count / 4) {
            let start = max(block << 16, 4096)
            let end = min((block + 1) << 16, table.lowerBound)
            let seed = crc32c([UInt8(block), 0, 0, 0, 0, 0, 0, 0], seed: salt)
            let crc = crc32c(Array(bytes[start..<end]), seed: seed)
            self[u32: table.lowerBound + 4 * block] = UInt64(crc)
        }
        self[u32: 336] = UInt64(crc32c(Array(bytes[table]), seed: salt))
        seal()
    }
}
