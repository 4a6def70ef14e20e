import Foundation
import TestSupport
import Testing
import VectorStore

@Suite("Searching")
struct SearchTests {
    private static let docs = TestStore.collection

    /// The score of a pair, computed in the plainest way and in Double.
    static func score(_ query: [Float], _ vector: [Float], _ metric: Metric) -> Double {
        let pairs = zip(query, vector).map { (Double($0), Double($1)) }
        let dot = pairs.reduce(0) { $0 + $1.0 * $1.1 }
        switch metric {
        case .dot: return dot
        case .euclidean:
            return pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        case .cosine:
            let lengths = [query, vector].map { components in
                components.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            }
            return dot / (lengths[0] * lengths[1])
        }
    }

    /// Checks an answer against all points that may be in it.
    static func check(
        _ hits: [SearchHit],
        _ query: [Float],
        k: Int,
        among points: [TestPoint],
        _ metric: Metric
    ) {
        let sign: Double = metric == .euclidean ? 1 : -1
        let best = points.map { sign * score(query, $0.vector, metric) }.sorted()
        #expect(hits.count == min(k, points.count))
        #expect(Set(hits.map(\.point.id)).count == hits.count)
        for (rank, hit) in hits.enumerated() {
            let exact = score(query, hit.point.vector ?? [], metric)
            #expect(abs(Double(hit.score) - exact) < 1e-4 * max(1, abs(exact)))
            #expect(abs(sign * exact - best[rank]) < 1e-4 * max(1, abs(exact)))
            #expect(points.contains(TestPoint(hit.point)))
        }
    }

    @Test(
        "An answer is what comparing every point in Double gives",
        arguments: Metric.allCases,
        [3, 17, 64]
    )
    func exact(metric: Metric, dimension: Int) throws {
        let test = try TestStore(dimension: dimension, metric: metric)
        var random = SplitMix64(seed: UInt64(dimension))
        var points = (0..<120).map { number in
            TestPoint(
                id: "p\(number)",
                vector: random.vector(dimension),
                payload: #"{"n":\#(number),"third":\#(number % 3 == 0)}"#
            )
        }
        try test.store.put(points)
        for number in 0..<20 { points[number].vector = random.vector(dimension) }
        try test.store.put(Array(points[0..<20]))
        let gone = points[50..<60].map { PointID(known: $0.id) }
        _ = try test.store.delete(.ids(gone), from: Self.docs)
        points.removeSubrange(50..<60)
        let few = points.filter { $0.payload.contains(#""n":7,"#) || $0.payload.contains(":8,") }
        for indexed in [false, true] {
            if indexed { _ = try test.store.createIndex(on: "n", in: Self.docs) }
            for k in [1, 9, 1000] {
                let query = random.vector(dimension)
                let hits = try test.store.search(query, k: k)
                Self.check(hits, query, k: k, among: points, metric)
                let third = try test.store.search(query, k: k, filter: "third")
                Self.check(
                    third,
                    query,
                    k: k,
                    among: points.filter { $0.payload.contains("true") },
                    metric
                )
                let most = try test.store.search(query, k: k, filter: "n >= 0")
                #expect(most == hits)
                let some = try test.store.search(query, k: k, filter: "n = 7")
                Self.check(
                    some,
                    query,
                    k: k,
                    among: few.filter { $0.payload.contains(#""n":7,"#) },
                    metric
                )
                #expect(try test.store.search(query, k: k, filter: "n < 0") == [])
            }
        }
    }

    @Test("Points that are as near come in the order in which they were written")
    func ties() throws {
        let test = try TestStore(dimension: 2)
        let ids = ["d", "a", "c", "b"]
        try test.store.put(ids.map { TestPoint(id: $0, vector: [1, 1]) })
        for k in 1...5 {
            #expect(
                try test.store.search([0, 0], k: k).map(\.point.id.text) == Array(ids.prefix(k))
            )
        }
        try test.store.put([TestPoint(id: "a", vector: [1, 1])])
        #expect(try test.store.search([0, 0], k: 3).map(\.point.id.text) == ["d", "c", "b"])
    }

    @Test("The worst score wanted bounds the answer", arguments: Metric.allCases)
    func minimumScore(metric: Metric) throws {
        let test = try TestStore(dimension: 2, metric: metric)
        let vectors: [[Float]] = [[3, 0], [2, 0], [1, 1], [0, 5], [-1, 0]]
        try test.store.put(
            vectors.enumerated().map { TestPoint(id: "\($0)", vector: $1) }
        )
        for worst: Float in [-3, -1, -0.5, 0, 0.5, 1, 2, 3, 6] {
            let all = try test.store.search([2, 0])
            let bounded = try test.store.search([2, 0], minimumScore: worst)
            let within = all.filter { metric == .euclidean ? $0.score <= worst : $0.score >= worst }
            #expect(bounded == within)
        }
    }

    @Test("An empty collection has an empty answer, before and after it had points")
    func empty() throws {
        let test = try TestStore()
        #expect(try test.store.search([1, 2, 3, 4]) == [])
        #expect(try test.store.search([1, 2, 3, 4], filter: "n = 1") == [])
        try test.store.put(samplePoints(0..<2))
        _ = try test.store.delete(test.store.ids("p0", "p1"), from: Self.docs)
        #expect(try test.store.search([1, 2, 3, 4]) == [])
    }

    @Test("A query that can't be answered is refused")
    func refusals() throws {
        let test = try TestStore(metric: .cosine)
        try test.store.put(samplePoints(0..<2))
        #expect(
            throws: VectorStoreError.point(
                .invalidVector(
                    .dimensionMismatch(expected: 4, got: 3),
                    row: nil
                )
            )
        ) { try test.store.search([1, 2, 3]) }
        #expect(
            throws: VectorStoreError.point(.invalidVector(.notANumber(component: 3), row: nil))
        ) { try test.store.search([1, 2, 3, .nan]) }
        #expect(
            throws: VectorStoreError.point(.invalidVector(.noDirection(length: 0), row: nil))
        ) { try test.store.search([0, 0, 0, 0]) }
        for k in [0, -1, Limits.neighbourCount + 1] {
            #expect(
                throws: VectorStoreError.point(
                    .limitExceeded(
                        limit: "k",
                        maximum: Limits.neighbourCount,
                        got: k
                    )
                )
            ) { try test.store.search([1, 2, 3, 4], k: k) }
        }
        #expect(try test.store.search([1, 2, 3, 4], k: Limits.neighbourCount).count == 2)
    }

    @Test("Hits carry their vectors only when asked")
    func vectors() throws {
        let test = try TestStore()
        try test.store.put(samplePoints(0..<1))
        let hits = try test.store.withReader(of: Self.docs) {
            try $0.search(SearchRequest(vector: [1, 2, 3, 4]))
        }
        #expect(hits.count == 1 && hits[0].point.vector == nil)
    }
}
