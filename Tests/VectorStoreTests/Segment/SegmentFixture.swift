import Foundation
import TestSupport
import VectorStore

/// A segment made for a test, in a directory of its own.
struct SegmentFixture {
    let scratch: ScratchDirectory
    let configuration: CollectionConfiguration
    let keys: [Int64]
    let vectors: [[Float]]
    let identity: LooseSegment.Identity

    static let collection = [UInt8](repeating: 0xC0, count: 16)
    static let file = (0..<16).map { UInt8($0) + 0xF0 }

    var path: String { scratch.path + "/" + Self.name + ".seg" }
    static let name = file.map { String($0, radix: 16) }.joined()

    static func identity(
        collection: [UInt8] = collection,
        file: [UInt8] = file
    ) throws -> LooseSegment.Identity {
        guard let identity = LooseSegment.Identity(collection: collection, file: file) else {
            throw Unexpected("a UUID has 16 bytes")
        }
        return identity
    }

    /// Rows with keys that have gaps; three of four keys in a row are there.
    init(
        dimension: Int = 3,
        metric: Metric = .euclidean,
        quantization: Quantization = .int8,
        linkCount: Int = 2,
        rowCount: Int = 8,
        seed: UInt64 = 1
    ) throws {
        scratch = try ScratchDirectory()
        configuration = try CollectionConfiguration(
            dimension: dimension,
            metric: metric,
            quantization: quantization,
            linkCount: linkCount,
            efConstruction: 20
        )
        keys = (0..<rowCount).map { Int64($0 + $0 / 3 + 1) }
        var random = SplitMix64(seed: seed)
        vectors = keys.map { _ in random.vector(dimension) }
        identity = try Self.identity()
    }

    /// Writes the segment.
    @discardableResult
    func write(to path: String? = nil) throws(VectorStoreError) -> Int {
        try LooseSegment.write(
            vectors.flatMap { $0 },
            keys: keys,
            configuration: configuration,
            identity: identity,
            sequence: 77,
            to: path ?? self.path
        )
    }

    func open() throws(VectorStoreError) -> LooseSegment {
        try LooseSegment(path: path, collection: identity, configuration: configuration)
    }

    func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }
}

/// A segment's bytes, read and changed as `vectorizer-segment(5)` describes them and not as the
/// engine does it.
struct SegmentImage {
    var bytes: [UInt8]

    static let sections = [
        "mean", "records", "sketches", "baseLinks", "upperRows", "upperOffsets", "upperLinks",
        "slots", "vectors", "keys", "inverseNorms", "rowChecksums", "blockChecksums",
    ]

    subscript(number offset: Int, size: Int) -> UInt64 {
        get {
            bytes[offset..<(offset + size)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        set {
            for index in 0..<size {
                bytes[offset + index] = UInt8(truncatingIfNeeded: newValue >> (8 * index))
            }
        }
    }

    subscript(u32 offset: Int) -> UInt64 {
        get { self[number: offset, 4] }
        set { self[number: offset, 4] = newValue }
    }

    subscript(u64 offset: Int) -> UInt64 {
        get { self[number: offset, 8] }
        set { self[number: offset, 8] = newValue }
    }

    /// Where a section's offset and length stand.
    static func place(of section: String) -> Int {
        128 + 16 * (sections.firstIndex(of: section) ?? 99)
    }

    func range(of section: String) -> Range<Int> {
        let place = Self.place(of: section)
        let start = Int(self[u64: place])
        return start..<(start + Int(self[u64: place + 8]))
    }

    func float(at offset: Int) -> Float { Float(bitPattern: UInt32(self[u32: offset])) }

    /// Makes the header's checksum right again.
    mutating func seal() {
        self[u32: 4092] = UInt64(crc32c(Array(bytes[0..<4092])))
    }

    /// Lays the sections out for the counts in the header, and writes the header's table.
    mutating func layOut() {
        let dimension = Int(self[u32: 12])
        let codes = [1: 4 * dimension, 2: dimension, 3: (dimension + 7) / 8]
        let code = codes[Int(self[u32: 68])] ?? 0
        let links = Int(self[u32: 72])
        let rows = Int(self[u32: 80])
        let upperRows = Int(self[u32: 84])
        let sketch = self[u32: 104] == 0 ? 0 : 16 + ((dimension + 1) / 2 + 15) / 16 * 16
        let sizes = [
            4 * dimension, rows * (16 + (code + 15) / 16 * 16), rows * sketch, rows * 2 * links * 4,
            upperRows * 4, (upperRows + 1) * 4, Int(self[u32: 88]) * links * 4, rows * 4,
            rows * dimension * 4, rows * 8, rows * 4, rows * 4,
        ]
        var offset = 4096
        for (section, size) in zip(Self.sections, sizes) {
            self[u64: Self.place(of: section)] = UInt64(offset)
            self[u64: Self.place(of: section) + 8] = UInt64(size)
            offset = (offset + size + 4095) / 4096 * 4096
        }
        let table = (offset + 65535) / 65536 * 4
        self[u64: Self.place(of: "blockChecksums")] = UInt64(offset)
        self[u64: Self.place(of: "blockChecksums") + 8] = UInt64(table)
        self[u64: 56] = UInt64(offset + table)
    }

    /// Hexadecimal digits, sixteen bytes a line, with a star for lines of zeros.
    var dump: String {
        var text = ""
        var isSkipping = false
        for start in stride(from: 0, to: bytes.count, by: 16) {
            let line = bytes[start..<min(start + 16, bytes.count)]
            if line.allSatisfy({ $0 == 0 }) {
                if !isSkipping { text += "*\n" }
                isSkipping = true
                continue
            }
            isSkipping = false
            let digits = line.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            let place = String(start, radix: 16)
            let zeros = String(repeating: "0", count: 6 - place.count)
            text += zeros + place + "  " + digits.joined(separator: " ") + "\n"
        }
        return text + "\(bytes.count) bytes\n"
    }
}
