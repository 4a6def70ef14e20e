extension Verifier {
    /// Checks what a segment has beside its rows, which are checked as a tail's are.
    func verifyIndex(of segment: SegmentReader, _ record: CollectionRecord) throws {
        guard depth != .quick else { return }
        let rebuild = Repair.rebuildIndex(collection: record.name)
        var isSound = true
        try segment.verifyBlocks { block, problem in
            let isDerived = block.map(segment.isDerived) ?? false
            isSound = isSound && !isDerived
            try find(
                segment.path,
                block,
                problem,
                repair: isDerived ? rebuild : .reinsertPoint
            )
        }
        try segment.verifyIndex(full: depth == .full) { block, problem in
            isSound = false
            try find(segment.path, block, problem, repair: rebuild)
        }
        if includesGraph, isSound { try verifyGraph(of: segment, repair: rebuild) }
    }

    /// Names the live rows that no search can come to.
    private func verifyGraph(of segment: SegmentReader, repair: Repair) throws {
        let reachable = ReachableRows(segment.index)
        var count = 0
        for slot in 0..<segment.rowCount
        where !segment.deletions.contains(slot) && !reachable.contains(slot) {
            count += 1
            guard count <= Self.namedRowCountMax else { continue }
            try find(
                segment.path,
                nil,
                "row \(slot): no search can come to the point with key \(segment.key(at: slot))",
                repair: repair
            )
        }
        guard count > Self.namedRowCountMax else { return }
        try find(
            segment.path,
            nil,
            "\(count - Self.namedRowCountMax) more live rows that no search can come to",
            repair: repair
        )
    }

    /// Rows of one segment that are named one by one.
    private static let namedRowCountMax = 100
}

extension SegmentReader {
    /// Whether a block holds nothing but what can be made again from the vectors.
    func isDerived(_ block: Int) -> Bool {
        format.bytes(ofBlock: block).upperBound <= format[.vectors].lowerBound
    }
}
