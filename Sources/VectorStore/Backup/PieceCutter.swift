/// Where a store's files are cut into the pieces that a backup repository keeps.
///
/// Files are cut so that what did not change lies in the same pieces as before: the catalog small,
/// since changes touch pages here and there; vector files large, and segments at the beginning of
/// their sections, since a merge puts new rows behind those of the segment that it takes over.
package enum PieceCutter {
    /// The longest piece.
    package static let byteCountMax = 4 << 20
    /// A piece of the catalog: sixteen of SQLite's pages.
    package static let catalogByteCount = 64 << 10
    /// Sections shorter than this are not worth a piece of their own.
    private static let sectionByteCountMin = 256 << 10

    /// The pieces of a catalog.
    package static func catalog(byteCount: Int) -> [Range<Int>] {
        cut(0..<byteCount, every: catalogByteCount)
    }

    /// The pieces of a vector file.
    package static func vectorFile(_ file: any VectorFile) -> [Range<Int>] {
        guard let segment = file as? SegmentReader else {
            return cut(0..<file.byteCount, every: byteCountMax)
        }
        var pieces: [Range<Int>] = []
        var start = 0
        for section in SegmentSection.allCases {
            let place = segment.format[section]
            guard place.count >= sectionByteCountMin, place.lowerBound > start else { continue }
            pieces += cut(start..<place.lowerBound, every: byteCountMax)
            start = place.lowerBound
        }
        return pieces + cut(start..<segment.byteCount, every: byteCountMax)
    }

    private static func cut(_ range: Range<Int>, every byteCount: Int) -> [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: byteCount).map {
            $0..<min($0 + byteCount, range.upperBound)
        }
    }
}
