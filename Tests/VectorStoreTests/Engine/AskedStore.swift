import TestSupport
import VectorStore

/// What is asked of a collection: the same with several vectors.
struct AskedQuestion: CustomStringConvertible {
    var vectors: [[Float]]
    let k: Int
    let filter: String?
    let effort: SearchEffort

    var description: String { "\(k) of \(filter ?? "all"), \(effort)" }

    func request(_ vector: [Float]) throws -> SearchRequest {
        SearchRequest(
            vector: vector,
            neighbourCount: k,
            filter: try filter.map { try PointFilter(parsing: $0) },
            effort: effort
        )
    }
}

/// A collection of two segments and a tail, all with dead rows, and ways to ask it.
///
/// Points have random numbers `r` below 1000, their own number `n`, and `near`, which agrees with
/// one half of the queries.
struct AskedStore {
    let store: Store
    let pointCount: Int
    private let test: TestStore
    private let name = TestStore.collection
    private let metric: Metric
    private let vectors: [[Float]]

    /// Makes a collection, whose settings a seed chooses, with so many points in each file.
    init(seed: UInt64, sizes: [Int], dimension: Int, _ random: inout SplitMix64) throws {
        let metrics = Metric.allCases
        metric = metrics[Int(seed) % metrics.count]
        test = try TestStore(dimension: dimension, metric: metric)
        store = test.store
        try store.dropCollection(name)
        try store.createCollection(
            name,
            configuration: CollectionConfiguration(
                dimension: dimension,
                metric: metric,
                quantization: [.int8, .int8, .none, .binary][Int(seed) % 4],
                efConstruction: 20
            )
        )
        let kinds = IndexedData.allCases
        pointCount = sizes.reduce(0, +)
        vectors = kinds[Int(seed) % kinds.count]
            .vectors(pointCount, dimension: dimension, &random)
        try fill(sizes, &random)
        if seed % 5 == 4 {
            for field in ["r", "near"] { _ = try store.createIndex(on: field, in: name) }
        }
    }

    private func fill(_ sizes: [Int], _ random: inout SplitMix64) throws {
        let middle = vectors.map { $0[0] }.sorted()[pointCount / 2]
        var points = vectors.enumerated().map { number, vector in
            let r = Int.random(in: 0..<1000, using: &random)
            return TestPoint(
                id: "p\(number)",
                vector: vector,
                payload: #"{"r":\#(r),"near":\#(vector[0] < middle),"n":\#(number)}"#
            )
        }
        var first = 0
        for (place, size) in sizes.enumerated() {
            try store.put(Array(points[first..<first + size]))
            // A large segment does not join small ones.
            if place + 1 < sizes.count {
                _ = try store.maintenance.compactIfDue(name, threshold: 1)
            }
            first += size
        }
        let doomed = (0..<pointCount).filter { _ in random.chance(10) }
        _ = try store.delete(.ids(doomed.map { PointID(known: "p\($0)") }), from: name)
        for place in doomed.prefix(20) { points[place].payload = #"{"r":1,"near":true}"# }
        try store.put(doomed.prefix(20).map { points[$0] })
    }

    /// A question of any kind.
    func question(_ random: inout SplitMix64) -> AskedQuestion {
        let share = Int.random(in: 0...1000, using: &random)
        let filter = random.pick([
            nil, "r < \(share)", "r < \(share)", "r >= \(share)", "near = true",
            "near = true and r < \(share)", "near = false or r < 30", "r >= 0", "r < 0",
            "n < \(share * pointCount / 1000)", "r in (1, 2, 3)",
        ])
        return AskedQuestion(
            vectors: vectors(Int.random(in: 2...12, using: &random), &random),
            k: random.pick([1, 2, 10, 10, 10, 50, Int.random(in: 1...600, using: &random)]),
            filter: filter,
            effort: effort(&random)
        )
    }

    func effort(_ random: inout SplitMix64) -> SearchEffort {
        random.pick([
            .default, .default, .default, .ef(Int.random(in: 1...300, using: &random)),
            .ef(10), .recall(0.95), .recall(0.995), .exact,
        ])
    }

    /// Vectors near those of points.
    func vectors(_ count: Int, _ random: inout SplitMix64) -> [[Float]] {
        (0..<count).map { _ in
            random.pick(vectors).map { $0 + Float.random(in: -0.1...0.1, using: &random) }
        }
    }

    func query(_ vector: [Float]) throws -> PreparedQuery {
        try PreparedQuery(vector.span, metric: metric, dimension: vector.count)
    }

    // MARK: Ways to ask

    /// Each query in a snapshot of its own.
    func singles(
        _ question: AskedQuestion,
        _ look: (SearchExplanation) -> Void = { _ in }
    ) throws -> [[SearchHit]] {
        try question.vectors.map { vector in
            let request = try question.request(vector)
            var explanation = SearchExplanation()
            let hits = try store.withReader(of: name) {
                try $0.search(request, explanation: &explanation)
            }
            look(explanation)
            return hits
        }
    }

    /// All queries in one snapshot, one after the other.
    func inOneSnapshot(_ question: AskedQuestion) throws -> [[SearchHit]] {
        try store.withReader(of: name) { snapshot in
            try question.vectors.map { try snapshot.search(try question.request($0)) }
        }
    }

    func batch(_ question: AskedQuestion, threadCount: Int) throws -> [[SearchHit]] {
        try store.withReader(of: name) { snapshot in
            let batch = SearchBatch(
                of: snapshot,
                like: try question.request([]),
                threadCount: threadCount
            )
            var answers: [[SearchHit]] = []
            for vector in question.vectors { try batch.add(vector) }
            try batch.answer { hits, _ in answers.append(hits) }
            return answers
        }
    }
}

/// Lets points pass by their keys, and counts what it is asked.
final class CountingSource: FilterSource {
    let isFullyIndexed: Bool
    private(set) var evaluationCount = 0
    private(set) var testedKeys: [Int64] = []
    private let liveKeys: [Int64]
    private let isPassing: (Int64) -> Bool

    /// Takes all live keys of some files, and which of them pass.
    init(
        _ liveKeys: [Int64],
        isFullyIndexed: Bool = false,
        where isPassing: @escaping (Int64) -> Bool
    ) {
        self.isFullyIndexed = isFullyIndexed
        self.liveKeys = liveKeys
        self.isPassing = isPassing
    }

    func keys() -> [Int64] {
        evaluationCount += 1
        return liveKeys.filter(isPassing)
    }

    func passes(_ key: Int64) -> Bool {
        testedKeys.append(key)
        return isPassing(key)
    }
}

extension VectorFiles {
    /// The keys of all live rows.
    var liveKeys: [Int64] {
        readers.flatMap { reader in
            (0..<reader.rowCount).filter { !reader.deletions.contains($0) }
                .map { reader.key(at: $0) }
        }
    }
}
