internal import CKernels

/// Walks a graph at an ef that is too large for the kernels, and can be ended between its hops.
///
/// A kernel keeps the rows it found in order by moving those behind a new one, which costs the
/// square of the ef, and it can't be told to stop. Two heaps keep them here: the rows that are to
/// be expanded, and the nearest so far. A cancellation is asked for at each hop.
final class BroadWalk {
    /// The largest ef that kernels walk with: a few milliseconds' work.
    static let kernelEFMax = 2048
    /// The ef of the kernel's walk that finds where to begin.
    private static let firstEF = 16
    /// Rows that are expanded in one hop: so many that their neighbours can be read ahead.
    private static let hopWidth = 8

    /// Rows found, nearest first; at most as many as the ef.
    private(set) var found: [vz_found] = []
    /// Distances that the last walk computed.
    private(set) var distanceCount = 0
    /// One bit for each row that was met.
    private var met: [UInt64] = []
    private var fresh: [UInt32] = []
    private var distances: [Float] = []
    /// The rows that are not expanded yet, the nearest first.
    private var open = KeyHeap()
    /// The nearest rows so far, inverted, so that the farthest comes first.
    private var nearest = KeyHeap()

    /// Walks to the rows nearest to the walker's query; they are in ``found`` then.
    ///
    /// - Parameters:
    ///   - index: the index.
    ///   - walker: has taken the query.
    ///   - ef: how many rows are kept.
    ///   - hidden: a node that is neither found nor passed.
    ///   - cancellation: ends the walk at the next hop, with what was found until then.
    /// - Complexity: O(*ef* · log *ef*).
    func walk(
        _ index: KernelIndex,
        by walker: GraphTraversal,
        ef: Int,
        hiding hidden: UInt32,
        until cancellation: Cancellation
    ) {
        let starts = walker.walk(index, ef: min(Self.firstEF, ef), hiding: hidden)
        distanceCount = walker.distanceCount
        met = [UInt64](repeating: 0, count: index.rowCount / 64 + 1)
        open.removeAll()
        nearest.removeAll()
        if hidden < index.rowCount { _ = meets(hidden) }
        for start in starts where meets(start.row) {
            take(WalkedRow(start.row, start.distance), ef)
        }
        while !cancellation.isCancelled, gatherNeighbours(in: index, ef) {
            if distances.count < fresh.count {
                distances = [Float](repeating: 0, count: fresh.count)
            }
            walker.scan(index, rows: fresh[...], into: &distances)
            distanceCount += fresh.count
            for (place, row) in fresh.enumerated() { take(WalkedRow(row, distances[place]), ef) }
        }
        found = nearest.drain().reversed().map { key in
            let row = WalkedRow(key: ~key)
            return vz_found(row: row.row, distance: row.distance)
        }
    }

    /// Expands the next rows: lists their neighbours that were not met before.
    ///
    /// - Returns: whether there was a row to expand that is among the nearest.
    private func gatherNeighbours(in index: KernelIndex, _ ef: Int) -> Bool {
        fresh.removeAll(keepingCapacity: true)
        var expandedCount = 0
        while expandedCount < Self.hopWidth, let key = open.first, isNear(key, ef) {
            open.removeFirst()
            expandedCount += 1
            let row = WalkedRow(key: key).row
            for place in 0..<index.baseLinkCount {
                let link = index.baseLink(of: row, at: place)
                // The end of the list, or a damaged link.
                guard link < index.rowCount else { break }
                if meets(link) { fresh.append(link) }
            }
        }
        return expandedCount > 0
    }

    /// Notes a row; false for one that was met before.
    private func meets(_ row: UInt32) -> Bool {
        let (word, bit) = (Int(row >> 6), UInt64(1) << UInt64(row & 63))
        guard met[word] & bit == 0 else { return false }
        met[word] |= bit
        return true
    }

    /// Keeps a row that is among the nearest so far.
    private func take(_ row: WalkedRow, _ ef: Int) {
        guard isNear(row.key, ef) else { return }
        if nearest.count < ef { nearest.insert(~row.key) } else { nearest.replaceFirst(~row.key) }
        open.insert(row.key)
    }

    private func isNear(_ key: UInt64, _ ef: Int) -> Bool {
        guard nearest.count >= ef, let farthest = nearest.first else { return true }
        return key <= ~farthest
    }
}

/// A row and its distance as one number of the same order; of equal distances the smaller row
/// comes first.
struct WalkedRow {
    let key: UInt64

    init(key: UInt64) { self.key = key }

    init(_ row: UInt32, _ distance: Float) {
        key = UInt64(Self.ordered(Int32(bitPattern: distance.bitPattern))) << 32 | UInt64(row)
    }

    var row: UInt32 { UInt32(truncatingIfNeeded: key) }

    var distance: Float {
        let bits = Int32(bitPattern: UInt32(key >> 32) ^ 0x8000_0000)
        return Float(bitPattern: UInt32(bitPattern: bits ^ ((bits >> 31) & Int32.max)))
    }

    /// The bits of a float as a number of the same order; NaN lies beyond the infinities.
    private static func ordered(_ bits: Int32) -> UInt32 {
        UInt32(bitPattern: bits ^ ((bits >> 31) & Int32.max)) ^ 0x8000_0000
    }
}

/// A binary heap of numbers with the smallest first.
struct KeyHeap {
    private var keys: [UInt64] = []

    var count: Int { keys.count }
    var first: UInt64? { keys.first }

    mutating func removeAll() { keys.removeAll(keepingCapacity: true) }

    mutating func insert(_ key: UInt64) {
        var place = keys.count
        keys.append(key)
        while place > 0, keys[(place - 1) / 2] > key {
            keys[place] = keys[(place - 1) / 2]
            place = (place - 1) / 2
        }
        keys[place] = key
    }

    mutating func removeFirst() {
        let last = keys.removeLast()
        if !keys.isEmpty { replaceFirst(last) }
    }

    /// Puts a number in the place of the smallest.
    mutating func replaceFirst(_ key: UInt64) {
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < keys.count else { break }
            if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
            guard keys[child] < key else { break }
            keys[place] = keys[child]
            place = child
        }
        keys[place] = key
    }

    /// Takes all numbers out, ascending.
    mutating func drain() -> [UInt64] {
        defer { keys.removeAll(keepingCapacity: true) }
        return keys.sorted()
    }
}

extension KernelIndex {
    fileprivate var baseLinkCount: Int { unsafe Int(raw.base_link_count) }

    /// One of the neighbours of a row on level 0.
    fileprivate func baseLink(of row: UInt32, at place: Int) -> UInt32 {
        unsafe raw.base_links[Int(row) * baseLinkCount + place]
    }
}
