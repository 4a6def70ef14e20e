/// Comparing codes of all rows that pass a filter, so that only the best have to be compared with
/// their full vectors.
///
/// For rows that are too few, or lie too far from the query, to be worth a walk, and too many to
/// read all their vectors: a code is an eighth of a vector.
package struct CodeScan {
    /// How many rows the codes put in order.
    package let keptCount: Int
    /// What it costs, in the nanoseconds of ``CostModel``.
    package let cost: Double

    /// The recall up to which the order of the codes is good enough.
    private static let reachedRecall = 0.99
    /// Fewer rows that pass are compared with their full vectors: nothing is missed.
    private static let smallPassingCount = 500

    /// Plans a scan; nil where comparing full vectors costs no more, or was asked for, or where
    /// the segment is small.
    package init?(
        _ effort: SearchEffort,
        neighbourCount: Int,
        over index: IndexView,
        passingCount: Int
    ) {
        switch effort {
        case .exact: return nil
        case .recall(let recall) where recall > Self.reachedRecall: return nil
        case .default, .ef, .recall: break
        }
        guard index.layout.quantization == .int8, passingCount > Self.smallPassingCount,
            index.facts.rowCount > CostModel.smallRowCount
        else { return nil }
        let reliable = CodeLayout.reliableCount(
            neighbours: neighbourCount,
            sketched: index.facts.hasSketches
        )
        keptCount = min(2 * reliable, passingCount)
        cost = CostModel.codeScan(rowCount: passingCount, keptCount: keptCount, over: index)
        let whole = CostModel.scan(
            rowCount: passingCount,
            dimension: index.layout.dimension
        )
        guard cost < whole else { return nil }
    }
}
