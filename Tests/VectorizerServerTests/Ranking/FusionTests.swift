import Testing
import VectorStore
import VectorizerServer

@Suite("Putting answers together")
struct FusionTests {
    private func answer(_ points: [(Int, Float)]) -> [RankedPoint<Int>] {
        points.map { RankedPoint(id: $0.0, score: $0.1) }
    }

    private func isNear(_ first: [RankedPoint<Int>], _ second: [(Int, Float)]) -> Bool {
        first.count == second.count
            && zip(first, second).allSatisfy { $0.id == $1.0 && abs($0.score - $1.1) < 1e-6 }
    }

    @Test("Ranks count and scores don't; equal points come as they were found")
    func ranks() {
        let answers = [answer([(1, 9), (2, 8), (3, 7)]), answer([(2, 0.1), (4, 0.05)])]
        let fused = ReciprocalRankFusion.fuse(answers, limit: 10)
        #expect(
            isNear(fused, [(2, 0.833_333_3), (1, 0.5), (4, 0.333_333_3), (3, 0.25)])
        )
        #expect(isNear(ReciprocalRankFusion.fuse(answers, limit: 1), [(2, 0.833_333_3)]))
        #expect(ReciprocalRankFusion.fuse([[RankedPoint<Int>]](), limit: 3).isEmpty)
        #expect(ReciprocalRankFusion.fuse([[], answer([(7, 1)])], limit: 3).map(\.id) == [7])
        let tied = [answer([(5, 1)]), answer([(3, 1)])]
        #expect(ReciprocalRankFusion.fuse(tied, limit: 3).map(\.id) == [5, 3])
    }

    @Test("Weights and the constant shape what a rank is worth")
    func weights() {
        let answers = [answer([(1, 1), (2, 1)]), answer([(3, 1)])]
        let fused = ReciprocalRankFusion.fuse(answers, k: 60, weights: [3, 0], limit: 3)
        #expect(isNear(fused, [(1, 0.016_853_93), (2, 0.016_759_78), (3, 0)]))
    }

    @Test("Scores of several kinds are brought to one scale")
    func distributions() {
        let fused = ScoreDistributionFusion.fuse(
            [answer([(1, 1), (2, 0.5), (3, 0)]), answer([(3, 100)]), answer([(4, 2), (5, 2)])],
            limit: 10
        )
        // Mean 0.5 and deviation 0.5: 1 is one deviation above the middle of six.
        #expect(
            isNear(fused, [(3, 0.833_333_3), (1, 0.666_666_7), (2, 0.5), (4, 0.5), (5, 0.5)])
        )
        #expect(ScoreDistributionFusion.fuse([[RankedPoint<Int>]](), limit: 3).isEmpty)
    }

    @Test("The average moves away from what is not wanted")
    func averages() {
        #expect(Recommender.average(positive: [[1, 2], [3, 4]], negative: []) == [2, 3])
        #expect(Recommender.average(positive: [[1, 2], [3, 4]], negative: [[1, 1]]) == [3, 5])
        let sparse = Recommender.average(
            positive: [([1, 3], [1, 2]), ([3], [4])],
            negative: [([0, 3], [1, 1])]
        )
        #expect(sparse.indices == [0, 1, 3])
        #expect(sparse.values == [-1, 1, 5])
        #expect(Recommender.average(positive: [([9], [2])], negative: []).values == [2])
    }

    @Test(
        "The best score is that of the most alike example",
        arguments: [
            ([1, 3], [0.5], 0.875), ([0.5], [1], -0.75), ([], [1], -0.75), ([1], [], 0.75),
            ([1], [1], -0.75), ([-3], [], 0.125),
        ] as [([Float], [Float], Float)]
    )
    func bestScores(positive: [Float], negative: [Float], expected: Float) {
        #expect(Recommender.bestScore(positive: positive, negative: negative) == expected)
        let sum = Recommender.sumOfScores(positive: positive, negative: negative)
        #expect(sum == positive.reduce(0, +) - negative.reduce(0, +))
    }

    @Test("Diversity prefers what is unlike the points chosen")
    func diversity() {
        let likeness: [[Float]] = [[1, 0.9, 0.1], [0.9, 1, 0.1], [0.1, 0.1, 1]]
        func choose(_ diversity: Float, _ limit: Int = 3) -> [Int] {
            MarginalRelevance.choose(
                relevances: [0.9, 0.8, 0.5],
                diversity: diversity,
                limit: limit
            ) { likeness[$0][$1] }
        }
        #expect(choose(0) == [0, 1, 2])
        #expect(choose(0.5) == [0, 2, 1])
        #expect(choose(0.5, 1) == [0])
        #expect(choose(0.5, 0).isEmpty)
        #expect(
            MarginalRelevance.choose(relevances: [], diversity: 1, limit: 3) { _, _ in 0 } == []
        )
    }

    @Test("Points are in as many groups as they have values, or in none")
    func groups() {
        var groups = PointGroups<Int>(groupSize: 2)
        groups.add(1, [.text("a"), .text("b"), .text("a")])
        groups.add(2, [.number(.integer(1))])
        groups.add(3, [.text("a"), .boolean(true)])
        groups.add(4, [.text("a")])
        groups.add(5, [.text("a")])
        groups.add(6, [.number(.real(1))])
        groups.add(7, [])
        #expect(groups.best(10).map(\.key) == [.text("a"), .text("b"), .integer(1)])
        #expect(groups.best(10).map(\.points) == [[1, 4], [1], [2]])
        #expect(groups.best(1).map(\.points) == [[1, 4]])
        #expect(groups.isComplete(1))
        #expect(!groups.isComplete(2))
    }

    @Test("A facet counts points, the most frequent value first")
    func facets() {
        var counter = FacetCounter()
        counter.add([.text("x"), .text("x"), .number(.integer(2))])
        counter.add([.text("x"), .null, .number(.real(2))])
        counter.add([.text("a"), .boolean(false), .object])
        let hits = counter.hits(10)
        #expect(hits.map(\.value) == [.text("x"), .boolean(false), .integer(2), .text("a")])
        #expect(hits.map(\.count) == [2, 1, 1, 1])
        #expect(counter.hits(1).count == 1)
        var uuids = FacetCounter(areUUIDs: true)
        uuids.add([.text("550E8400E29B41D4A716446655440000"), .text("no")])
        uuids.add([.text("550e8400-e29b-41d4-a716-446655440000")])
        #expect(uuids.hits(5).map(\.count) == [2])
    }

    @Test("Points are sorted by values of one kind")
    func orders() {
        let values: [DocumentValue] = [
            .number(.integer(3)), .number(.real(2.5)), .text("2024-01-01"), .number(.integer(3)),
            .text("00000000-0000-0000-0000-00000000000a"), .boolean(true), .null,
            .number(.real(.infinity)),
        ]
        #expect(OrderValue.all(values, .integer) == [.integer(3)])
        #expect(OrderValue.all(values, .float) == [.real(3), .real(2.5)])
        #expect(OrderValue.all(values, .datetime) == [.integer(1_704_067_200_000_000)])
        #expect(OrderValue.all(values, .uuid) == [.uuid(.uuid(0, 10))])
        #expect(OrderValue.integer(2) < .real(2.5))
        #expect(OrderValue.real(-1) < .integer(0))
        #expect(OrderValue.uuid(.uuid(0, 9)) < .uuid(.uuid(1, 0)))
        #expect(
            OrderValue(start: .text("2024-01-01"), .datetime) == .integer(1_704_067_200_000_000)
        )
        #expect(OrderValue(start: .integer(5), .float) == .real(5))
        #expect(OrderValue(start: .text("soon"), .datetime) == nil)
        #expect(OrderValue(start: .real(1.5), .uuid) == nil)
    }
}
