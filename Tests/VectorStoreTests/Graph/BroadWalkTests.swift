import Synchronization
import TestSupport
import Testing
import VectorStore

/// Walks of an ef that kernels do not walk with.
@Suite("Broad walks")
struct BroadWalkTests {
    private static let rowCount = 2600
    private static let dimension = 6
    /// The largest ef of a kernel's walk.
    private static let kernelEF = 2048

    /// An index and its rows, built once for all tests.
    private static let built: Result<(TestRows, IndexView), any Error> = Result {
        let vectors = TestData.clustered.vectors(rowCount, dimension: dimension, seed: 41)
        let data = TestRows(vectors, dimension: dimension)
        return (data, try builtIndex(data.rows, metric: .euclidean, linkCount: 8).view)
    }

    private func query(
        _ data: TestRows,
        _ row: Int,
        until cancellation: Cancellation = .never
    ) throws -> PreparedQuery {
        var query = try PreparedQuery(
            data.vector(row).span,
            metric: .euclidean,
            dimension: Self.dimension
        )
        query.cancellation = cancellation
        return query
    }

    @Test("They find what the kernels find, nearest first and none twice", arguments: [0, 7, 1300])
    func sameRows(row: Int) throws {
        let (data, view) = try Self.built.get()
        let query = try query(data, row)
        let searcher = GraphSearcher()
        searcher.search(view, for: query, ef: Self.kernelEF)
        let expected = searcher.found
        searcher.search(view, for: query, ef: Self.kernelEF + 1)
        let found = searcher.found
        #expect(found.count == Self.kernelEF + 1)
        #expect(Array(found.prefix(1800)) == Array(expected.prefix(1800)))
        #expect(Set(found.map(\.row)).count == found.count)
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.distance <= $1.distance })
        #expect(searcher.distanceCount >= Self.kernelEF)
    }

    @Test("One for more rows than there are finds all, but for the hidden one")
    func allRows() throws {
        let (data, view) = try Self.built.get()
        let searcher = GraphSearcher()
        searcher.search(view, for: try query(data, 3), ef: 1_000_000)
        #expect(searcher.found.count == Self.rowCount)
        let hidden = searcher.found[0].row
        let node = try #require((0..<Self.rowCount).first { view.slot(of: $0) == hidden })
        searcher.search(view, for: try query(data, 3), ef: Self.rowCount, hiding: UInt32(node))
        #expect(searcher.found.count == Self.rowCount - 1)
        #expect(!searcher.found.contains { $0.row == hidden })
    }

    @Test("A cancellation ends them at the next hop", arguments: [1, 2, 5, 20])
    func cancelled(question: Int) throws {
        let (data, view) = try Self.built.get()
        func walk(until question: Int) throws -> (distances: Int, asked: Int, found: Int) {
            let asked = Asked()
            let cancellation = Cancellation { asked.next() >= question }
            let searcher = GraphSearcher()
            searcher.search(view, for: try query(data, 11, until: cancellation), ef: 2500)
            return (searcher.distanceCount, asked.count, searcher.found.count)
        }
        let whole = try walk(until: .max)
        let atOnce = try walk(until: 1)
        let ended = try walk(until: question)
        #expect(ended.asked == question && whole.asked > 100)
        // A hop expands eight rows.
        let mostPerHop = 8 * view.facts.baseLinkCount
        #expect(ended.distances <= atOnce.distances + (question - 1) * mostPerHop)
        #expect(ended.found < whole.found)
    }

    @Test("Links of random bytes lead nowhere, and never out of the index", arguments: 0..<8)
    func damage(section: Int) throws {
        let (data, view) = try Self.built.get()
        var random = SplitMix64(seed: UInt64(section))
        let damaged = DamagedIndex(view, section: section, using: &random)
        let searcher = GraphSearcher()
        searcher.search(damaged.view, for: try query(data, 5), ef: 2500)
        #expect(searcher.found.count <= 2500)
        #expect(searcher.found.allSatisfy { $0.row < Self.rowCount })
        #expect(Set(searcher.found.map(\.row)).count == searcher.found.count)
    }
}

/// Counts questions.
private final class Asked: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func next() -> Int {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}
