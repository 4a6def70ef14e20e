import TestSupport
import Testing
import VectorStore

@Suite("Searching an index")
struct IndexedSearchTests {
    @Test(
        "A search of an index finds what comparing every point finds",
        arguments: Metric.allCases,
        IndexedData.allCases
    )
    func recall(metric: Metric, data: IndexedData) throws {
        var random = SplitMix64(seed: 7)
        let vectors = data.vectors(3030, dimension: 64, &random)
        let indexed = try IndexedStore(Array(vectors[..<3000]), metric: metric)
        var paths: Set<SearchExplanation.Path> = []
        let recall = try indexed.recall(Array(vectors[3000...])) { explanation in
            paths.formUnion(explanation.files.filter(\.isSegment).map(\.path))
        }
        #expect(recall >= 0.97, "\(metric) over \(data)")
        // Products with rows that all lie on one side take so many distances that comparing all of
        // so few rows costs less.
        #expect(paths == [.graph] || metric == .dot && data == .uncentred)
    }

    @Test(
        "A search that asks for nothing finds nearly everything among rows of no structure",
        arguments: Metric.allCases,
        [0, 14]
    )
    func hardRows(metric: Metric, offset: Float) throws {
        var random = SplitMix64(seed: 31)
        let vectors = (0..<2030).map { _ in random.vector(64).map { $0 + offset } }
        let indexed = try IndexedStore(Array(vectors[..<2000]), metric: metric)
        for k in [1, 10, 100] {
            let recall = try indexed.recall(Array(vectors[2000...]), k: k)
            #expect(recall >= 0.975, "\(k) neighbours")
        }
    }

    @Test(
        "An exact search of an index is what comparing in Double gives",
        arguments: Metric.allCases
    )
    func exact(metric: Metric) throws {
        var random = SplitMix64(seed: 3)
        let vectors = IndexedData.lengths.vectors(1500, dimension: 17, &random)
        let indexed = try IndexedStore(vectors, metric: metric)
        for k in [1, 10, 2000] {
            let query = random.vector(17)
            let request = SearchRequest(
                vector: query,
                neighbourCount: k,
                effort: .exact,
                includesVectors: true
            )
            let hits = try indexed.test.store.withReader(of: TestStore.collection) {
                try $0.search(request)
            }
            SearchTests.check(hits, query, k: k, among: indexed.points, metric)
        }
    }

    @Test("More points than there are come all, whatever was asked for")
    func fewPoints() throws {
        for count in [1, 2, 1100] {
            var random = SplitMix64(seed: 5)
            let vectors = IndexedData.even.vectors(count, dimension: 8, &random)
            let indexed = try IndexedStore(vectors)
            for effort in [SearchEffort.default, .ef(16), .recall(0.9), .exact] {
                let hits = try indexed.search(vectors[0], k: 5000, effort: effort).hits
                #expect(hits.count == count)
                #expect(hits.first?.score == 0)
            }
        }
    }

    @Test("An empty collection has an empty answer after compaction, too")
    func empty() throws {
        var indexed = try IndexedStore([[1, 2, 3, 4], [2, 3, 4, 5]])
        try indexed.delete { _ in true }
        #expect(try indexed.search([1, 2, 3, 4]).hits == [])
        _ = try indexed.test.store.compact(TestStore.collection)
        #expect(try indexed.search([1, 2, 3, 4], effort: .ef(20)).hits == [])
    }

    @Test("Deleted and replaced points are never returned, and all others are still found")
    func deadRows() throws {
        var random = SplitMix64(seed: 11)
        let vectors = IndexedData.clusters.vectors(2500, dimension: 64, &random)
        var indexed = try IndexedStore(vectors)
        // A whole region dies, so that a walk ends among nothing but dead rows.
        try indexed.delete { $0 % 20 < 8 || $0 % 3 == 0 }
        let queries = vectors[0..<60].map { $0 }
        #expect(try indexed.recall(queries) >= 0.97)
        let live = Set(indexed.points.map(\.id))
        for query in queries.prefix(20) {
            let (hits, _) = try indexed.search(query, k: 30)
            #expect(hits.count == 30)
            #expect(hits.allSatisfy { live.contains($0.point.id.text) })
        }
        try indexed.test.store.put([TestPoint(id: "p8", vector: vectors[0])])
        let first = try indexed.search(vectors[0], k: 1).hits[0]
        #expect(first.point.id.text == "p8" && first.score == 0)
    }

