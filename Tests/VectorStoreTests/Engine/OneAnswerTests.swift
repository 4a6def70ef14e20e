import TestSupport
import Testing
import VectorStore

/// One question, asked in every way that there is: 10,000 questions to ten collections.
@Suite("One question has one answer")
struct OneAnswerTests {
    /// Collections, and queries that each of them is asked through files and through snapshots.
    private static let seeds = UInt64(0)..<10
    private static let fileQueryCount = 940
    private static let snapshotQueryCount = 60

    private func asked(_ seed: UInt64, _ random: inout SplitMix64) throws -> AskedStore {
        try AskedStore(
            seed: seed,
            sizes: [1200, Int.random(in: 200...290, using: &random), 40],
            dimension: [16, 96, 200][Int(seed) % 3],
            &random
        )
    }

    @Test("Single searches, a second one and batches find the same rows", arguments: Self.seeds)
    func sameRows(seed: UInt64) throws {
        var random = SplitMix64(seed: 1000 + seed)
        let asked = try asked(seed, &random)
        var count = 0
        while count < Self.snapshotQueryCount {
            let question = asked.question(&random)
            count += question.vectors.count
            let single = try asked.singles(question)
            #expect(try asked.inOneSnapshot(question) == single, "\(question)")
            for threadCount in [1, 3] {
                let batch = try asked.batch(question, threadCount: threadCount)
                #expect(batch == single, "\(threadCount) threads: \(question)")
            }
        }
        try asked.store.withReader(of: TestStore.collection) {
            try checkRows(asked, $0.files, &random)
        }
    }

    /// Compares rows that are tested with rows that are known, where a few tests suffice for a
    /// sample, and where there may be few or any number of them.
    private func checkRows(
        _ asked: AskedStore,
        _ files: VectorFiles,
        _ random: inout SplitMix64
    ) throws {
        let search = FilesSearch(files)
        let keys = files.liveKeys
        var none: SearchExplanation?
        var paths: Set<SearchExplanation.Path> = []
        for _ in 0..<Self.fileQueryCount {
            let percent = random.pick([0, 1, 5, 20, 50, 80, 100])
            let salt = Int64.random(in: 0..<1000, using: &random)
            let source = CountingSource(keys) { ($0 &* 7919 &+ salt) % 100 < percent }
            let (k, effort) = (random.pick([1, 10, 10, 50, 300]), asked.effort(&random))
            let question = FilesSearch.Question(
                try asked.query(asked.vectors(1, &random)[0]),
                neighbourCount: k,
                effort: effort
            )
            let plan = PostFilterPlan(
                sampleCount: random.pick([20, 100]),
                testedCountMax: random.pick([150, 700, 1_000_000])
            )
            let tested = PreparedFilter(source, over: files, path: "", plan: plan)
            let known = PreparedFilter(source, over: files, path: "", plan: plan)
            var explanation: SearchExplanation? = SearchExplanation()
            let found = try search.nearest(
                question,
                among: try tested.counts(for: question).enumerated().map {
                    TestedRows(of: tested, in: $0, count: $1)
                },
                &explanation
            )
            let expected = search.nearest(
                question,
                among: try known.rows(for: question),
                &none
            )
            #expect(
                found.sorted() == expected.sorted(),
                "\(percent) %, \(k), \(effort), \(plan)"
            )
            paths.formUnion(explanation?.files.map(\.path) ?? [])
        }
        #expect(paths.contains(.filteredExact) && paths.contains(.filteredGraph))
    }

    @Test("So do they in a collection so large that points are tested as they are found")
    func testedByKey() throws {
        var random = SplitMix64(seed: 5)
        let asked = try AskedStore(seed: 0, sizes: [6000, 800, 40], dimension: 8, &random)
        var testedCount = 0
        for filter in ["r >= 0", "r < 700", "near = true", "near = false or r < 200", "n < 6000"] {
            for effort in [SearchEffort.default, .ef(20)] {
                let question = AskedQuestion(
                    vectors: asked.vectors(4, &random),
                    k: 10,
                    filter: filter,
                    effort: effort
                )
                let single = try asked.singles(question) { testedCount += $0.testedCount }
                #expect(try asked.inOneSnapshot(question) == single, "\(question)")
                #expect(try asked.batch(question, threadCount: 2) == single, "\(question)")
            }
        }
        #expect(testedCount > 0)
    }
}
