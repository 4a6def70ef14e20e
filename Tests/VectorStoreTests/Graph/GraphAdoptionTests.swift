import TestSupport
import Testing
import VectorStore

@Suite("GraphAdoption")
struct GraphAdoptionTests {
    private let dimension = 24

    private func data(_ count: Int, kind: TestData = .clustered) -> TestRows {
        TestRows(kind.vectors(count, dimension: dimension, seed: 21), dimension: dimension)
    }

    @Test(
        "Rows added to a graph that is taken over are found as in a new one",
        arguments: Metric.allCases
    )
    func merge(metric: Metric) throws {
        let data = data(1_000)
        let old = (0..<1_000).filter { $0 % 10 != 3 }
        let first = try builtIndex(data.part(old), metric: metric)
        let merged = try builtIndex(
            data.rows,
            metric: metric,
            adopting: .init(view: first.view, newSlots: old.map { UInt32($0) })
        )
        let fresh = try builtIndex(data.rows, metric: metric)
        #expect(merged.view.reachedRows().count == 1_000)
        let queries = (0..<100).map { data.vector($0 * 10 + 3).map { $0 + 0.05 } }
        func recall(_ view: IndexView) throws -> Double {
            try RecallProbe(data: data, metric: metric, view: view)
                .recall(queries: queries, neighbours: 10, ef: 64)
        }
        #expect(try recall(merged.view) >= recall(fresh.view) - 0.01)
    }

    @Test(
        "Rows that are gone are forgotten, and the others stay reachable",
        arguments: Metric.allCases
    )
    func delete(metric: Metric) throws {
        let data = data(1_200)
        let whole = try builtIndex(data.rows, metric: metric)
        // Half of each of the clusters, and one cluster altogether.
        let kept = (0..<1_200).filter { $0 % 80 >= 40 && $0 % 40 != 7 }
        var newSlots = [UInt32?](repeating: nil, count: 1_200)
        for (slot, row) in kept.enumerated() { newSlots[row] = UInt32(slot) }
        let rest = data.part(kept)
        let index = try builtIndex(
            rest,
            metric: metric,
            adopting: .init(view: whole.view, newSlots: newSlots)
        )
        #expect(index.view.reachedRows().count == kept.count)
        let restData = TestRows(kept.flatMap { data.vector($0) }, dimension: dimension)
        let recall = try RecallProbe(data: restData, metric: metric, view: index.view).recall(
            queries: (0..<100).map { data.vector($0 * 12 + 1) },
            neighbours: 10,
            ef: 100
        )
        #expect(recall >= 0.96)
    }

    @Test("Generations of deletes and inserts leave no row unreachable", arguments: UInt64(0)..<4)
    func generations(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let data = data(1_400, kind: .duplicates)
        var alive = Array(0..<500)
        var index = try builtIndex(data.part(alive), metric: .euclidean)
        for generation in 1...5 {
            let kept = alive.filter { _ in Int.random(in: 0..<10, using: &random) < 7 }
            let next = kept + Array((350 + generation * 150)..<(500 + generation * 150))
            let places = Dictionary(uniqueKeysWithValues: next.enumerated().map { ($1, $0) })
            index = try builtIndex(
                data.part(next),
                metric: .euclidean,
                adopting: .init(
                    view: index.view,
                    newSlots: alive.map { places[$0].map { UInt32($0) } }
                )
            )
            alive = next
            #expect(index.view.reachedRows().count == alive.count)
        }
    }

    @Test("Taking over is the same for any number of threads")
    func determinism() throws {
        let data = data(900)
        let first = try builtIndex(data.part(Array(0..<700)), metric: .cosine)
        let newSlots: [UInt32?] = (0..<700).map { row in
            let gone = (row + 8) / 9
            return row % 9 == 0 ? nil : UInt32(row - gone)
        }
        let kept = (0..<900).filter { $0 >= 700 || $0 % 9 != 0 }
        let all = try [1, 2, 4].map { threads in
            try builtIndex(
                data.part(kept),
                metric: .cosine,
                threads: threads,
                adopting: .init(view: first.view, newSlots: newSlots)
            ).view.bytes
        }
        #expect(all[0] == all[1] && all[1] == all[2])
    }

    @Test("A row a thousand times as long as the others makes a new graph")
    func longer() throws {
        var vectors = TestData.uniform.vectors(600, dimension: 8, seed: 22)
        for place in 0..<8 { vectors[599 * 8 + place] = 5_000 }
        let data = TestRows(vectors, dimension: 8)
        let first = try builtIndex(data.part(Array(0..<500)), metric: .dot)
        let merged = try builtIndex(
            data.rows,
            metric: .dot,
            adopting: .init(view: first.view, newSlots: (0..<500).map { UInt32($0) })
        )
        let fresh = try builtIndex(data.rows, metric: .dot)
        #expect(merged.view.bytes == fresh.view.bytes)
    }

    @Test("An index of which nothing is left is not taken over")
    func nothingLeft() throws {
        let data = data(400)
        let first = try builtIndex(data.part(Array(0..<200)), metric: .cosine)
        let rest = data.part(Array(200..<400))
        let merged = try builtIndex(
            rest,
            metric: .cosine,
            adopting: .init(view: first.view, newSlots: [UInt32?](repeating: nil, count: 200))
        )
        #expect(merged.view.bytes == (try builtIndex(rest, metric: .cosine)).view.bytes)
    }
}
