internal import CKernels

extension GraphConstruction {
    /// How much longer distances between neighbours may seem, squared, before the one is left out
    /// for the other, where there still is room.
    private static let squaredSlack: Float = 1.1 * 1.1
    /// Among one-sided rows, the part of a list that is kept for the nearest as they are.
    private static let nearestShare = 4

    /// Chooses a row's neighbours among candidates; they are moved to the front.
    ///
    /// - Parameters:
    ///   - candidates: rows and their distances, the nearest first; upper rows on upper levels.
    ///   - row: the row that looks for neighbours.
    ///   - limit: the most neighbours.
    ///   - level: the level they are on.
    ///   - index: the index.
    ///   - walker: what to compute with; its query is lost.
    /// - Returns: how many were chosen.
    func select(
        _ candidates: inout [vz_found],
        of row: UInt32,
        limit: Int,
        level: Int,
        _ index: KernelIndex,
        _ walker: GraphTraversal
    ) -> Int {
        guard isOneSided else {
            return prune(&candidates, limit: limit, level: level, index, walker)
        }
        // Measured by their products, the first neighbour chosen is nearer to every candidate than
        // the row is, so that all lists would name the same rows and most rows would be in none.
        // Without the mean, neighbours are told apart. The nearest stay, whatever they are.
        let nearest = min(limit / Self.nearestShare, candidates.count)
        var others = Array(candidates[nearest...])
        measureWithoutMean(&others, from: row, level: level, index, walker)
        let count = prune(
            &others,
            limit: limit - nearest,
            level: level,
            index.withoutMean,
            walker
        )
        candidates.replaceSubrange(nearest..., with: others)
        return nearest + count
    }

    private func prune(
        _ candidates: inout [vz_found],
        limit: Int,
        level: Int,
        _ index: KernelIndex,
        _ walker: GraphTraversal
    ) -> Int {
        unsafe withUnsafePointer(to: index.raw) { index in
            unsafe vz_select_neighbours(
                walker.kernels.table,
                index,
                level > 0 ? UnsafePointer(memory.upperRows) : nil,
                &candidates,
                candidates.count,
                limit,
                min(limit, memory.linkCount),
                Self.squaredSlack
            )
        }
    }

    /// Writes the candidates' products with a row, both less the mean, as their distances.
    private func measureWithoutMean(
        _ candidates: inout [vz_found],
        from row: UInt32,
        level: Int,
        _ index: KernelIndex,
        _ walker: GraphTraversal
    ) {
        unsafe walker.query.takeWithoutMean(record: memory.record(of: Int(row)), for: coder)
        let upper = memory.levels.rows
        let rows = candidates.map { level > 0 ? upper[Int($0.row)] : $0.row }
        let distances = walker.distances(index, rows: rows)
        for place in candidates.indices { candidates[place].distance = distances[place] }
    }
}

extension KernelIndex {
    /// The same index, whose rows are measured by their products less the mean: what records hold.
    fileprivate var withoutMean: KernelIndex {
        var raw = unsafe raw
        unsafe raw.row_measure = Int32(VZ_MEASURE_PRODUCT)
        return unsafe KernelIndex(raw: raw)
    }
}
