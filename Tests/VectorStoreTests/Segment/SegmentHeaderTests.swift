import Foundation
import Testing
import VectorStore

/// Headers that nobody wrote by accident: their checksum is right.
@Suite("Forged segment header")
struct SegmentHeaderTests {
    @Test("A number that is not possible is told, wherever it stands")
    func impossible() throws {
        let fixture = try SegmentFixture()
        try fixture.write()
        let image = SegmentImage(bytes: try fixture.bytes())
        let nan = UInt64(Float.nan.bitPattern)
        let infinity = UInt64(Float.infinity.bitPattern)
        let negative = UInt64(Float(-1).bitPattern)
        let u32: [Int: [UInt64]] = [
            8: [0], 12: [0, 4097, 4, 0xFFFF_FFFF], 64: [0, 1, 3, 4, 0xFFFF_FFFF],
            68: [0, 1, 3, 4], 72: [0, 1, 3, 129, 0xFFFF_FFFF], 76: [0, 0xFFFF_FFFF],
            80: [0, 7, 9, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF], 84: [0, 9, 0xFFFF_FFFF],
            88: [0, 0x7FFF_FFFF, 0xFFFF_FFFF], 92: [0, 65, 0xFFFF_FFFF],
            96: [8, 0x7FFF_FFFF, 0xFFFF_FFFF], 100: [0, nan, infinity, negative],
            104: [1, 8, 0xFFFF_FFFF], 108: [nan, infinity, negative],
            352: [nan, negative, UInt64(Float(1.5).bitPattern)], 492: [nan],
        ]
        for (offset, values) in u32 {
            for value in values {
                var forged = image
                forged[u32: offset] = value
                try expectRefused(forged, fixture, "\(value) at \(offset)")
                // Seven or nine rows are possible; which it is only the catalog can tell.
                guard offset != 80 || !(7...9).contains(value) else { continue }
                // A layout that fits the counts does not make an impossible count possible.
                forged.layOut()
                try expectRefused(forged, fixture, "\(value) at \(offset), laid out anew")
            }
        }
    }

    @Test("Offsets and lengths are checked without overflowing")
    func offsets() throws {
        let fixture = try SegmentFixture()
        try fixture.write()
        let image = SegmentImage(bytes: try fixture.bytes())
        let places =
            [56]
            + SegmentImage.sections.flatMap {
                [SegmentImage.place(of: $0), SegmentImage.place(of: $0) + 8]
            }
        for place in places {
            let value = image[u64: place]
            let others: [UInt64] = [
                0, value &- 1, value &+ 1, value &+ 4096, 1 << 32 + value, 1 << 62, 1 << 63,
                .max, .max - value, .max - 4095,
            ]
            for other in others where other != value {
                var forged = image
                forged[u64: place] = other
                try expectRefused(forged, fixture, "\(other) at \(place)")
            }
        }
        let keys: [(UInt64, UInt64)] = [(0, 10), (1, 0), (1, 7), (1 << 63, 10), (11, 10)]
        for (first, last) in keys {
            var forged = image
            forged[u64: 112] = first
            forged[u64: 120] = last
            try expectRefused(forged, fixture, "keys \(first) to \(last)")
        }
    }

    private func expectRefused(
        _ image: SegmentImage,
        _ fixture: SegmentFixture,
        _ what: Comment
    ) throws {
        var image = image
        image.seal()
        try Data(image.bytes).write(to: URL(filePath: fixture.path))
        let error = #expect(throws: VectorStoreError.self, what) { try fixture.open() }
        #expect(error?.file == fixture.path, what)
    }

    @Test("A later version is told as such, and only when its header is sound")
    func newerVersion() throws {
        let fixture = try SegmentFixture()
        try fixture.write()
        var image = SegmentImage(bytes: try fixture.bytes())
        image[u32: 8] = 2
        try Data(image.bytes).write(to: URL(filePath: fixture.path))
        let error = #expect(throws: VectorStoreError.self) { try fixture.open() }
        #expect(error?.file == fixture.path)
        image.seal()
        try Data(image.bytes).write(to: URL(filePath: fixture.path))
        #expect(
            throws: VectorStoreError.file(.newerFormat(path: fixture.path, found: 2, supported: 1))
        ) { try fixture.open() }
    }

    @Test("Rows behind four gigabytes are read where they lie")
    func largeFile() throws {
        let fixture = try SegmentFixture(dimension: 4096, quantization: .none)
        try fixture.write()
        var image = SegmentImage(bytes: Array(try fixture.bytes()[..<4096]))
        let rows: UInt64 = 400_000
        image[u32: 80] = rows
        image[u64: 112] = 5
        image[u64: 120] = 5 + rows - 1
        image.layOut()
        image.seal()
        let vector = image.range(of: "vectors").upperBound - 4096 * 4
        #expect(vector > 12 << 30)
        try Data(image.bytes).write(to: URL(filePath: fixture.path))
        // All zeros but the last row: the file takes no room.
        #expect(truncate(fixture.path, Int(image[u64: 56])) == 0)
        let key = 5 + rows - 1
        var components = Data()
        for component in fixture.vectors[0] {
            components.appendLittleEndian(UInt64(component.bitPattern), size: 4)
        }
        var row = Data()
        row.appendLittleEndian(key, size: 8)
        let norm = image.range(of: "inverseNorms").upperBound - 4
        let crc = (row + Data(count: 4) + components).reduce(into: [UInt8]()) { $0.append($1) }
        var checksum = Data()
        checksum.appendLittleEndian(
            UInt64(crc32c(crc, seed: crc32c(SegmentFixture.file))),
            size: 4
        )
        try overwrite(fixture.path, at: vector, components)
        try overwrite(fixture.path, at: image.range(of: "keys").upperBound - 8, row)
        try overwrite(fixture.path, at: norm, Data(count: 4))
        try overwrite(fixture.path, at: image.range(of: "rowChecksums").upperBound - 4, checksum)
        let segment = try fixture.open()
        #expect(segment.rowCount == Int(rows))
        #expect(segment.slot(of: Int64(key)) == Int(rows) - 1)
        #expect(try segment.vector(at: Int(rows) - 1) == fixture.vectors[0])
        #expect(throws: VectorStoreError.self) { try segment.vector(at: Int(rows) - 2) }
    }

    private func overwrite(_ path: String, at offset: Int, _ bytes: Data) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        defer { file.closeFile() }
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: bytes)
    }
}

extension Data {
    fileprivate mutating func appendLittleEndian(_ number: UInt64, size: Int) {
        for index in 0..<size { append(UInt8(truncatingIfNeeded: number >> (8 * index))) }
    }
}
