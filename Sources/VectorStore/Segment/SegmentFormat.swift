/// The parts of a segment behind its header, in the order in which they lie in the file.
///
/// The order is on disk for ever: a new part goes to the end, in a new version.
enum SegmentSection: Int, CaseIterable, Sendable {
    case mean, records, sketches, baseLinks, upperRows, upperOffsets, upperLinks, slots
    case vectors, keys, inverseNorms, rowChecksums
    /// One CRC32C per block of everything between the header and this table.
    case blockChecksums
}

/// Where the parts of a segment lie, and how they are checksummed.
///
/// A header of one page, then the sections, each beginning at a page and filled up with zeros to
/// the next one. Everything follows from the header's counts; the offsets that it also names are
/// there to be checked and for other programs.
struct SegmentFormat: Equatable, Sendable {
    static let magic: [UInt8] = Array("vzSEGM\r\n".utf8)
    static let version: UInt32 = 1
    static let headerByteCount = 4096
    /// Sections begin at multiples of this.
    static let pageByteCount = 4096
    /// Bytes that one checksum of the table covers.
    static let blockByteCount = 64 << 10
    /// Row numbers are below this, so that any index can use them as signed 32-bit numbers.
    static let rowCountMax = Int(Int32.max)
    /// The links of a row (HNSW's M) that a segment may have.
    static let linkCounts = 2...128
    /// The most upper levels; each holds a fraction of the rows of the one below.
    static let upperLevelCountMax = 64

    let layout: CodeLayout
    let facts: IndexFacts
    /// The bytes of each section in the file.
    private let sections: [Range<Int>]
    private let salt: UInt32

    /// Lays out a file.
    ///
    /// The counts are within the limits above, so nothing overflows.
    init(layout: CodeLayout, facts: IndexFacts, file: UniqueID) {
        self.layout = layout
        self.facts = facts
        salt = crc32c(file.bytes)
        let sizes = IndexSectionSizes(facts: facts, layout: layout)
        let rows = facts.rowCount
        var offset = Self.headerByteCount
        var sections: [Range<Int>] = []
        for size in [
            sizes.mean, sizes.records, sizes.sketches, sizes.baseLinks, sizes.upperRows,
            sizes.upperOffsets, sizes.upperLinks, sizes.slots, rows * layout.dimension * 4,
            rows * 8, rows * 4, rows * 4,
        ] {
            sections.append(offset..<(offset + size))
            offset = Self.roundedUp(offset + size, to: Self.pageByteCount)
        }
        let blockCount = Self.roundedUp(offset, to: Self.blockByteCount) / Self.blockByteCount
        sections.append(offset..<(offset + blockCount * 4))
        self.sections = sections
    }

    private static func roundedUp(_ count: Int, to unit: Int) -> Int {
        (count + unit - 1) / unit * unit
    }

    subscript(section: SegmentSection) -> Range<Int> { sections[section.rawValue] }

    /// The length of the file.
    var byteCount: Int { self[.blockChecksums].upperBound }

    /// Checksums in the table.
    var blockCount: Int { self[.blockChecksums].count / 4 }

    /// The bytes that a checksum of the table covers.
    ///
    /// The header, at the beginning of the first block, is left out: it is written last and has its
    /// own.
    func bytes(ofBlock block: Int) -> Range<Int> {
        let start = max(block * Self.blockByteCount, Self.headerByteCount)
        return start..<min((block + 1) * Self.blockByteCount, self[.blockChecksums].lowerBound)
    }

    // MARK: Checksums

    /// The checksum of a block, which no other block and no other file's has for the same bytes.
    @unsafe
    func checksum(ofBlock block: Int, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe crc32c(bytes, seed: Self.crc(of: UInt64(block), seed: salt))
    }

    /// The checksum of the table of checksums.
    @unsafe
    func checksum(ofTable bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe crc32c(bytes, seed: salt)
    }

    /// The checksum of a row: its key, its inverse norm and its vector.
    @unsafe
    func checksum(ofKey key: Int64, inverseNorm: Float, vector: UnsafeRawBufferPointer) -> UInt32 {
        let head = Self.crc(of: UInt64(bitPattern: key), seed: salt)
        return unsafe crc32c(vector, seed: Self.crc(of: inverseNorm.bitPattern, seed: head))
    }

    private static func crc(of number: some FixedWidthInteger, seed: UInt32) -> UInt32 {
        unsafe withUnsafeBytes(of: number.littleEndian) { unsafe crc32c($0, seed: seed) }
    }
}
