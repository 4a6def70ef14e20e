import Testing
import VectorStore

/// When points are tested as they are found, and when the filter is evaluated first.
@Suite("The plan for a filter without an index")
struct PostFilterPlanTests {
    @Test(
        "A sample is one point in 500, 200 to 4000 of them, and one in 22 is tested at most",
        arguments: [
            (0, 200, 0), (4421, 200, 200), (4422, 200, 201), (20_000, 200, 909),
            (100_000, 200, 4545), (1_000_000, 2000, 45_454), (10_000_000, 4000, 454_545),
        ]
    )
    func figures(pointCount: Int, sampleCount: Int, testedCountMax: Int) {
        let plan = PostFilterPlan(pointCount: pointCount)
        #expect(
            plan == PostFilterPlan(sampleCount: sampleCount, testedCountMax: testedCountMax)
        )
        #expect(plan.isWorthSampling == (sampleCount < testedCountMax))
    }

    @Test(
        "Points are tested where so few tests are expected as the sample has left",
        arguments: [
            (1, 16, true), (0.03, 16, true), (0.0225, 16, false), (0, 16, false),
            (0.5, 354, true), (0.5, 355, false), (1, 709, false),
        ]
    )
    func expected(share: Double, neededCount: Int, isTested: Bool) {
        let plan = PostFilterPlan(pointCount: 20_000)
        #expect(plan.testsAsFound(share: share, neededCount: neededCount) == isTested)
    }

    @Test("In a collection that is too small for a sample no point is tested")
    func small() {
        let plan = PostFilterPlan(pointCount: 4400)
        #expect(!plan.testsAsFound(share: 1, neededCount: 1))
    }
}
