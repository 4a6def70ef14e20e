import TestSupport
import Testing
import VectorStore

/// Rows that pass, each found out when asked: counts the questions.
private final class AskedRows: PassingRows {
    let count: PassingCount
    let known: SlotSet? = nil
    private(set) var asked: [Int] = []
    private let passes: (Int) -> Bool

    init(_ count: PassingCount, where passes: @escaping (Int) -> Bool) {
        self.count = count
        self.passes = passes
    }

    func contains(_ slot: Int) throws(Never) -> Bool {
        asked.append(slot)
        return passes(slot)
    }
}

/// The search of the files of a snapshot, and of a segment, without a catalog.
@Suite("Searching files")
struct FilesSearchTests {
    private static let vectors: [[Float]] = {
        var random = SplitMix64(seed: 3)
        return IndexedData.even.vectors(1700, dimension: 64, &random)
    }()

    /// A segment of 1500 rows and a tail of 200, made once for all tests.
    private static let indexed = Result {
        let indexed = try IndexedStore(Array(vectors[..<1500]))
        try indexed.test.store.put(
            vectors[1500...].enumerated().map { TestPoint(id: "t\($0)", vector: $1) }
        )
        return indexed
    }

    private func withFiles(
        _ body: (VectorFiles, _ vectors: [[Float]]) throws -> Void
    ) throws {
        try Self.indexed.get().test.store.withReader(of: TestStore.collection) {
            try body($0.files, Self.vectors)
        }
    }

    private func question(
        _ vector: [Float],
        k: Int = 10,
        _ effort: SearchEffort = .default,
        until cancellation: Cancellation = .never
    ) throws -> FilesSearch.Question {
        var query = try PreparedQuery(vector.span, metric: .euclidean, dimension: vector.count)
        query.cancellation = cancellation
        return FilesSearch.Question(query, neighbourCount: k, effort: effort)
    }

    @Test("A walk asks about the rows it ranks and no others")
    func asksFew() throws {
        try withFiles { files, vectors in
            let segment = VectorFiles([files.readers[0]])
            let rows = AskedRows(.estimated(1500)) { _ in true }
            var explanation: SearchExplanation? = SearchExplanation()
            let found = FilesSearch(segment).nearest(
                try question(vectors[0], .ef(24)),
                among: [rows],
                &explanation
            )
            #expect(found.count == 10)
            let file = try #require(explanation?.files.first)
            #expect(file.path == .filteredGraph && file.reason == .testedByKey)
            #expect(file.passingCount == nil)
            #expect((16...24).contains(rows.asked.count))
            #expect(Set(rows.asked).count == rows.asked.count)
        }
    }

    @Test("In a tail the nearest rows are asked about until k of them pass")
    func asksInOrder() throws {
        try withFiles { files, vectors in
            let tail = VectorFiles([files.readers[1]])
            let rows = AskedRows(.estimated(100)) { $0 % 2 == 0 }
            var explanation: SearchExplanation? = SearchExplanation()
            let search = FilesSearch(tail)
            let asking = try question(vectors[1500])
            let found = search.nearest(asking, among: [rows], &explanation).sorted()
            let known = SlotSet((0..<100).map { 2 * $0 }, rowCount: 200)
            let expected = search.nearest(asking, among: [KnownRows(known)], &explanation)
            #expect(found == expected.sorted() && found.count == 10)
            // Ascending distances, and the last row asked about is the last one found.
            #expect(rows.asked.last.map(UInt64.init) == found.last?.location)
            #expect((10..<60).contains(rows.asked.count))
            #expect(explanation?.files.map(\.path) == [.filteredExact, .filteredExact])
            #expect(explanation?.files.map(\.reason) == [.testedByKey, .notIndexed])
            #expect(explanation?.files.map(\.passingCount) == [nil, 100])
        }
    }

    @Test("No row of a tail is asked about that lies farther than the answers there are")
    func asksNothingFarther() throws {
        try withFiles { files, vectors in
            let segment = AskedRows(.estimated(1500)) { _ in true }
            let tail = AskedRows(.estimated(200)) { _ in true }
            var none: SearchExplanation?
            let found = FilesSearch(files).nearest(
                try question(vectors[0]),
                among: [segment, tail],
                &none
            )
            let fromTail = found.sorted().count { $0.location >> 32 == 1 }
            #expect(tail.asked.count <= 10 && tail.asked.count >= fromTail)
        }
    }

    @Test("Fewer rows that pass than are asked for are all found", arguments: [0, 1, 5])
    func fewPass(count: Int) throws {
        try withFiles { files, vectors in
            let rows = [
                AskedRows(.estimated(1000)) { $0 < count },
                AskedRows(.estimated(0)) { _ in false },
            ]
            var none: SearchExplanation?
            let found = FilesSearch(files).nearest(
                try question(vectors[0]),
                among: rows,
                &none
            )
            #expect(found.count == count)
        }
    }

    @Test("A file of which no row passes is left out")
    func leftOut() throws {
        try withFiles { files, vectors in
            let rows = [
                KnownRows(SlotSet([], rowCount: 1500)), KnownRows(SlotSet([7], rowCount: 200)),
            ]
            var explanation: SearchExplanation? = SearchExplanation()
            let found = FilesSearch(files).nearest(
                try question(vectors[0]),
                among: rows,
                &explanation
            )
            #expect(found.sorted().map(\.location) == [1 << 32 + 7])
            #expect(explanation?.files.map(\.isSegment) == [false])
        }
    }

    @Test("Without a filter a segment and a tail are searched as one")
    func whole() throws {
        try withFiles { files, vectors in
            var explanation: SearchExplanation? = SearchExplanation()
            let search = FilesSearch(files)
            // Broad enough to be a walk and to find the nearest row.
            for vector in [vectors[17], vectors[1517]] {
                let usual = search.nearest(
                    try question(vector, .ef(30)),
                    among: [KnownRows]?.none,
                    &explanation
                )
                let exact = search.nearest(
                    try question(vector, .exact),
                    among: [KnownRows]?.none,
                    &explanation
                )
                #expect(usual.sorted().first == exact.sorted().first)
                #expect(exact.sorted().first?.distance == 0)
            }
            #expect(explanation?.files.prefix(4).map(\.path) == [.graph, .exact, .exact, .exact])
        }
    }

    @Test("A search that is cancelled looks at no further file")
    func cancelled() throws {
        try withFiles { files, vectors in
            var explanation: SearchExplanation? = SearchExplanation()
            for effort in [SearchEffort.default, .exact] {
                let asking = try question(vectors[0], effort, until: Cancellation { true })
                let found = FilesSearch(files).nearest(
                    asking,
                    among: [AskedRows(.estimated(750)) { _ in true }],
                    &explanation
                )
                #expect(found.count == 0)
            }
            #expect(explanation?.files.isEmpty == true)
        }
    }
}
