import TestSupport
import VectorStore

extension IndexMemory {
    /// A graph on level 0 alone, with these lists of links.
    static func linked(
        _ lists: [[UInt32]],
        entryPoint: UInt32 = 0,
        linkCount: Int = 2,
        layout: CodeLayout = CodeLayout(quantization: .none, metric: .euclidean, dimension: 2)
    ) -> IndexMemory {
        let memory = IndexMemory(
            layout: layout,
            rowCount: lists.count,
            linkCount: linkCount,
            baseCapacity: 2 * linkCount,
            levels: LevelTable(keys: [], linkCount: linkCount)
        )
        memory.entryPoint = entryPoint
        for (row, links) in lists.enumerated() {
            let list = memory.list(of: row, level: 0)
            for (place, link) in links.enumerated() { list[place] = link }
        }
        return memory
    }

    /// The links of a row on level 0.
    func links(of row: Int) -> [UInt32] {
        let list = list(of: row, level: 0)
        return (0..<list.count).map { list[$0] }
    }

    /// The rows that links lead to from where walks begin.
    func reachedRows() -> Set<UInt32> {
        var reached: Set<UInt32> = [entryPoint]
        var waiting = [entryPoint]
        while let row = waiting.popLast() {
            for next in links(of: Int(row)) where reached.insert(next).inserted {
                waiting.append(next)
            }
        }
        return reached
    }
}
