import TestSupport
import VectorStore

extension IndexView {
    /// Where the mean lies that no plan looks at.
    private static let zeros = VectorMemory([Float](repeating: 0, count: Limits.dimension + 1))

    /// An index of which only the facts are there: they are all that a plan looks at.
    static func planned(
        rowCount: Int,
        dimension: Int = 128,
        quantization: Quantization = .int8,
        distancesPerEF: Float = 13,
        calibration: RecallCalibration = RecallCalibration()
    ) -> IndexView {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        let zeros = UnsafeRawBufferPointer(start: zeros.start, count: 4 * (dimension + 1))
        var view = IndexView(
            facts: IndexFacts(),
            layout: CodeLayout(
                quantization: quantization,
                metric: .euclidean,
                dimension: dimension
            ),
            mean: zeros,
            records: none,
            sketches: none,
            baseLinks: none,
            upperRows: none,
            upperOffsets: zeros,
            upperLinks: none,
            slots: none
        )
        view.facts.rowCount = rowCount
        view.facts.distancesPerEF = distancesPerEF
        view.facts.calibration = calibration
        return view
    }
}

extension RecallCalibration {
    /// Recalls at some efs for one number of neighbours; nothing else was measured.
    init(neighbours: Int, _ recalls: [Int: Float]) {
        self.init()
        let first = Self.neighbourCounts.firstIndex(of: neighbours).map { $0 * Self.efs.count }
        for (place, ef) in Self.efs.enumerated() {
            self.recalls[(first ?? 0) + place] = recalls[ef] ?? 0
        }
    }
}
