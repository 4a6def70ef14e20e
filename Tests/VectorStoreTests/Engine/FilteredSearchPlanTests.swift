import Testing
import VectorStore

/// When a segment is walked for rows that pass a filter, and when those are compared all.
@Suite("The plan for a segment with a filter")
struct FilteredSearchPlanTests {
    private typealias Found = SegmentSearch.Found

    /// A plan over 100,000 rows of 128 dimensions, whose codes are whole vectors: so there is no
    /// choice but to walk or to compare vectors.
    private func plan(
        _ effort: SearchEffort = .default,
        k: Int = 10,
        passing: Int,
        _ index: IndexView = .planned(rowCount: 100_000, quantization: .none)
    ) -> FilteredSearchPlan {
        FilteredSearchPlan(
            effort,
            neighbourCount: k,
            over: index,
            passing: .counted(passing)
        )
    }

    /// An index that is so cheap to walk that cost decides nothing.
    private static func cheap(rowCount: Int) -> IndexView {
        .planned(rowCount: rowCount, quantization: .none, distancesPerEF: 0.01)
    }

    @Test("An exact search, and a recall out of reach, compare all rows that pass")
    func notWalked() {
        let exact = plan(.exact, passing: 90_000)
        #expect(exact.ef == nil && exact.reason == .askedFor)
        let missed = plan(.recall(0.99), passing: 90_000)
        #expect(missed.ef == nil && missed.reason == .recallOutOfReach)
    }

    @Test("Up to 250 rows that pass are compared all", arguments: [(250, nil), (251, 64)])
    func few(passing: Int, ef: Int?) {
        let plan = plan(passing: passing, Self.cheap(rowCount: 100_000))
        #expect(plan.ef == ef && plan.reason == .fewPass)
    }

    @Test("So are all when no more pass than are asked for", arguments: [(300, nil), (301, 300)])
    func asMany(passing: Int, ef: Int?) {
        let plan = plan(k: 300, passing: passing, Self.cheap(rowCount: 100_000))
        #expect(plan.ef == ef)
    }

    @Test(
        "Where one row in four passes the first walk is for all, else no broader than usual",
        arguments: [(50_000, 128), (25_001, 256), (25_000, 256), (24_999, 64), (10_000, 64)]
    )
    func firstWalk(passing: Int, ef: Int) {
        #expect(plan(passing: passing).ef == ef)
    }

    @Test(
        "The first walk may cost less than half of what comparing all that pass costs",
        arguments: [(5386, nil), (5387, 64)]
    )
    func firstCost(passing: Int, ef: Int?) {
        #expect(plan(passing: passing).ef == ef)
    }

    @Test("A walk is enough when k rows pass in the nearer half of what it found")
    func content() {
        let plan = plan(passing: 10_000)
        #expect(plan.ef == 64)
        for (found, isContent) in [
            (Found(count: 10, placeOfLast: 32), true), (Found(count: 10, placeOfLast: 33), false),
            (Found(count: 64, placeOfLast: 10), true), (Found(count: 9, placeOfLast: 9), false),
            (Found(count: 9), false), (Found(), false),
        ] {
            #expect(plan.isContent(with: found) == isContent, "\(found)")
        }
        #expect(!self.plan(passing: 250).isContent(with: Found(count: 64, placeOfLast: 10)))
    }

    @Test("The next walk is as broad as the rows that passed call for, twice as broad at least")
    func widened() {
        for (count, ef) in [(64, 128), (33, 128), (32, 128), (16, 256), (8, 512)] {
            var plan = plan(passing: 24_999)
            #expect(plan.ef == 64)
            plan.widen(after: Found(count: count))
            #expect(plan.ef == ef, "\(count) passed")
        }
        var twice = plan(passing: 24_999)
        twice.widen(after: Found(count: 64))
        twice.widen(after: Found(count: 128))
        #expect(twice.ef == 256)
    }

    @Test("No walk follows that would cost more than comparing all that pass, or visit all rows")
    func givenUp() {
        var dear = plan(passing: 5387)
        dear.widen(after: Found(count: 64))
        #expect(dear.ef == 128)
        dear.widen(after: Found(count: 128))
        #expect(dear.ef == nil)
        dear.widen(after: Found(count: 128))
        #expect(dear.ef == nil)
        var whole = plan(.ef(600), passing: 1200, Self.cheap(rowCount: 1201))
        #expect(whole.ef == 601)
        whole.widen(after: Found(count: 600))
        #expect(whole.ef == nil)
    }

    /// A plan over rows of which about so many pass.
    private func estimated(
        _ count: Int,
        _ index: IndexView = .planned(rowCount: 100_000, quantization: .none)
    ) -> FilteredSearchPlan {
        FilteredSearchPlan(.default, neighbourCount: 10, over: index, passing: .estimated(count))
    }

    @Test("Where the number is an estimate, a walk may cost more, as a scan may be of all rows")
    func estimate() {
        #expect(plan(passing: 5000).ef == nil)
        #expect(estimated(5000).ef == 64)
        #expect(estimated(50_000).ef == 128)
        #expect(estimated(250).ef == nil)
        for (count, ef) in [(32, 128), (16, 256), (3, nil), (0, nil)] as [(Int, Int?)] {
            var plan = estimated(5000)
            plan.widen(after: Found(count: count))
            #expect(plan.ef == ef, "\(count) passed")
        }
    }

    @Test("Up to 1,000 rows are compared with their vectors", arguments: [(1000, nil), (1001, 64)])
    func smallSegment(rowCount: Int, ef: Int?) {
        let index = Self.cheap(rowCount: rowCount)
        for count in [PassingCount.counted(rowCount), .estimated(rowCount)] {
            let plan = FilteredSearchPlan(.default, neighbourCount: 10, over: index, passing: count)
            #expect(plan.ef == ef)
        }
        let long = IndexView.planned(rowCount: 1000, dimension: 1536)
        let scan = CodeScan(.default, neighbourCount: 10, over: long, passingCount: 1000)
        #expect(scan == nil)
    }
}
