import TestSupport
import Testing
import VectorStore

@Suite("Searching an index with a filter")
struct FilteredSearchTests {
    /// How the points that pass lie to the query.
    enum Correlation: String, CaseIterable, Sendable {
        case none, with, against

        /// A filter that lets a share of the points pass; `x` is the first component's rank.
        func filter(share: Double) -> String {
            switch self {
            case .none: "r < \(share)"
            case .with: "x >= \(1 - share)"
            case .against: "x < \(share)"
            }
        }
    }

    private static let shares = [0.5, 0.2, 0.1, 0.05, 0.01, 0.001]

    @Test(
        "Filtered searches find what is there, and never fewer than k when k match",
        arguments: [false, true]
    )
    func filtered(isFieldIndexed: Bool) throws {
        var random = SplitMix64(seed: 29)
        let count = 6000
        let vectors = IndexedData.even.vectors(count, dimension: 48, &random)
        let ranks = vectors.indices.sorted { vectors[$0][0] < vectors[$1][0] }
        var place = [Int](repeating: 0, count: count)
        for (rank, number) in ranks.enumerated() { place[number] = rank }
        let indexed = try IndexedStore(vectors) { number, _ in
            let shuffled = number * 2477 % count
            return #"{"r":\#(Double(shuffled) / 6000),"x":\#(Double(place[number]) / 6000)}"#
        }
        if isFieldIndexed {
            for field in ["r", "x"] {
                _ = try indexed.test.store.createIndex(on: field, in: TestStore.collection)
            }
        }
        // Queries on the far side of the first component: filters agree with them or do not.
        let queries = (0..<25).map { _ in
            let query = vectors[ranks[Int.random(in: count * 9 / 10..<count, using: &random)]]
            return query.map { $0 + Float.random(in: -0.05...0.05, using: &random) }
        }
        for correlation in Correlation.allCases {
            for share in Self.shares {
                let filter = correlation.filter(share: share)
                let passing = Int((share * Double(count)).rounded())
                for query in queries.prefix(3) {
                    let (hits, _) = try indexed.search(query, k: 10, filter: filter)
                    #expect(hits.count == min(10, passing), "\(filter)")
                }
                let recall = try indexed.recall(queries, filter: filter)
                #expect(recall >= 0.99, "\(filter)")
            }
        }
    }

    @Test("The path follows the number of points that pass")
    func paths() throws {
        var random = SplitMix64(seed: 31)
        let vectors = IndexedData.even.vectors(10_000, dimension: 64, &random)
        let indexed = try IndexedStore(vectors)
        _ = try indexed.test.store.createIndex(on: "n", in: TestStore.collection)
        func segment(_ filter: String, _ effort: SearchEffort = .default) throws
            -> SearchExplanation.File
        {
            try indexed.search(vectors[0], filter: filter, effort: effort).explanation.files[0]
        }
        let few = try segment("n < 100")
        #expect(few.path == .filteredExact && few.reason == .fewPass)
        #expect(few.passingCount == 100 && few.distanceCount == 100 && few.ef == nil)
        let many = try segment("n < 9900")
        #expect(many.path == .filteredGraph && many.reason == .manyPass)
        #expect((many.ef ?? 0) > 64 && many.distanceCount < 9900)
        let all = try segment("n < 9900", .exact)
        #expect(all.path == .filteredExact && all.reason == .askedFor)
    }

    @Test(
        "Where many rows pass, but too few for a walk, their codes are compared first",
        arguments: [128, 256]
    )
    func codes(dimension: Int) throws {
        var random = SplitMix64(seed: 43)
        let vectors = IndexedData.even.vectors(6000, dimension: dimension, &random)
        let indexed = try IndexedStore(vectors)
        _ = try indexed.test.store.createIndex(on: "n", in: TestStore.collection)
        let filter = "n < 1400"
        func segment(_ effort: SearchEffort) throws -> SearchExplanation.File {
            try indexed.search(vectors[0], filter: filter, effort: effort).explanation.files[0]
        }
        let usual = try segment(.default)
        #expect(usual.path == .filteredCodes && usual.reason == .fewPass)
        #expect(usual.passingCount == 1400 && usual.expectedRecall == nil)
        #expect((1400..<1500).contains(usual.distanceCount))
        #expect(try segment(.recall(0.999)).path == .filteredExact)
        #expect(try segment(.exact).path == .filteredExact)
        let queries = stride(from: 0, to: 6000, by: 200).map { vectors[$0] }
        #expect(try indexed.recall(queries, filter: filter) >= 0.99)
    }

    @Test("Without an index, only points near the query are tested where many pass")
    func testedByKey() throws {
        var random = SplitMix64(seed: 37)
        let vectors = IndexedData.even.vectors(6000, dimension: 64, &random)
        let indexed = try IndexedStore(vectors)
        let many = try indexed.search(vectors[0], filter: "n >= 1500").explanation
        #expect(many.files[0].reason == .testedByKey && many.files[0].path == .filteredGraph)
        #expect((1..<1000).contains(many.testedCount))
        let few = try indexed.search(vectors[0], filter: "n < 20").explanation
        #expect(few.files[0].path == .filteredExact && few.files[0].passingCount == 20)
    }

    @Test("One filter over one snapshot is evaluated once")
    func repeated() throws {
        var random = SplitMix64(seed: 41)
        let vectors = IndexedData.even.vectors(3000, dimension: 16, &random)
        let indexed = try IndexedStore(vectors)
        let request = SearchRequest(vector: vectors[0], filter: try PointFilter(parsing: "n < 99"))
        try indexed.test.store.withReader(of: TestStore.collection) { snapshot in
            var explanation = SearchExplanation()
            let first = try snapshot.search(request, explanation: &explanation)
            #expect(!explanation.reusedFilter)
            let second = try snapshot.search(request, explanation: &explanation)
            #expect(explanation.reusedFilter || explanation.testedCount == 0)
            #expect(first == second)
            _ = try snapshot.search(request, explanation: &explanation)
            #expect(explanation.reusedFilter)
        }
    }
}
