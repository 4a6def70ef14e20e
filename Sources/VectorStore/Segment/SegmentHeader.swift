/// What the first page of a segment says.
///
/// Magic, version and the page's checksum have their places in every version to come, so that a
/// program can tell a newer file from a damaged one.
struct SegmentHeader: Equatable, Sendable {
    let collection: UniqueID
    let file: UniqueID
    /// The store's commit sequence when the rows were chosen; for people who look.
    let sequence: UInt64
    let layout: CodeLayout
    let facts: IndexFacts
    let firstKey: Int64
    let lastKey: Int64
    /// Of the table of block checksums.
    var tableChecksum: UInt32 = 0

    /// Bits of a sketch's component.
    static let sketchBits = 4

    var format: SegmentFormat { SegmentFormat(layout: layout, facts: facts, file: file) }

    /// Where the fields lie, in bytes from the beginning of the file; on disk for ever.
    enum Offset {
        static let version = 8
        static let dimension = 12
        static let collection = 16
        static let file = 32
        static let sequence = 48
        static let byteCount = 56
        static let metric = 64
        static let quantization = 68
        static let linkCount = 72
        static let efConstruction = 76
        static let rowCount = 80
        static let upperRowCount = 84
        static let upperListCount = 88
        static let upperLevelCount = 92
        static let entryPoint = 96
        static let scale = 100
        /// Bits of a sketch's component; 0 without sketches.
        static let sketchBits = 104
        static let distancesPerEF = 108
        static let firstKey = 112
        static let lastKey = 120
        /// Offset and length of each section.
        static let sections = 128
        static let tableChecksum = 336
        /// The measured recalls: k = 1 at each ef, then k = 10, then k = 100.
        static let recalls = 352
        /// The slacks of walks: k = 10 at each ef, then k = 100; 0 in files of programs that did
        /// not measure them.
        static let slacks = 496
        static let checksum = SegmentFormat.headerByteCount - 4
    }

    // MARK: Writing

    /// The page's bytes.
    var bytes: [UInt8] {
        var page = HeaderPage()
        page.put(SegmentFormat.magic, at: 0)
        page.put(SegmentFormat.version, at: Offset.version)
        page.put(collection.bytes, at: Offset.collection)
        page.put(file.bytes, at: Offset.file)
        page.put(sequence, at: Offset.sequence)
        page.put(UInt32(layout.dimension), at: Offset.dimension)
        page.put(layout.metric.segmentNumber, at: Offset.metric)
        page.put(layout.quantization.segmentNumber, at: Offset.quantization)
        page.put(UInt64(bitPattern: firstKey), at: Offset.firstKey)
        page.put(UInt64(bitPattern: lastKey), at: Offset.lastKey)
        page.put(tableChecksum, at: Offset.tableChecksum)
        putFacts(&page)
        putSections(&page)
        page.put(crc32c(Array(page.bytes.prefix(Offset.checksum))), at: Offset.checksum)
        return page.bytes
    }

    private func putFacts(_ page: inout HeaderPage) {
        page.put(UInt32(facts.rowCount), at: Offset.rowCount)
        page.put(UInt32(facts.linkCount), at: Offset.linkCount)
        page.put(UInt32(facts.efConstruction), at: Offset.efConstruction)
        page.put(UInt32(facts.upperRowCount), at: Offset.upperRowCount)
        page.put(UInt32(facts.upperListCount), at: Offset.upperListCount)
        page.put(UInt32(facts.upperLevelCount), at: Offset.upperLevelCount)
        page.put(facts.entryPoint, at: Offset.entryPoint)
        page.put(facts.scale.bitPattern, at: Offset.scale)
        page.put(UInt32(facts.hasSketches ? Self.sketchBits : 0), at: Offset.sketchBits)
        page.put(facts.distancesPerEF.bitPattern, at: Offset.distancesPerEF)
        for (index, recall) in facts.calibration.recalls.enumerated() {
            page.put(recall.bitPattern, at: Offset.recalls + 4 * index)
        }
        for (index, slack) in facts.stops.slacks.enumerated() {
            page.put(slack.bitPattern, at: Offset.slacks + 4 * index)
        }
    }

    private func putSections(_ page: inout HeaderPage) {
        let format = format
        page.put(UInt64(format.byteCount), at: Offset.byteCount)
        for section in SegmentSection.allCases {
            let place = Offset.sections + 16 * section.rawValue
            page.put(UInt64(format[section].lowerBound), at: place)
            page.put(UInt64(format[section].count), at: place + 8)
        }
    }
}

/// A page that is being filled in.
private struct HeaderPage {
    private(set) var bytes = [UInt8](repeating: 0, count: SegmentFormat.headerByteCount)

    mutating func put(_ some: [UInt8], at offset: Int) {
        bytes.replaceSubrange(offset..<(offset + some.count), with: some)
    }

    mutating func put(_ number: some FixedWidthInteger, at offset: Int) {
        var some: [UInt8] = []
        some.appendLittleEndian(number)
        put(some, at: offset)
    }
}

extension Metric {
    /// The number in a segment's header; on disk for ever.
    var segmentNumber: UInt32 {
        switch self {
        case .cosine: 1
        case .euclidean: 2
        case .dot: 3
        }
    }
}

extension Quantization {
    /// The number in a segment's header; on disk for ever.
    var segmentNumber: UInt32 {
        switch self {
        case .none: 1
        case .int8: 2
        case .binary: 3
        }
    }
}
