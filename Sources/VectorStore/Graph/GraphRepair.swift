internal import CKernels

/// Sees to it that every row can be reached from where walks begin.
///
/// Choosing neighbours can leave a row without a link that leads to it: one of many equal rows, or
/// one whose neighbours all found better ones. Each such row is linked from the nearest reachable
/// row that has room or can spare a link to a row that has many.
package struct GraphRepair {
    let construction: GraphConstruction
    private var isReached: [Bool]
    private var incomingCount: [UInt32]
    /// Rows that took in others, by the reachable row nearest to those.
    private var hosts: [UInt32: UInt32] = [:]
    /// Links that were put in by a repair, which no other repair may replace.
    private var placed: [UInt32: Int] = [:]

    private var memory: IndexMemory { construction.memory }

    package init(_ construction: GraphConstruction) {
        self.construction = construction
        isReached = [Bool](repeating: false, count: construction.memory.rowCount)
        incomingCount = [UInt32](repeating: 0, count: construction.memory.rowCount)
    }

    /// A link that is given up for another may have been the only way to some row after all; what
    /// is lost that way is found by looking again.
    private static let roundLimit = 8

    /// Links the rows that can't be reached, on level 0.
    ///
    /// - Returns: how many there were.
    /// - Complexity: O(links), and a walk for each row that can't be reached.
    @discardableResult
    package mutating func run() -> Int {
        for row in 0..<memory.rowCount {
            let list = memory.list(of: row, level: 0)
            for place in 0..<list.count { incomingCount[Int(list[place])] += 1 }
        }
        var total = 0
        for _ in 0..<Self.roundLimit {
            let count = attachAll()
            total += count
            if count == 0 { break }
        }
        return total
    }

    private mutating func attachAll() -> Int {
        isReached = [Bool](repeating: false, count: memory.rowCount)
        reach(from: entryRow)
        var count = 0
        for row in 0..<UInt32(memory.rowCount) where !isReached[Int(row)] {
            attach(row)
            reach(from: row)
            count += 1
        }
        return count
    }

    private var entryRow: UInt32 {
        memory.levelCount > 0
            ? memory.levels.rows[Int(memory.entryPoint)] : memory.entryPoint
    }

    /// Marks what can be reached from a row.
    private mutating func reach(from start: UInt32) {
        var waiting = [start]
        isReached[Int(start)] = true
        while let row = waiting.popLast() {
            let list = memory.list(of: Int(row), level: 0)
            for place in 0..<list.count {
                let next = Int(list[place])
                guard !isReached[next] else { continue }
                isReached[next] = true
                waiting.append(UInt32(next))
            }
        }
    }

    private mutating func attach(_ row: UInt32) {
        let walker = construction.walkers[0]
        let index = memory.kernelIndex(construction.coder)
        construction.prepareQuery(row, walker)
        let found = walker.walk(index, ef: construction.efConstruction)
            .map(\.row)
            .filter { isReached[Int($0)] && $0 != row }
        let nearest = found.first ?? entryRow
        for host in found.prefix(2 * memory.linkCount) where put(row, into: host) { return }
        // All around it is full: many rows in one place. Each of these nodes is linked from the one
        // before it.
        if let host = hosts[nearest], put(row, into: host) { return hosts[nearest] = row }
        for host in 0..<UInt32(memory.rowCount) where isReached[Int(host)] {
            if put(row, into: host) { return hosts[nearest] = row }
        }
    }

    /// Links a row from a host, if that has a link to spare.
    private mutating func put(_ row: UInt32, into host: UInt32) -> Bool {
        let list = memory.list(of: Int(host), level: 0)
        let limit = 2 * memory.linkCount
        let count = list.count
        let already = placed[host, default: 0]
        guard already < memory.linkCount else { return false }
        if count < limit {
            list[count] = row
        } else {
            // The links put in by repairs are the last ones of the list.
            let candidates = 0..<(count - already)
            guard
                let spare = candidates.max(by: {
                    incomingCount[Int(list[$0])] < incomingCount[Int(list[$1])]
                }), incomingCount[Int(list[spare])] > 1
            else { return false }
            incomingCount[Int(list[spare])] -= 1
            for place in spare..<(count - 1) { list[place] = list[place + 1] }
            list[count - 1] = row
        }
        placed[host, default: 0] = already + 1
        incomingCount[Int(row)] += 1
        return true
    }
}
