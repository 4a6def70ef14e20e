import Testing
import VectorStore

/// When a segment's graph is walked, and when all its rows are compared.
@Suite("The plan for a segment without a filter")
struct SegmentSearchPlanTests {
    private func plan(
        _ effort: SearchEffort = .default,
        k: Int = 10,
        dead: Int = 0,
        _ index: IndexView
    ) -> SegmentSearchPlan {
        SegmentSearchPlan(effort, neighbourCount: k, over: index, deletedCount: dead)
    }

    @Test("An exact search compares all rows, because that was asked for")
    func exact() {
        let plan = plan(.exact, .planned(rowCount: 1_000_000))
        #expect(plan.ef == nil && plan.reason == .askedFor && plan.expectedRecall == 1)
    }

    @Test("A recall that no breadth reached compares all rows")
    func outOfReach() {
        let calibration = RecallCalibration(neighbours: 10, [512: 0.9375])
        let index = IndexView.planned(rowCount: 1_000_000, calibration: calibration)
        let missed = plan(.recall(0.95), index)
        #expect(missed.ef == nil && missed.reason == .recallOutOfReach)
        #expect(missed.expectedRecall == 1)
        let reached = plan(.recall(0.9375), index)
        #expect(reached.ef == 512 && reached.reason == .walkIsCheaper)
        #expect(reached.expectedRecall == 0.9375)
    }

    @Test("Up to 1,000 rows are compared all, however cheap a walk would be")
    func smallSegment() {
        for (rowCount, ef) in [(1, nil), (999, nil), (1000, nil), (1001, 64)] as [(Int, Int?)] {
            let index = IndexView.planned(rowCount: rowCount, distancesPerEF: 0.01)
            let plan = plan(.default, index)
            #expect(plan.ef == ef, "\(rowCount) rows")
            #expect(plan.reason == (ef == nil ? .fewRows : .walkIsCheaper))
        }
    }

    /// From how many rows on a walk costs less, for dimensions, efs and quantizations.
    static let crossings: [(dimension: Int, ef: Int, Quantization, rowCount: Int)] = [
        (128, 64, .int8, 1599), (128, 128, .int8, 3198), (128, 64, .none, 2424),
        (384, 512, .int8, 6646), (1536, 512, .int8, 3804), (1536, 2000, .binary, 5578),
    ]

    @Test("A walk is chosen from that many rows on where it costs less", arguments: crossings)
    func crossing(dimension: Int, ef: Int, quantization: Quantization, rowCount: Int) {
        for (rows, isWalk) in [(rowCount - 1, false), (rowCount, true), (10 * rowCount, true)] {
            let index = IndexView.planned(
                rowCount: rows,
                dimension: dimension,
                quantization: quantization
            )
            let plan = plan(.ef(ef), index)
            #expect(plan.ef == (isWalk ? ef : nil), "\(rows) rows")
            #expect(plan.reason == (isWalk ? .walkIsCheaper : .fewRows), "\(rows) rows")
        }
    }

    @Test(
        "Dead rows take the places of live ones, so the breadth grows with their share",
        arguments: [(0, 64), (1, 65), (50_000, 128), (75_000, 256), (99_999, nil), (100_000, nil)]
    )
    func dead(count: Int, ef: Int?) {
        let plan = plan(dead: count, .planned(rowCount: 100_000))
        #expect(plan.ef == ef)
        #expect(plan.liveCount == 100_000 - count)
    }

    @Test("A breadth is raised by the share that counts, rounded up, to all rows at most")
    func raised() {
        #expect(SegmentSearchPlan.raise(64, by: 1000, over: 1000) == 64)
        #expect(SegmentSearchPlan.raise(64, by: 1000, over: 999) == 65)
        #expect(SegmentSearchPlan.raise(64, by: 1000, over: 500) == 128)
        #expect(SegmentSearchPlan.raise(64, by: 1000, over: 64) == 1000)
        #expect(SegmentSearchPlan.raise(64, by: 1000, over: 63) == 1000)
        #expect(SegmentSearchPlan.raise(64, by: 1000, over: 0) == 1000)
        #expect(SegmentSearchPlan.raise(1, by: Int(UInt32.max), over: 1) == Int(UInt32.max))
    }

    @Test("A walk costs more the broader it is, but never more than over all rows")
    func walkCost() {
        let index = IndexView.planned(rowCount: 5000)
        let costs = [1, 64, 4999, 5000].map { CostModel.walk(ef: $0, over: index) }
        #expect(costs == costs.sorted() && Set(costs).count == 4)
        #expect(CostModel.walk(ef: 5001, over: index) == costs[3])
    }
}
