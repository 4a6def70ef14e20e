/// How broad a walk over one segment is, and what recall that promises.
package struct SearchBreadth: Equatable {
    /// Rows to keep while walking (HNSW's ef); nil when only comparing all rows will do.
    package let rows: Int?
    /// The recall that this breadth reached on the segment's own rows; nil when nobody measured.
    package let expectedRecall: Double?

    /// Chooses the breadth for a number of neighbours.
    package init(_ effort: SearchEffort, neighbourCount: Int, calibration: RecallCalibration) {
        let curve = RecallCurve(calibration, neighbourCount: neighbourCount)
        let breadth: Int? =
            switch effort {
            case .exact: nil
            case .usual: Self.usual(curve).map { max($0, neighbourCount) }
            case .breadth(let rows): max(rows, neighbourCount)
            case .recall(let recall):
                curve.breadth(reaching: recall).map { max($0, neighbourCount) }
            }
        rows = breadth
        expectedRecall = if let breadth { curve.recall(at: breadth) } else { 1 }
    }
}

extension SearchBreadth {
    /// What nobody who asks for nothing should get less than.
    private static let usualRecall = 0.9

    /// The usual breadth, or where that is known to find little, what finds enough; nil when no
    /// breadth does, as where few bits are all that tells rows apart.
    private static func usual(_ curve: RecallCurve) -> Int? {
        let usual = SearchEffort.usualBreadth
        guard let recall = curve.recall(at: usual), recall < usualRecall else { return usual }
        return curve.breadth(reaching: usualRecall)
    }
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
