/// How broad a walk over one segment is, and what recall that promises.
package struct SearchBreadth: Equatable {
    /// Rows to keep while walking (HNSW's ef); nil when only comparing all rows will do.
    package let rows: Int?
    /// The recall that this breadth reached on the segment's own rows; nil when it was not measured.
    package let expectedRecall: Double?

    /// Chooses the breadth for a number of neighbours.
    init(_ effort: SearchEffort, neighbourCount: Int, over index: IndexView) {
        self.init(
            effort,
            neighbourCount: neighbourCount,
            calibration: index.facts.calibration,
            mayBeOneSided: index.coder.mayBeOneSided
        )
    }

    /// Chooses the breadth for a number of neighbours.
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
        let breadth: Int? =
            switch effort {
            case .exact: nil
            case .usual:
                Self.usual(curve, calibration, neighbourCount, mayBeOneSided: mayBeOneSided)
            case .breadth(let rows): rows
            case .recall(let recall): curve.breadth(reaching: recall)
            }
        rows = breadth.map { max($0, neighbourCount) }
        expectedRecall = if let rows { curve.recall(at: rows) } else { 1 }
    }
}

extension SearchBreadth {
    /// What the usual breadth must have found of ten neighbours to be trusted.
    private static let trustedRecall = 0.98
    /// What a breadth is to find where the usual one is not trusted: a little more, since what is
    /// known was measured on a sample.
    private static let wantedRecall = 0.985
    /// What a search that asks for nothing should never get less than.
    private static let leastRecall = 0.9

    /// The usual breadth, or where that is known to find too little, what finds enough; nil when no
    /// breadth does, as where few bits are all that tells rows apart.
    private static func usual(
        _ curve: RecallCurve,
        _ calibration: RecallCalibration,
        _ neighbourCount: Int,
        mayBeOneSided: Bool
    ) -> Int? {
        let usual = SearchEffort.usualBreadth
        // Ten neighbours tell little about a hundred where rows lie on one side of the origin, and
        // nearly the same ten are nearest to every query.
        let tellsEnough =
            !mayBeOneSided || neighbourCount <= RecallCalibration.usualNeighbourCount
        guard !(tellsEnough && isTrusted(calibration)) else {
            guard let recall = curve.recall(at: usual), recall < leastRecall else { return usual }
            return curve.breadth(reaching: leastRecall)
        }
        // Fewer neighbours than ten take no broader walk, and a sample tells less about them.
        let judged = max(neighbourCount, RecallCalibration.usualNeighbourCount)
        let wanted = RecallCurve(calibration, neighbourCount: judged)
        if let breadth = wanted.breadth(reaching: wantedRecall) { return max(usual, breadth) }
        return wanted.breadth(reaching: leastRecall) == nil ? nil : wanted.broadest
    }

    /// Whether the usual breadth found nearly all of ten neighbours, or was never measured.
    private static func isTrusted(_ calibration: RecallCalibration) -> Bool {
        let recall = Double(calibration.recalls[RecallCalibration.usualPlace])
        return recall == 0 || recall >= trustedRecall
    }
}

extension RecallCalibration {
    /// The number of neighbours that the usual breadth is judged by.
    fileprivate static let usualNeighbourCount = 10
    /// Where a calibration tells their recall at the usual breadth.
    fileprivate static let usualPlace =
        breadths.count * (neighbourCounts.firstIndex(of: usualNeighbourCount) ?? 0)
        + (breadths.firstIndex(of: SearchEffort.usualBreadth) ?? 0)
}

/// The measured recalls of one segment at one number of neighbours, with straight lines between.
///
/// Between two measured breadths recall grows ever more slowly, so a straight line lies below it.
package struct RecallCurve {
    private var points: [(breadth: Double, recall: Double)] = []
    /// What breadths are stretched by for more neighbours than were ever measured.
    private var stretch = 1.0

    /// Takes the measurements for the next larger number of neighbours that was measured.
    package init(_ calibration: RecallCalibration, neighbourCount: Int) {
        let counts = RecallCalibration.neighbourCounts
        let curve = counts.firstIndex { $0 >= neighbourCount } ?? counts.count - 1
        stretch = max(1, Double(neighbourCount) / Double(counts[curve]))
        let first = curve * RecallCalibration.breadths.count
        for (place, breadth) in RecallCalibration.breadths.enumerated() {
            let recall = Double(calibration.recalls[first + place])
            guard recall > 0 else { continue }
            // A sample's recall can fall by chance where the breadth grows.
            points.append((Double(breadth), max(recall, points.last?.recall ?? 0)))
        }
    }

    /// The smallest breadth that reaches a recall; nil when none of those measured does.
    package func breadth(reaching recall: Double) -> Int? {
        guard let upper = points.firstIndex(where: { $0.recall >= recall }) else { return nil }
        guard upper > 0 else { return Int((points[0].breadth * stretch).rounded(.up)) }
        let (low, high) = (points[upper - 1], points[upper])
        let share = (recall - low.recall) / (high.recall - low.recall)
        let breadth = low.breadth + share * (high.breadth - low.breadth)
        return Int((breadth * stretch).rounded(.up))
    }

    /// The largest breadth that was measured; nil when none was.
    var broadest: Int? { points.last.map { Int(($0.breadth * stretch).rounded(.up)) } }

    /// The recall to expect at a breadth; nil when nothing was measured.
    package func recall(at breadth: Int) -> Double? {
        let breadth = Double(breadth) / stretch
        guard let last = points.last else { return nil }
        guard let upper = points.firstIndex(where: { $0.breadth >= breadth }) else {
            return last.recall
        }
        guard upper > 0 else { return points[0].recall }
        let (low, high) = (points[upper - 1], points[upper])
        let share = (breadth - low.breadth) / (high.breadth - low.breadth)
        return low.recall + share * (high.recall - low.recall)
    }
}
