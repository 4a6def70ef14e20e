import Foundation
import TestSupport
import Testing
import VectorStore

/// The bytes on disk, which are for ever.
@Suite("Segment format")
struct SegmentFormatTests {
    @Test("The bytes of a small segment are those of the golden", arguments: Metric.allCases)
    func golden(metric: Metric) throws {
        let fixture = try SegmentFixture(metric: metric)
        let count = try fixture.write()
        let bytes = try fixture.bytes()
        #expect(bytes.count == count)
        try expectGolden(SegmentImage(bytes: bytes).dump, "segment-\(metric.rawValue).hex")
    }

    @Test(
        "The header says what the manual says it does",
        arguments: Metric.allCases,
        Quantization.allCases
    )
    func header(metric: Metric, quantization: Quantization) throws {
        let fixture = try SegmentFixture(metric: metric, quantization: quantization, rowCount: 40)
        let count = try fixture.write()
        let image = SegmentImage(bytes: try fixture.bytes())
        #expect(Array(image.bytes[0..<8]) == Array("vzSEGM\r\n".utf8))
        #expect(image[u32: 8] == 1)
        #expect(image[u32: 12] == 3)
        #expect(Array(image.bytes[16..<32]) == SegmentFixture.collection)
        #expect(Array(image.bytes[32..<48]) == SegmentFixture.file)
        #expect(image[u64: 48] == 77)
        #expect(image[u64: 56] == UInt64(count))
        #expect(image[u32: 64] == [.cosine: 1, .euclidean: 2, .dot: 3][metric])
        #expect(image[u32: 68] == [.none: 1, .int8: 2, .binary: 3][quantization])
        #expect(image[u32: 72] == 2)
        #expect(image[u32: 76] == 20)
        #expect(image[u32: 80] == 40)
        #expect(image[u64: 112] == 1)
        #expect(image[u64: 120] == UInt64(fixture.keys[39]))
        #expect(image[u32: 4092] == UInt64(crc32c(Array(image.bytes[0..<4092]))))
        #expect(image.bytes[104..<108].allSatisfy { $0 == 0 })
        #expect(image.bytes[340..<352].allSatisfy { $0 == 0 })
        #expect(image.bytes[496..<4092].allSatisfy { $0 == 0 })
        var again = image
        again.layOut()
        #expect(again.bytes == image.bytes)
    }

    @Test("Each section holds what the manual says it does")
    func sections() throws {
        let fixture = try SegmentFixture(rowCount: 40)
        try fixture.write()
        let image = SegmentImage(bytes: try fixture.bytes())
        let salt = crc32c(SegmentFixture.file)
        for (row, key) in fixture.keys.enumerated() {
            let vector = image.range(of: "vectors").lowerBound + row * 12
            #expect((0..<3).map { image.float(at: vector + 4 * $0) } == fixture.vectors[row])
            let place = image.range(of: "keys").lowerBound + row * 8
            #expect(image[u64: place] == UInt64(key))
            let norm = image.range(of: "inverseNorms").lowerBound + row * 4
            let given = fixture.vectors[row]
            let expected = inverseNorm(of: given.span)
            #expect(image.float(at: norm) == expected)
            let covered = [place..<(place + 8), norm..<(norm + 4), vector..<(vector + 12)]
            let crc = covered.reduce(salt) { crc32c(Array(image.bytes[$1]), seed: $0) }
            let checksum = image.range(of: "rowChecksums").lowerBound + row * 4
            #expect(image[u32: checksum] == UInt64(crc))
        }
        let table = image.range(of: "blockChecksums")
        #expect(image[u32: 336] == UInt64(crc32c(Array(image.bytes[table]), seed: salt)))
        #expect(table.upperBound == image.bytes.count)
        for block in 0..<(table.count / 4) {
            let start = max(block << 16, 4096)
            let end = min((block + 1) << 16, table.lowerBound)
            let seed = crc32c([UInt8(block), 0, 0, 0, 0, 0, 0, 0], seed: salt)
            let crc = crc32c(Array(image.bytes[start..<end]), seed: seed)
            #expect(image[u32: table.lowerBound + 4 * block] == UInt64(crc))
        }
    }

    @Test("A sketch holds the upper halves of a record's bytes, as the manual says")
    func sketches() throws {
        let dimension = 201
        let fixture = try SegmentFixture(dimension: dimension, rowCount: 40)
        try fixture.write()
        let image = SegmentImage(bytes: try fixture.bytes())
        #expect(image[u32: 104] == 4)
        let half = 112
        for node in 0..<40 {
            let record = image.range(of: "records").lowerBound + node * (16 + 208)
            let sketch = image.range(of: "sketches").lowerBound + node * (16 + half)
            var sum: Float = 0
            for component in 0..<dimension {
                let byte = image.bytes[sketch + 16 + component % half]
                let nibble = component < half ? byte & 15 : byte >> 4
                #expect(nibble == image.bytes[record + 16 + component] >> 4)
                sum += image.float(at: sketch) + image.float(at: sketch + 4) * Float(nibble)
            }
            #expect(abs(sum - image.float(at: sketch + 8)) < 1e-3 * (1 + abs(sum)))
            #expect(image.float(at: sketch + 4) == 16 * image.float(at: record + 4))
            let slot = Int(image[u32: image.range(of: "slots").lowerBound + 4 * node])
            #expect(slot < 40)
        }
        var again = image
        again.layOut()
        #expect(again.bytes == image.bytes)
    }

    @Test("Sections don't depend on which file they are in, but checksums do")
    func identityMatters() throws {
        let fixture = try SegmentFixture(rowCount: 40)
        try fixture.write()
        let one = SegmentImage(bytes: try fixture.bytes())
        let path = fixture.scratch.path + "/other"
        try LooseSegment.write(
            fixture.vectors.flatMap { $0 },
            keys: fixture.keys,
            configuration: fixture.configuration,
            identity: SegmentFixture.identity(file: [UInt8](repeating: 7, count: 16)),
            to: path
        )
        let other = SegmentImage(bytes: [UInt8](try Data(contentsOf: URL(filePath: path))))
        for section in SegmentImage.sections.dropLast(2) {
            #expect(one.bytes[one.range(of: section)] == other.bytes[other.range(of: section)])
        }
        for section in SegmentImage.sections.suffix(2) {
            #expect(one.bytes[one.range(of: section)] != other.bytes[other.range(of: section)])
        }
    }
}
