internal import CKernels

/// Takes over the graph of an index whose rows are most of the new ones.
///
/// Rows that lose neighbours, because those are gone, choose anew among the ones they keep and the
/// neighbours of the lost ones (FreshDiskANN: Singh et al. 2021). All of that reads the old graph
/// only, so threads change nothing.
struct GraphAdoption {
    let adopted: IndexBuilder.Adopted
    let construction: GraphConstruction
    /// For each node of the old index the row it is now; nil for one that is gone.
    private let newRows: [UInt32?]
    /// For each upper row of the old index its new number; nil for one that is gone.
    private let newUpper: [UInt32?]

    private var memory: IndexMemory { construction.memory }

    init(_ adopted: IndexBuilder.Adopted, into construction: GraphConstruction) {
        self.adopted = adopted
        self.construction = construction
        let levels = construction.memory.levels
        let newRows = (0..<adopted.view.facts.rowCount).map { node -> UInt32? in
            let slot = Int(adopted.view.slot(of: node))
            return slot < adopted.newSlots.count ? adopted.newSlots[slot] : nil
        }
        self.newRows = newRows
        newUpper = (0..<adopted.view.facts.upperRowCount).map { upper in
            let node = Int(adopted.view.upperRow(upper))
            guard node < newRows.count, let row = newRows[node] else { return nil }
            return levels.number(of: row).map { UInt32($0) }
        }
    }

    /// Copies records and links; returns for each new row whether it is linked.
    func run() -> [Bool] {
        var isLinked = [Bool](repeating: false, count: memory.rowCount)
        for (node, row) in newRows.enumerated() {
            guard let row else { continue }
            isLinked[Int(row)] = true
            unsafe memory.record(of: Int(row)).update(
                from: adopted.view.record(of: node),
                count: memory.layout.stride
            )
        }
        begin()
        adoptBase()
        for level in 1..<max(memory.levelCount + 1, 1) { adoptUpper(level) }
        return isLinked
    }

    /// Begins walks at the highest row that is left.
    private func begin() {
        var highest = 0
        for (upper, number) in newUpper.enumerated() {
            guard let number else { continue }
            let level = min(
                adopted.view.levelCount(ofUpperRow: upper),
                memory.levels.level(ofUpperRow: Int(number)),
                adopted.view.facts.upperLevelCount
            )
            if level > highest {
                highest = level
                memory.entryPoint = number
            }
        }
        memory.levelCount = highest
        if highest == 0, let first = adopted.newSlots.first(where: { $0 != nil }) ?? nil {
            memory.entryPoint = first
        }
    }

    private func adoptBase() {
        let index = memory.kernelIndex(construction.coder)
        construction.team.forEach(newRows.count, grain: 256) { thread, nodes in
            for node in nodes {
                guard let row = newRows[node] else { continue }
                let names = neighbours(
                    of: node,
                    list: adopted.view.baseList(of:),
                    renamed: { $0 < newRows.count ? newRows[$0] : nil }
                )
                put(names, to: row, level: 0, index, construction.walkers[thread])
            }
        }
    }

    private func adoptUpper(_ level: Int) {
        let index = memory.kernelIndex(construction.coder)
        construction.team.forEach(newUpper.count) { thread, uppers in
            for upper in uppers {
                guard let number = newUpper[upper],
                    level <= adopted.view.levelCount(ofUpperRow: upper),
                    level <= memory.levels.level(ofUpperRow: Int(number))
                else { continue }
                let names = neighbours(
                    of: upper,
                    list: { adopted.view.upperList(of: $0, level: level) },
                    renamed: { $0 < newUpper.count ? newUpper[$0] : nil }
                )
                put(names, to: number, level: level, index, construction.walkers[thread])
            }
        }
    }

    /// The new names of a row's neighbours, with those of the neighbours that are gone.
    private func neighbours(
        of row: Int,
        list: (Int) -> [UInt32],
        renamed: (Int) -> UInt32?
    ) -> (kept: [UInt32], hasLost: Bool) {
        let own = renamed(row)
        var kept: [UInt32] = []
        var lost: [Int] = []
        for neighbour in list(row) {
            if let name = renamed(Int(neighbour)) {
                kept.append(name)
            } else {
                lost.append(Int(neighbour))
            }
        }
        guard !lost.isEmpty else { return (kept, false) }
        for neighbour in lost {
            for second in list(neighbour) {
                guard let name = renamed(Int(second)), name != own, !kept.contains(name) else {
                    continue
                }
                kept.append(name)
            }
        }
        return (kept, true)
    }

    private func put(
        _ names: (kept: [UInt32], hasLost: Bool),
        to target: UInt32,
        level: Int,
        _ index: KernelIndex,
        _ walker: GraphTraversal
    ) {
        let limit = level == 0 ? 2 * memory.linkCount : memory.linkCount
        guard names.hasLost || names.kept.count > limit else {
            let list = memory.list(of: Int(target), level: level)
            for (place, name) in names.kept.enumerated() { list[place] = name }
            return
        }
        construction.shorten(
            Array(names.kept.prefix(Int(VZ_LINKS_MAX))),
            of: target,
            level: level,
            limit: limit,
            index,
            walker
        )
    }
}
