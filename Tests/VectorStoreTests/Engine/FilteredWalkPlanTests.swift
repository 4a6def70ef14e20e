import Testing
import VectorStore

/// When a segment is walked for rows that pass a filter, and when those are compared all.
@Suite("The plan for a segment with a filter")
struct FilteredWalkPlanTests {
    private typealias Found = SegmentSearch.Found

    /// A plan over 100,000 rows of 128 dimensions, whose codes are whole vectors: so there is no
    /// choice but to walk or to compare vectors.
    private func plan(
        _ effort: SearchEffort = .usual,
        k: Int = 10,
        passing: Int,
        _ index: IndexView = .planned(rowCount: 100_000, quantization: .none)
    ) -> FilteredWalkPlan {
        FilteredWalkPlan(effort, neighbourCount: k, over: index, passingCount: passing)
    }

    /// An index that is so cheap to walk that cost decides nothing.
    private static func cheap(rowCount: Int) -> IndexView {
        .planned(rowCount: rowCount, quantization: .none, distancesPerBreadth: 0.01)
    }

    @Test("An exact search, and a recall out of reach, compare all rows that pass")
    func notWalked() {
        let exact = plan(.exact, passing: 90_000)
        #expect(exact.breadth == nil && exact.reason == .askedFor)
        let missed = plan(.recall(0.99), passing: 90_000)
        #expect(missed.breadth == nil && missed.reason == .recallOutOfReach)
    }

    @Test("Up to 250 rows that pass are compared all", arguments: [(250, nil), (251, 64)])
    func few(passing: Int, breadth: Int?) {
        let plan = plan(passing: passing, Self.cheap(rowCount: 100_000))
        #expect(plan.breadth == breadth && plan.reason == .fewPass)
    }

    @Test("So are all when no more pass than are asked for", arguments: [(300, nil), (301, 300)])
    func asMany(passing: Int, breadth: Int?) {
        let plan = plan(k: 300, passing: passing, Self.cheap(rowCount: 100_000))
        #expect(plan.breadth == breadth)
    }

    @Test(
        "Where one row in four passes the first walk is for all, else no broader than usual",
        arguments: [(50_000, 128), (25_001, 256), (25_000, 256), (24_999, 64), (10_000, 64)]
    )
    func firstWalk(passing: Int, breadth: Int) {
        #expect(plan(passing: passing).breadth == breadth)
    }

    @Test(
        "The first walk may cost less than half of what comparing all that pass costs",
        arguments: [(5386, nil), (5387, 64)]
    )
    func firstCost(passing: Int, breadth: Int?) {
        #expect(plan(passing: passing).breadth == breadth)
    }

    @Test("A walk is enough when k rows pass in the nearer half of what it found")
    func content() {
        let plan = plan(passing: 10_000)
        #expect(plan.breadth == 64)
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
        for (count, breadth) in [(64, 128), (33, 128), (32, 128), (16, 256), (8, 512)] {
            var plan = plan(passing: 24_999)
            #expect(plan.breadth == 64)
            plan.widen(after: Found(count: count))
            #expect(plan.breadth == breadth, "\(count) passed")
        }
        var twice = plan(passing: 24_999)
        twice.widen(after: Found(count: 64))
        twice.widen(after: Found(count: 128))
        #expect(twice.breadth == 256)
    }

    @Test("No walk follows that would cost more than comparing all that pass, or visit all rows")
    func givenUp() {
        var dear = plan(passing: 5387)
        dear.widen(after: Found(count: 64))
        #expect(dear.breadth == 128)
        dear.widen(after: Found(count: 128))
        #expect(dear.breadth == nil)
        dear.widen(after: Found(count: 128))
        #expect(dear.breadth == nil)
        var whole = plan(.breadth(600), passing: 1200, Self.cheap(rowCount: 1201))
        #expect(whole.breadth == 601)
        whole.widen(after: Found(count: 600))
        #expect(whole.breadth == nil)
    }
}

/// When the codes of all rows that pass are compared instead of their vectors.
@Suite("The plan for comparing codes")
struct CodeScanTests {
    private func scan(
        _ effort: SearchEffort = .usual,
        k: Int = 10,
        passing: Int,
        _ index: IndexView = .planned(rowCount: 2000, dimension: 1536)
    ) -> CodeScan? {
        CodeScan(effort, neighbourCount: k, over: index, passingCount: passing)
    }

    @Test("Up to 500 rows that pass are compared with their vectors")
    func few() {
        #expect(scan(passing: 500) == nil)
        #expect(scan(passing: 501) != nil)
    }

    @Test("Codes are good enough for a recall of .99 and no more")
    func recall() {
        #expect(scan(.recall(0.99), passing: 1000) != nil)
        #expect(scan(.recall(0.9901), passing: 1000) == nil)
        #expect(scan(.exact, passing: 1000) == nil)
        #expect(scan(.breadth(1), passing: 1000) != nil)
    }

    @Test("Only codes of bytes tell rows apart and are smaller than vectors")
    func quantization() {
        for quantization in [Quantization.none, .binary] {
            let index = IndexView.planned(
                rowCount: 2000,
                dimension: 1536,
                quantization: quantization
            )
            #expect(scan(passing: 1000, index) == nil)
        }
    }

    @Test("Twice as many rows are kept as are nearly always enough")
    func kept() {
        #expect(scan(k: 1, passing: 1000)?.keptCount == 32)
        #expect(scan(k: 10, passing: 1000)?.keptCount == 32)
        #expect(scan(k: 100, passing: 1000)?.keptCount == 320)
        #expect(scan(k: 200, passing: 1400)?.keptCount == 640)
        // All of these would be kept: their codes would tell nothing.
        #expect(scan(k: 200, passing: 640) == nil)
    }

    @Test("Where finding the codes costs more than comparing vectors, vectors are compared")
    func cost() {
        let many = IndexView.planned(rowCount: 10_000_000, dimension: 1536)
        #expect(scan(passing: 1000, many) == nil)
        #expect(scan(passing: 1_000_000, many) != nil)
        let small = IndexView.planned(rowCount: 2000, dimension: 8)
        #expect(scan(passing: 2000, small) == nil)
    }
}
