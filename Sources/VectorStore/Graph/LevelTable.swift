/// Which rows of a graph are on which levels.
///
/// A row's level is drawn from a hash of its key, with the distribution of HNSW (Malkov and
/// Yashunin 2016): one in M rows is on level 1 and above, one in M² on level 2 and above. So a row
/// has the same level in whatever order and company it is inserted.
package struct LevelTable: Sendable {
    /// The rows on upper levels, ascending; their places here are their numbers there.
    package let rows: [UInt32]
    /// Where each upper row's lists begin, and the number of all lists.
    package let offsets: [UInt32]
    /// The most upper levels; more would need more rows than can be numbered.
    package static let maximumLevel = 15

    /// Draws the levels of rows.
    package init(keys: [Int64], linkCount: Int) {
        let thresholds = Self.thresholds(linkCount: linkCount)
        var rows: [UInt32] = []
        var offsets: [UInt32] = [0]
        for (row, key) in keys.enumerated() {
            let level = Self.level(of: key, thresholds: thresholds)
            guard level > 0 else { continue }
            rows.append(UInt32(row))
            offsets.append((offsets.last ?? 0) + UInt32(level))
        }
        self.rows = rows
        self.offsets = offsets
    }

    /// Lists of links on all upper levels.
    package var listCount: Int { Int(offsets.last ?? 0) }

    /// The number of a row on the upper levels; nil when it is on none.
    package func number(of row: UInt32) -> Int? {
        let place = rows.indices.partitionPoint { rows[$0] >= row }
        return place < rows.count && rows[place] == row ? place : nil
    }

    /// The highest level of a row.
    package func level(of row: UInt32) -> Int { number(of: row).map(level(ofUpperRow:)) ?? 0 }

    /// The highest level of an upper row.
    package func level(ofUpperRow upper: Int) -> Int { Int(offsets[upper + 1] - offsets[upper]) }

    /// For each level from 1 the number that a hash must be below.
    private static func thresholds(linkCount: Int) -> [UInt64] {
        var thresholds: [UInt64] = []
        var threshold = UInt64.max / UInt64(linkCount)
        while threshold > 0, thresholds.count < maximumLevel {
            thresholds.append(threshold)
            threshold /= UInt64(linkCount)
        }
        return thresholds
    }

    private static func level(of key: Int64, thresholds: [UInt64]) -> Int {
        let hash = SplitMix64.hash(of: UInt64(bitPattern: key))
        return thresholds.firstIndex { hash >= $0 } ?? thresholds.count
    }
}
