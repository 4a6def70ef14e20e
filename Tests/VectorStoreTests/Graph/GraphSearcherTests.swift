import TestSupport
import Testing
import VectorStore

@Suite("GraphSearcher")
struct GraphSearcherTests {
    private func query(_ vector: [Float], _ metric: Metric) throws -> PreparedQuery {
        try PreparedQuery(vector.span, metric: metric, dimension: vector.count)
    }

    @Test(
        "All kernels walk the same way",
        arguments: Quantization.allCases,
        [3, 16, 100, 128, 384, 390]
    )
    func kernels(quantization: Quantization, dimension: Int) throws {
        let vectors = TestData.clustered.vectors(250, dimension: dimension, seed: 31)
        let data = TestRows(vectors, dimension: dimension)
        for metric in Metric.allCases {
            let view = try builtIndex(
                data.rows,
                metric: metric,
                quantization: quantization
            ).view
            let query = try query(data.vector(5).map { $0 + 0.1 }, metric)
            for sketched in view.sketches.isEmpty ? [false] : [false, true] {
                var walked = view
                walked.facts.hasSketches = sketched
                let walks = GraphKernels.available.map { kernels in
                    let searcher = GraphSearcher(kernels: kernels)
                    searcher.search(walked, for: query, ef: 50)
                    return searcher.found
                }
                for walk in walks {
                    #expect(walk.count == 50)
                    #expect(walk == walks[0])
                }
            }
            #expect(view.sketches.isEmpty != (quantization == .int8 && dimension >= 192))
        }
    }

    @Test(
        "Rows come nearest first, none twice, and no more than the breadth",
        arguments: [1, 7, 64, 300]
    )
    func order(ef: Int) throws {
        let data = TestRows(TestData.uniform.vectors(900, dimension: 12, seed: 32), dimension: 12)
        let view = try builtIndex(data.rows, metric: .euclidean).view
        let searcher = GraphSearcher()
        for row in stride(from: 0, to: 900, by: 90) {
            searcher.search(view, for: try query(data.vector(row), .euclidean), ef: ef)
            let found = searcher.found
            #expect(found.count == ef)
            #expect(Set(found.map(\.row)).count == found.count)
            #expect(zip(found, found.dropFirst()).allSatisfy { $0.distance <= $1.distance })
            #expect(searcher.distanceCount >= ef)
        }
    }

    @Test("A hidden row is not found, wherever the walk begins")
    func hidden() throws {
        let data = TestRows(TestData.uniform.vectors(300, dimension: 6, seed: 33), dimension: 6)
        let view = try builtIndex(data.rows, metric: .cosine).view
        let searcher = GraphSearcher()
        for row in 0..<300 {
            let query = try query(data.vector(row), .cosine)
            let node = try #require((0..<300).first { view.slot(of: $0) == UInt32(row) })
            searcher.search(view, for: query, ef: 40, hiding: UInt32(node))
            #expect(!searcher.found.contains { $0.row == UInt32(row) })
            #expect(searcher.found.count >= 39)
        }
    }

    @Test("A query of no length under the dot product finds nothing, which exact searches decide")
    func zeroQuery() throws {
        let data = TestRows(TestData.uniform.vectors(50, dimension: 3, seed: 34), dimension: 3)
        let view = try builtIndex(data.rows, metric: .dot).view
        let searcher = GraphSearcher()
        searcher.search(view, for: try query([0, 0, 0], .dot), ef: 10)
        #expect(searcher.found.isEmpty)
    }

    /// What is damaged, by the dimension: an index of each quantization, built once for all seeds.
    private static let sound: Result<[Int: [IndexView]], any Error> = Result {
        var views: [Int: [IndexView]] = [:]
        for dimension in [9, 192] {
            let vectors = TestData.uniform.vectors(400, dimension: dimension, seed: 35)
            let data = TestRows(vectors, dimension: dimension)
            views[dimension] = try Quantization.allCases.map {
                try builtIndex(data.rows, metric: .euclidean, quantization: $0).view
            }
        }
        return views
    }

    @Test(
        "Sections of random bytes lead nowhere, and never out of the index",
        arguments: UInt64(0)..<40
    )
    func damage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let dimension = seed.isMultiple(of: 2) ? 9 : 192
        for view in try #require(try Self.sound.get()[dimension]) {
            let query = try query(random.vector(dimension), .euclidean)
            for section in 0..<8 {
                let damaged = DamagedIndex(view, section: section, using: &random)
                let searcher = GraphSearcher()
                for ef in [1, 30, 400] {
                    searcher.search(damaged.view, for: query, ef: ef)
                    #expect(searcher.found.allSatisfy { $0.row < 400 })
                    #expect(searcher.found.count <= ef)
                    #expect(Set(searcher.found.map(\.row)).count == searcher.found.count)
                }
                searcher.search(
                    damaged.view,
                    for: query,
                    ef: 30,
                    stop: WalkStop(rank: 10, slack: 0.3)
                )
                #expect(searcher.found.allSatisfy { $0.row < 400 })
                #expect(searcher.found.count <= WalkStop.keptCount(ef: 30))
            }
        }
    }
}

/// A copy of an index in which bytes of one section are replaced by random ones.
final class DamagedIndex {
    let view: IndexView
    private let memory: [UnsafeMutableRawBufferPointer]

    init(_ whole: IndexView, section: Int, using random: inout SplitMix64) {
        let sections = [
            whole.mean, whole.records, whole.baseLinks, whole.upperRows, whole.upperOffsets,
            whole.upperLinks, whole.sketches, whole.slots,
        ]
        memory = sections.map { section in
            let copy = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(section.count, 1),
                alignment: 64
            )
            copy.copyMemory(from: section)
            return copy
        }
        let every = Int.random(in: 1...20, using: &random)
        for place in stride(from: 0, to: sections[section].count, by: every) {
            memory[section][place] = UInt8.random(in: 0...255, using: &random)
        }
        view = IndexView(
            facts: whole.facts,
            layout: whole.layout,
            mean: UnsafeRawBufferPointer(memory[0]),
            records: UnsafeRawBufferPointer(memory[1]),
            sketches: UnsafeRawBufferPointer(memory[6]),
            baseLinks: UnsafeRawBufferPointer(memory[2]),
            upperRows: UnsafeRawBufferPointer(memory[3]),
            upperOffsets: UnsafeRawBufferPointer(memory[4]),
            upperLinks: UnsafeRawBufferPointer(memory[5]),
            slots: UnsafeRawBufferPointer(memory[7])
        )
    }

    deinit {
        for section in memory { section.deallocate() }
    }
}
