import TestSupport
import Testing
import VectorStore

/// A filter over one snapshot: planned once, evaluated once at most.
@Suite("A prepared filter")
struct PreparedFilterTests {
    /// A segment of 300 points, every tenth dead, and a tail of 20.
    private func withFiles(_ body: (VectorFiles) throws -> Void) throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<300))
        _ = try test.store.compact()
        let doomed = stride(from: 0, to: 300, by: 10).map { PointID(known: "p\($0)") }
        _ = try test.store.delete(.ids(doomed), from: TestStore.collection)
        try test.store.put(samplePoints(300..<320))
        try test.store.withReader(of: TestStore.collection) { try body($0.files) }
    }

    private func prepared(
        _ source: CountingSource,
        _ files: VectorFiles,
        sample: Int = 20,
        tests: Int = 100
    ) -> PreparedFilter {
        let plan = PostFilterPlan(sampleCount: sample, testedCountMax: tests)
        return PreparedFilter(source, over: files, path: "", plan: plan)
    }

    private func question(_ effort: SearchEffort = .default) throws -> FilesSearch.Question {
        let vector: [Float] = [1, 2, 3, 4]
        let query = try PreparedQuery(vector.span, metric: .euclidean, dimension: 4)
        return FilesSearch.Question(query, neighbourCount: 1, effort: effort)
    }

    @Test("A point is tested once however often it is asked for, and a dead row not at all")
    func remembered() throws {
        try withFiles { files in
            let source = CountingSource(files.liveKeys) { $0 % 2 == 0 }
            let filter = prepared(source, files)
            for _ in 0..<3 {
                for slot in 0..<20 {
                    let key = files.readers[0].key(at: slot)
                    let passes = try filter.passes(slot, in: 0)
                    #expect(passes == (slot % 10 != 0 && key % 2 == 0))
                }
            }
            #expect(source.testedKeys.count == 18 && filter.testedCount == 18)
            #expect(source.evaluationCount == 0 && filter.known == nil)
        }
    }

    @Test("When more points were tested than pays, the filter is evaluated, once")
    func evaluated() throws {
        try withFiles { files in
            let source = CountingSource(files.liveKeys) { $0 % 3 == 0 }
            let filter = prepared(source, files, tests: 30)
            for (file, reader) in files.readers.enumerated() {
                for slot in 0..<reader.rowCount where !reader.deletions.contains(slot) {
                    let passes = try filter.passes(slot, in: file)
                    #expect(passes == (reader.key(at: slot) % 3 == 0))
                }
            }
            #expect(source.testedKeys.count == 30 && source.evaluationCount == 1)
            let sets = try filter.evaluate()
            #expect(source.evaluationCount == 1)
            #expect(sets.map(\.count) == filter.known?.map(\.count))
        }
    }

    @Test("The counts for a plan do not depend on what is known already")
    func counts() throws {
        try withFiles { files in
            for (percent, isEstimate) in [(100, true), (30, false)] {
                let source = CountingSource(files.liveKeys) { $0 % 100 < percent }
                let (tested, known) = (prepared(source, files), prepared(source, files))
                try known.evaluate()
                let asking = try question()
                let counts = try tested.counts(for: asking)
                #expect(try known.counts(for: asking) == counts)
                #expect(counts.map(\.isEstimate) == [isEstimate, isEstimate])
                #expect(try tested.counts(for: asking) == counts)
                #expect(source.testedKeys.count <= 30)
            }
        }
    }

    @Test("What indexes tell, and an exact search, need no test")
    func knownFirst() throws {
        try withFiles { files in
            let indexed = CountingSource(files.liveKeys, isFullyIndexed: true) { _ in true }
            let expected: [PassingCount] = [.counted(270), .counted(20)]
            let asking = try question()
            #expect(try prepared(indexed, files).counts(for: asking) == expected)
            let plain = CountingSource(files.liveKeys) { _ in true }
            let exact = try question(.exact)
            #expect(try prepared(plain, files).counts(for: exact) == expected)
            #expect(indexed.testedKeys.isEmpty && plain.testedKeys.isEmpty)
        }
    }

    @Test("A point that no file has is damage")
    func missing() throws {
        try withFiles { files in
            let source = CountingSource(files.liveKeys) { _ in true }
            let tail = VectorFiles([files.readers[1]])
            #expect(throws: VectorStoreError.self) { try prepared(source, tail).evaluate() }
        }
    }

    @Test("One snapshot prepares a filter once while it stays the same")
    func once() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<10))
        let even = try PointFilter(parsing: "even = true")
        let few = try PointFilter(parsing: "n < 5")
        try test.store.withReader(of: TestStore.collection) { snapshot in
            let first = try snapshot.prepared(even)
            let request = SearchRequest(vector: [1, 2, 3, 4], filter: even)
            _ = try snapshot.search(request)
            let batch = SearchBatch(of: snapshot, like: request, threadCount: 2)
            for _ in 0..<4 { try batch.add([4, 3, 2, 1]) }
            try batch.answer { hits, _ in #expect(hits.count == 5) }
            #expect(try snapshot.prepared(even) === first)
            #expect(try snapshot.count(few) == 5)
            #expect(try snapshot.prepared(even) === first && first.known != nil)
            #expect(try snapshot.prepared(few) !== first)
        }
    }
}
