import Testing
import VectorStore

/// How broad a walk is, by what was asked for and what was measured when the segment was built.
@Suite("The breadth of a search")
struct SearchBreadthTests {
    /// Recalls of ten neighbours, all of which are exact as floats.
    private static let measured = RecallCalibration(
        neighbours: 10,
        [32: 0.75, 64: 0.875, 128: 0.9375]
    )

    private func ef(
        _ effort: SearchEffort,
        k: Int = 10,
        _ calibration: RecallCalibration = measured
    ) -> ChosenEF {
        ChosenEF(effort, neighbourCount: k, calibration: calibration)
    }

    @Test("An exact search has none, and finds everything")
    func exact() {
        #expect(ef(.exact).rows == nil)
        #expect(ef(.exact).expectedRecall == 1)
    }

    @Test("Where nothing was measured it is 64, and what that reaches is not known")
    func unmeasured() {
        let plan = ef(.default, RecallCalibration())
        #expect(plan.rows == 64 && plan.expectedRecall == nil)
    }

    @Test(
        "It is never smaller than the number of neighbours",
        arguments: [(63, 64), (64, 64), (65, 65), (1000, 1000)]
    )
    func neighbours(k: Int, rows: Int) {
        #expect(ef(.default, k: k, RecallCalibration()).rows == rows)
    }

    @Test("One that was asked for is taken, or k when that is more", arguments: [9, 10, 11, 500])
    func asked(rows: Int) {
        #expect(ef(.ef(rows)).rows == max(rows, 10))
    }

    @Test("It stays 64 where 64 found .98 of ten, and becomes what finds .985 elsewhere")
    func usualRecall() throws {
        let enough = RecallCalibration(neighbours: 10, [64: 0.981, 128: 0.99])
        #expect(ef(.default, enough).rows == 64)
        let recall = try #require(ef(.default, enough).expectedRecall)
        #expect(abs(recall - 0.981) < 1e-6)
        // .52 of the way from .96875 at 64 to 1 at 128, rounded up.
        let almost = RecallCalibration(neighbours: 10, [64: 0.96875, 128: 1])
        #expect(ef(.default, almost).rows == 98)
        // None that was measured finds .985: the broadest, since it finds .9.
        #expect(ef(.default).rows == 128)
        let little = RecallCalibration(neighbours: 10, [64: 0.5, 512: 0.89])
        #expect(ef(.default, little).rows == nil)
        #expect(ef(.default, little).expectedRecall == 1)
    }

    @Test(
        "A recall is reached by the smallest breadth on the line through what was measured",
        arguments: [
            (0.5, 32), (0.75, 32), (0.76, 35), (0.8125, 48), (0.875, 64), (0.90625, 96),
            (0.9375, 128), (0.9376, nil),
        ]
    )
    func recall(wanted: Double, rows: Int?) {
        #expect(ef(.recall(wanted)).rows == rows)
    }

    @Test(
        "What is expected lies on the same line, and is no more than was measured at most",
        arguments: [
            (10, 0.75), (32, 0.75), (48, 0.8125), (64, 0.875), (96, 0.90625), (999, 0.9375),
        ]
    )
    func expected(rows: Int, recall: Double) {
        #expect(ef(.ef(rows)).expectedRecall == recall)
    }
}

@Suite("The recalls of a segment")
struct RecallCurveTests {
    @Test("A recall that falls by chance where the breadth grows is taken for the one before")
    func falling() throws {
        let calibration = RecallCalibration(neighbours: 1, [16: 0.9, 24: 0.7, 32: 0.95])
        let curve = RecallCurve(calibration, neighbourCount: 1)
        let recall = try #require(curve.recall(at: 24))
        #expect(abs(recall - 0.9) < 1e-6)
        #expect(curve.ef(reaching: 0.91).map { $0 > 24 } == true)
    }

    @Test("Those of the next larger number of neighbours count")
    func nextLarger() {
        var calibration = RecallCalibration(neighbours: 10, [64: 0.9])
        let larger = RecallCalibration(neighbours: 100, [128: 0.5])
        for place in larger.recalls.indices where larger.recalls[place] > 0 {
            calibration.recalls[place] = larger.recalls[place]
        }
        #expect(RecallCurve(calibration, neighbourCount: 1).recall(at: 64) == nil)
        #expect(RecallCurve(calibration, neighbourCount: 2).ef(reaching: 0.5) == 64)
        #expect(RecallCurve(calibration, neighbourCount: 10).ef(reaching: 0.5) == 64)
        #expect(RecallCurve(calibration, neighbourCount: 11).ef(reaching: 0.5) == 128)
        #expect(RecallCurve(calibration, neighbourCount: 100).ef(reaching: 0.5) == 128)
    }

    @Test(
        "More neighbours than were ever measured take as much more breadth",
        arguments: [(100, 128), (200, 256), (150, 192), (1000, 1280)]
    )
    func stretched(k: Int, rows: Int) {
        let curve = RecallCurve(
            RecallCalibration(neighbours: 100, [128: 0.5]),
            neighbourCount: k
        )
        #expect(curve.ef(reaching: 0.5) == rows)
        #expect(curve.recall(at: rows) == 0.5)
    }
}
