/// The ef of a graph search in one segment, and the recall that it promises.
package struct ChosenEF: Equatable {
    /// HNSW's ef, the rows that are kept; nil when only comparing all rows will do.
    package let rows: Int?
    /// The recall that this ef reached on the segment's own rows; nil when it was not
    /// measured.
    package let expectedRecall: Double?

    /// Chooses the ef for a number of neighbours.
    init(_ effort: SearchEffort, neighbourCount: Int, over index: IndexView) {
        self.init(
            effort,
            neighbourCount: neighbourCount,
            calibration: index.facts.calibration,
            mayBeOneSided: index.coder.mayBeOneSided
        )
    }

    /// Chooses the ef for a number of neighbours.
    ///
    /// - Parameters:
    ///   - effort: how hard to look.
    ///   - neighbourCount: how many neighbours are wanted, k.
    ///   - calibration: what walks found on the segment's own rows.
    ///   - mayBeOneSided: whether the rows may lie on one side of the origin.
    package init(
        _ effort: SearchEffort,
        neighbourCount: Int,
        calibration: RecallCalibration,
        mayBeOneSided: Bool = false
    ) {
        let curve = RecallCurve(calibration, neighbourCount: neighbourCount)
        let ef: Int? =
            switch effort {
            case .exact: nil
            case .default:
                Self.defaultEF(curve, calibration, neighbourCount, mayBeOneSided: mayBeOneSided)
            case .ef(let rows): rows
            case .recall(let recall): curve.ef(reaching: recall)
            }
        rows = ef.map { max($0, neighbourCount) }
        expectedRecall = if let rows { curve.recall(at: rows) } else { 1 }
    }
}

extension ChosenEF {
    /// What the default ef must have found of ten neighbours to be trusted.
    private static let trustedRecall = 0.98
    /// What an ef is to find where the default one is not trusted: a little more, since what is
    /// known was measured on a sample.
    private static let wantedRecall = 0.985
    /// Minimum recall of a search that sets no ef.
    private static let leastRecall = 0.9

    /// The default ef, or where that is known to find too little, what finds enough; nil when no
    /// ef does, as where few bits are all that tells rows apart.
    private static func defaultEF(
        _ curve: RecallCurve,
        _ calibration: RecallCalibration,
        _ neighbourCount: Int,
        mayBeOneSided: Bool
    ) -> Int? {
        let common = SearchEffort.defaultEF
        // Ten neighbours tell little about a hundred where rows lie on one side of the origin, and
        // nearly the same ten are nearest to every query.
        let tellsEnough =
            !mayBeOneSided || neighbourCount <= RecallCalibration.defaultNeighbourCount
        guard !(tellsEnough && isTrusted(calibration)) else {
            guard let recall = curve.recall(at: common), recall < leastRecall else { return common }
            return curve.ef(reaching: leastRecall)
        }
        // Fewer neighbours than ten take no broader walk, and a sample tells less about them.
        let judged = max(neighbourCount, RecallCalibration.defaultNeighbourCount)
        let wanted = RecallCurve(calibration, neighbourCount: judged)
        if let ef = wanted.ef(reaching: wantedRecall) { return max(common, ef) }
        return wanted.ef(reaching: leastRecall) == nil ? nil : wanted.broadest
    }

    /// Whether the default ef found nearly all of ten neighbours, or was never measured.
    private static func isTrusted(_ calibration: RecallCalibration) -> Bool {
        let recall = Double(calibration.recalls[RecallCalibration.defaultPlace])
        return recall == 0 || recall >= trustedRecall
    }
}

extension RecallCalibration {
    /// The number of neighbours that the default ef is judged by.
    fileprivate static let defaultNeighbourCount = 10
    /// Where a calibration tells their recall at the default ef.
    fileprivate static let defaultPlace =
        efs.count * (neighbourCounts.firstIndex(of: defaultNeighbourCount) ?? 0)
        + (efs.firstIndex(of: SearchEffort.defaultEF) ?? 0)
}

/// The measured recalls of one segment at one number of neighbours, with straight lines between.
///
/// Between two measured efs recall grows ever more slowly, so a straight line lies below it.
package struct RecallCurve {
    private var points: [(ef: Double, recall: Double)] = []
    /// What efs are stretched by for more neighbours than were ever measured.
    private var stretch = 1.0

    /// Takes the measurements for the next larger number of neighbours that was measured.
    package init(_ calibration: RecallCalibration, neighbourCount: Int) {
        let counts = RecallCalibration.neighbourCounts
        let curve = counts.firstIndex { $0 >= neighbourCount } ?? counts.count - 1
        stretch = max(1, Double(neighbourCount) / Double(counts[curve]))
        let first = curve * RecallCalibration.efs.count
        for (place, ef) in RecallCalibration.efs.enumerated() {
            let recall = Double(calibration.recalls[first + place])
            guard recall > 0 else { continue }
            // A sample's recall can fall by chance where the ef grows.
            points.append((Double(ef), max(recall, points.last?.recall ?? 0)))
        }
    }

    /// The smallest ef that reaches a recall; nil when none of those measured does.
    package func ef(reaching recall: Double) -> Int? {
        guard let upper = points.firstIndex(where: { $0.recall >= recall }) else { return nil }
        guard upper > 0 else { return Int((points[0].ef * stretch).rounded(.up)) }
        let (low, high) = (points[upper - 1], points[upper])
        let share = (recall - low.recall) / (high.recall - low.recall)
        let ef = low.ef + share * (high.ef - low.ef)
        return Int((ef * stretch).rounded(.up))
    }

    /// The largest ef that was measured; nil when none was.
    var broadest: Int? { points.last.map { Int(($0.ef * stretch).rounded(.up)) } }

    /// The recall to expect at an ef; nil when nothing was measured.
    package func recall(at ef: Int) -> Double? {
        let ef = Double(ef) / stretch
        guard let last = points.last else { return nil }
        guard let upper = points.firstIndex(where: { $0.ef >= ef }) else {
            return last.recall
        }
        guard upper > 0 else { return points[0].recall }
        let (low, high) = (points[upper - 1], points[upper])
        let share = (ef - low.ef) / (high.ef - low.ef)
        return low.recall + share * (high.recall - low.recall)
    }
}
