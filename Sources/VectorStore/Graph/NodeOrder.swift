/// The order of an index's rows in which rows that are searched together lie close together.
///
/// A walk goes from neighbour to neighbour. When these lie in few pages and in lines that the CPU
/// reads ahead, it waits less, and a search in a fresh process touches fewer pages (Coleman,
/// Segarra, Smola and Shrivastava 2022).
package struct NodeOrder {
    /// For each node its row.
    package let rows: [UInt32]
    /// For each row its node.
    package let nodes: [UInt32]

    private static let none = UInt32.max

    /// Orders the rows of a graph: a row's neighbours follow each other, then come the neighbours
    /// of the first of them.
    ///
    /// The order depends on nothing but the links of level 0 and on where walks begin.
    ///
    /// - Complexity: O(links).
    package init(_ memory: IndexMemory) {
        let count = memory.rowCount
        var rows: [UInt32] = []
        rows.reserveCapacity(count)
        var nodes = [UInt32](repeating: Self.none, count: count)
        var waiting: [UInt32] = []
        func place(_ row: UInt32) {
            nodes[Int(row)] = UInt32(rows.count)
            rows.append(row)
            waiting.append(row)
        }
        let entry =
            memory.levelCount > 0
            ? memory.levels.rows[Int(memory.entryPoint)] : memory.entryPoint
        place(entry)
        var next = 0
        while true {
            while let row = waiting.popLast() {
                let list = memory.list(of: Int(row), level: 0)
                let first = waiting.count
                for link in 0..<list.count where nodes[Int(list[link])] == Self.none {
                    place(list[link])
                }
                // Links begin with the nearest, which is to be the next.
                waiting[first...].reverse()
            }
            while next < count, nodes[next] != Self.none { next += 1 }
            guard next < count else { break }
            place(UInt32(next))
        }
        self.rows = rows
        self.nodes = nodes
    }
}