    @Test("A point is found at once in the tail, and beside the index")
    func tail() throws {
        var random = SplitMix64(seed: 13)
        let vectors = IndexedData.even.vectors(2000, dimension: 16, &random)
        let indexed = try IndexedStore(vectors)
        try indexed.test.store.put([TestPoint(id: "new", vector: vectors[5])])
        let (hits, explanation) = try indexed.search(vectors[5], k: 2)
        #expect(hits.map(\.point.id.text) == ["p5", "new"])
        #expect(explanation.tailRowCount == 1)
        #expect(explanation.files.map(\.isSegment) == [true, false])
    }

    @Test("The same question has the same answer on any number of threads")
    func threads() throws {
        var random = SplitMix64(seed: 17)
        let vectors = IndexedData.clusters.vectors(2500, dimension: 64, &random)
        let indexed = try IndexedStore(vectors)
        try indexed.test.store.put([TestPoint(id: "new", vector: vectors[5])])
        for filter in [nil, "n < 1250"] {
            let request = SearchRequest(
                vector: [],
                filter: try filter.map { try PointFilter(parsing: $0) }
            )
            let single = try vectors[..<300].map { try indexed.search($0, filter: filter).hits }
            for threadCount in [1, 2, 7] {
                var answers: [[SearchHit]] = []
                try indexed.test.store.withReader(of: TestStore.collection) { snapshot in
                    let batch = SearchBatch(of: snapshot, like: request, threadCount: threadCount)
                    for vector in vectors[..<300] {
                        try batch.add(vector)
                        if batch.isFull { try batch.answer { hits, _ in answers.append(hits) } }
                    }
                    try batch.answer { hits, _ in answers.append(hits) }
                }
                #expect(answers.count == 300)
                #expect(answers == single)
            }
        }
    }

    @Test("A recall that is asked for is reached, and costs what it must")
    func recallWanted() throws {
        var random = SplitMix64(seed: 19)
        let vectors = IndexedData.even.vectors(4050, dimension: 96, &random)
        let indexed = try IndexedStore(Array(vectors[..<4000]))
        var efs: [Int] = []
        for wanted in [0.7, 0.9, 0.99] {
            var ef = 0
            let recall = try indexed.recall(
                Array(vectors[4000...]),
                effort: .recall(wanted)
            ) { explanation in
                ef = explanation.files[0].ef ?? 0
                #expect((explanation.files[0].expectedRecall ?? 0) >= wanted - 1e-4)
            }
            #expect(recall >= wanted - 0.02)
            efs.append(ef)
        }
        #expect(efs == efs.sorted() && efs[0] < efs[2])
        let exact = try indexed.search(vectors[0], effort: .recall(0.9999)).explanation.files[0]
        #expect(exact.path == .exact || (exact.ef ?? 0) > efs[2])
    }

    @Test("An index knows its own recall, and a better one where it walks more broadly")
    func ownRecall() throws {
        var random = SplitMix64(seed: 23)
        let vectors = IndexedData.even.vectors(2500, dimension: 64, &random)
        let indexed = try IndexedStore(vectors)
        try indexed.test.store.withReader(of: TestStore.collection) { snapshot in
            func recall(_ effort: SearchEffort, _ filter: String? = nil) throws -> Double? {
                let found = try snapshot.recall(
                    neighbourCount: 10,
                    sampleCount: 100,
                    filter: try filter.map { try PointFilter(parsing: $0) },
                    effort: effort
                )
                #expect(found.sampleCount == (found.wantedCount > 0 ? 100 : 0))
                return found.recall
            }
            let narrow = try #require(try recall(.ef(10)))
            let usual = try #require(try recall(.default))
            #expect(narrow < usual && usual >= 0.97)
            #expect(try recall(.exact) == 1)
            #expect(try #require(try recall(.default, "n < 1500")) >= 0.97)
            #expect(try recall(.default, "n < 5") == 1)
            #expect(try recall(.default, "n < 0") == nil)
        }
    }
}
