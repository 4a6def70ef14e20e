/// Finds the rows of an index that a search can come to.
///
/// From the entry point it follows all links of the highest level, goes down with everything that
/// it has found, and so on to level 0, where all rows are. A search follows some of these links; no
/// search of whatever ef comes to a row that is not found this way.
@safe
struct ReachableRows {
    private let index: IndexView
    /// Upper rows, by their number among the upper rows.
    private var upper: [Bool]
    /// All nodes.
    private var base: [Bool]
    /// The slots of the nodes that were found.
    private var slots: [Bool]

    private static let noLink = UInt32.max

    /// Walks an index.
    ///
    /// - Parameter index: the index; links out of range lead nowhere.
    /// - Complexity: O(rows × links); three bytes of memory a row at most, and the rows in waiting.
    init(_ index: IndexView) {
        self.index = index
        upper = [Bool](repeating: false, count: index.facts.upperRowCount)
        base = [Bool](repeating: false, count: index.facts.rowCount)
        slots = base
        walk()
        for node in base.indices where base[node] {
            let slot = Int(index.slot(of: node))
            if slot < slots.count { slots[slot] = true }
        }
    }

    private mutating func walk() {
        let entry = Int(index.facts.entryPoint)
        guard index.facts.upperRowCount > 0 else {
            if entry < base.count { walkBase(from: [entry]) }
            return
        }
        guard entry < upper.count else { return }
        upper[entry] = true
        for level in stride(from: index.facts.upperLevelCount, through: 1, by: -1) {
            walkUpper(level: level)
        }
        walkBase(from: upper.indices.filter { upper[$0] }.map(row(ofUpper:)))
    }

    /// Whether a search can come to a row.
    func contains(_ slot: Int) -> Bool { slots[slot] }

    // MARK: Walking

    /// Follows the links of one level from all upper rows that are found by now.
    private mutating func walkUpper(level: Int) {
        var waiting = upper.indices.filter { upper[$0] }
        while let row = waiting.popLast() {
            guard let list = unsafe list(ofUpper: row, level: level) else { continue }
            for link in unsafe links(in: list) where link < upper.count && !upper[link] {
                upper[link] = true
                waiting.append(link)
            }
        }
    }

    private mutating func walkBase(from rows: [Int]) {
        var waiting = rows.filter { $0 < base.count }
        for row in waiting { base[row] = true }
        while let row = waiting.popLast() {
            let byteCount = index.facts.baseLinkCount * 4
            let start = row * byteCount
            let list = unsafe UnsafeRawBufferPointer(
                rebasing: index.baseLinks[start..<(start + byteCount)]
            )
            for link in unsafe links(in: list) where link < base.count && !base[link] {
                base[link] = true
                waiting.append(link)
            }
        }
    }

    // MARK: Reading

    private func row(ofUpper number: Int) -> Int {
        Int(unsafe index.upperRows.littleEndian(UInt32.self, at: number * 4) ?? Self.noLink)
    }

    /// A list of an upper row on a level; nil when the row is not on it.
    private func list(ofUpper number: Int, level: Int) -> UnsafeRawBufferPointer? {
        guard
            let first = unsafe index.upperOffsets.littleEndian(UInt32.self, at: number * 4),
            let end = unsafe index.upperOffsets.littleEndian(UInt32.self, at: number * 4 + 4)
        else { return nil }
        let place = Int(first) + level - 1
        guard place < Int(end), place < index.facts.upperListCount else { return nil }
        let byteCount = index.facts.linkCount * 4
        return unsafe UnsafeRawBufferPointer(
            rebasing: index.upperLinks[(place * byteCount)..<((place + 1) * byteCount)]
        )
    }

    private func links(in list: UnsafeRawBufferPointer) -> [Int] {
        var links: [Int] = []
        for offset in stride(from: 0, to: list.count, by: 4) {
            guard let link = unsafe list.littleEndian(UInt32.self, at: offset),
                link != Self.noLink
            else { break }
            links.append(Int(link))
        }
        return links
    }
}
