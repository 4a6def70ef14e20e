import TestSupport
import VectorStore

/// Vectors of the kinds that indexes have stumbled over.
enum IndexedData: String, CaseIterable, Sendable {
    /// Even in all directions.
    case even
    /// Lengths from a tenth to ten times the usual.
    case lengths
    /// All on one side: the mean is 14 standard deviations from the origin.
    case uncentred
    /// Tight clusters, far from one another.
    case clusters
    /// Every vector several times.
    case duplicates

    /// Draws vectors; they fill no more than ten of their dimensions, as real ones do not either.
    func vectors(_ count: Int, dimension: Int, _ random: inout SplitMix64) -> [[Float]] {
        let axes = (0..<10).map { _ in random.vector(dimension) }
        return vectors(count) {
            var vector = [Float](repeating: 0, count: dimension)
            for axis in axes {
                let weight = Float.random(in: -1...1, using: &random)
                for place in vector.indices { vector[place] += weight * axis[place] }
            }
            return vector
        } _: {
            Float.random(in: $0, using: &random)
        }
    }

    private func vectors(
        _ count: Int,
        _ draw: () -> [Float],
        _ number: (ClosedRange<Float>) -> Float
    ) -> [[Float]] {
        switch self {
        case .even: return (0..<count).map { _ in draw() }
        case .lengths:
            return (0..<count).map { _ in
                let length = number(-9...9)
                let scale = length < 0 ? 1 / (1 - length) : 1 + length
                return draw().map { $0 * scale }
            }
        case .uncentred:
            // The components' standard deviation is about 1.05.
            return (0..<count).map { _ in draw().map { $0 + 14 * 1.05 } }
        case .clusters:
            let centres = (0..<20).map { _ in draw().map { $0 * 10 } }
            return (0..<count).map { place in
                zip(centres[place % 20], draw()).map { $0 + $1 * 0.3 }
            }
        case .duplicates:
            let originals = (0..<max(1, count / 4)).map { _ in draw() }
            return (0..<count).map { originals[$0 % originals.count] }
        }
    }
}

/// A store with one collection, indexed, and what went into it.
struct IndexedStore {
    let test: TestStore
    private(set) var points: [TestPoint]
    let dimension: Int

    init(
        _ vectors: [[Float]],
        metric: Metric = .euclidean,
        payload: (Int, [Float]) -> String = { number, _ in #"{"n":\#(number)}"# }
    ) throws {
        dimension = vectors.first?.count ?? 4
        test = try TestStore(dimension: dimension, metric: metric)
        // A graph that is built with less care takes the tests a third of the time.
        try test.store.dropCollection(TestStore.collection)
        try test.store.createCollection(
            TestStore.collection,
            configuration: CollectionConfiguration(
                dimension: dimension,
                metric: metric,
                efConstruction: 80
            )
        )
        points = vectors.enumerated().map {
            TestPoint(id: "p\($0)", vector: $1, payload: payload($0, $1))
        }
        try test.store.put(points)
        _ = try test.store.compact(TestStore.collection)
    }

    /// Deletes points, which stay as dead rows of the segment.
    mutating func delete(where isDoomed: (Int) -> Bool) throws {
        let doomed = points.indices.filter(isDoomed)
        _ = try test.store.delete(
            .ids(doomed.map { PointID(known: points[$0].id) }),
            from: TestStore.collection
        )
        points = points.indices.filter { !isDoomed($0) }.map { points[$0] }
    }

    /// One search, with the account of it.
    func search(
        _ query: [Float],
        k: Int = 10,
        filter: String? = nil,
        effort: SearchEffort = .default
    ) throws -> (hits: [SearchHit], explanation: SearchExplanation) {
        let request = SearchRequest(
            vector: query,
            neighbourCount: k,
            filter: try filter.map { try PointFilter(parsing: $0) },
            effort: effort
        )
        var explanation = SearchExplanation()
        let hits = try test.store.withReader(of: TestStore.collection) {
            try $0.search(request, explanation: &explanation)
        }
        return (hits, explanation)
    }

    /// The share of the true nearest that searches find; a tie with the last counts as right.
    func recall(
        _ queries: [[Float]],
        k: Int = 10,
        filter: String? = nil,
        effort: SearchEffort = .default,
        _ look: (SearchExplanation) -> Void = { _ in }
    ) throws -> Double {
        var (right, wanted) = (0, 0)
        for query in queries {
            let exact = try search(query, k: k, filter: filter, effort: .exact).hits
            let (hits, explanation) = try search(query, k: k, filter: filter, effort: effort)
            look(explanation)
            guard hits.count == exact.count else {
                throw Unexpected("\(hits.count) of \(exact.count) points")
            }
            let isCloserLarger = explanationMetric != .euclidean
            let worst = exact.last?.score ?? 0
            right += hits.count { isCloserLarger ? $0.score >= worst : $0.score <= worst }
            wanted += exact.count
        }
        return wanted == 0 ? 1 : Double(right) / Double(wanted)
    }

    private var explanationMetric: Metric {
        do {
            return try test.store.collection(TestStore.collection).configuration.metric
        } catch {
            preconditionFailure("the collection is there: \(error)")
        }
    }
}
