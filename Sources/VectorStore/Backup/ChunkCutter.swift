/// Where a store's files are cut into the chunks that a backup repository keeps.
///
/// Files are cut so that what did not change lies in the same chunks as before: the catalog small,
/// since changes touch pages here and there; vector files large, and segments at the beginning of
/// their sections, since a merge puts new rows behind those of the segment that it takes over.
package enum ChunkCutter {
    /// The longest chunk.
    package static let byteCountMax = 4 << 20
    /// A chunk of the catalog: sixteen of SQLite's pages.
    package static let catalogByteCount = 64 << 10
    /// Sections shorter than this are not worth a chunk of their own.
    private static let sectionByteCountMin = 256 << 10

    /// The chunks of a catalog.
    package static func catalog(byteCount: Int) -> [Range<Int>] {
        cut(0..<byteCount, every: catalogByteCount)
    }

    /// The chunks of a vector file.
    package static func vectorFile(_ file: any VectorFile) -> [Range<Int>] {
        guard let segment = file as? SegmentReader else {
            return cut(0..<file.byteCount, every: byteCountMax)
        }
        var chunks: [Range<Int>] = []
        var start = 0
        for section in SegmentSection.allCases {
            let place = segment.format[section]
            guard place.count >= sectionByteCountMin, place.lowerBound > start else { continue }
            chunks += cut(start..<place.lowerBound, every: byteCountMax)
            start = place.lowerBound
        }
        return chunks + cut(start..<segment.byteCount, every: byteCountMax)
    }

    private static func cut(_ range: Range<Int>, every byteCount: Int) -> [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: byteCount).map {
            $0..<min($0 + byteCount, range.upperBound)
        }
    }
}
