import Synchronization

/// Rows of one file: as a list for visiting them, as a bitmap for looking one up.
package struct SlotSet: Sendable {
    /// The rows, ascending.
    package let slots: [UInt32]
    private let words: [UInt64]
    /// The nodes that the rows are in their segment's index, once they were asked for.
    private let known = KnownNodes()

    /// Takes rows in any order, each once.
    ///
    /// - Complexity: O(*slots* · log *slots* + *rowCount* / 64).
    package init(_ slots: [UInt32], rowCount: Int) {
        var words = [UInt64](repeating: 0, count: (rowCount + 63) / 64)
        var isAscending = true
        var last: UInt32 = 0
        for slot in slots {
            words[Int(slot >> 6)] |= 1 << UInt64(slot & 63)
            isAscending = isAscending && last <= slot
            last = slot
        }
        self.words = words
        self.slots = isAscending ? slots : slots.sorted()
    }

    /// The number of rows.
    package var count: Int { slots.count }

    /// Whether a row is among them.
    @inline(__always)
    package func contains(_ slot: Int) -> Bool {
        words[slot >> 6] & (1 << UInt64(slot & 63)) != 0
    }
}

extension SlotSet {
    /// The nodes that the rows are, ascending; found once, however many threads search.
    ///
    /// - Parameter index: the index of the segment that the rows are of, always the same one.
    /// - Returns: one node a row, fewer only where the index is damaged.
    /// - Complexity: O(rows of the index), the first time.
    package func nodes(in index: IndexView) -> [UInt32] {
        known.nodes.withLock { nodes in
            if let nodes { return nodes }
            let rowCount = UInt32(index.facts.rowCount)
            var found: [UInt32] = []
            found.reserveCapacity(count)
            for node in 0..<rowCount {
                let slot = index.slot(of: Int(node))
                if slot < rowCount, contains(Int(slot)) { found.append(node) }
            }
            nodes = found
            return found
        }
    }
}

/// What copies of one set have in common.
private final class KnownNodes: Sendable {
    let nodes = Mutex<[UInt32]?>(nil)
}
