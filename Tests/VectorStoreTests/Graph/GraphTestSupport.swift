import TestSupport
import VectorStore

/// Rows for an index, kept in one piece of memory.
final class TestRows: Sendable {
    let dimension: Int
    let vectors: [Float]
    let rows: IndexRows

    var count: Int { rows.count }

    /// Keeps vectors that lie one after the other; the key of row `i` is `firstKey + i`.
    init(_ vectors: [Float], dimension: Int, firstKey: Int64 = 1) {
        let memory = VectorMemory(vectors)
        var rows = IndexRows(dimension: dimension)
        for row in 0..<(vectors.count / dimension) {
            let vector = Array(vectors[(row * dimension)..<((row + 1) * dimension)])
            rows.append(
                key: firstKey + Int64(row),
                vector: memory.start + row * dimension,
                inverseNorm: storedInverseNorm(of: vector)
            )
        }
        rows.owners = [memory]
        self.dimension = dimension
        self.vectors = vectors
        self.rows = rows
    }

    func vector(_ row: Int) -> [Float] {
        Array(vectors[(row * dimension)..<((row + 1) * dimension)])
    }

    /// Some of the rows, under the same keys.
    func part(_ kept: [Int]) -> IndexRows {
        var part = IndexRows(dimension: dimension)
        part.owners = rows.owners
        for row in kept {
            part.append(
                key: rows.keys[row],
                vector: rows.vectors[row],
                inverseNorm: rows.inverseNorms[row]
            )
        }
        return part
    }
}

/// Kinds of data that indexes have been seen to fail on.
enum TestData: String, CaseIterable, Sendable {
    /// No structure at all.
    case uniform
    /// Forty clusters.
    case clustered
    /// All far away from the origin, as raw features are: 14 standard deviations.
    case offset
    /// A third of the rows are equal to other ones.
    case duplicates
    /// Lengths between 1/10 and 10.
    case lengths

    func vectors(_ count: Int, dimension: Int, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed)
        let centres = (0..<40).map { _ in random.vector(dimension, in: -4...4) }
        var vectors: [Float] = []
        for row in 0..<count {
            var vector = random.vector(dimension)
            switch self {
            case .uniform: break
            case .clustered:
                vector = zip(vector, centres[row % centres.count]).map { $0 + $1 }
            case .offset:
                vector = vector.map { $0 + 14 * 0.577 }
            case .duplicates where row % 3 == 2:
                let other = Int.random(in: 0..<row, using: &random)
                vector = Array(vectors[(other * dimension)..<((other + 1) * dimension)])
            case .duplicates: break
            case .lengths:
                let factor = exponential(Float.random(in: -2.3...2.3, using: &random))
                vector = vector.map { $0 * factor }
            }
            vectors.append(contentsOf: vector)
        }
        return vectors
    }

    private func exponential(_ exponent: Float) -> Float {
        var sum: Float = 1
        var term: Float = 1
        for step in 1...30 {
            term *= exponent / Float(step)
            sum += term
        }
        return sum
    }
}

/// Searches of a built index, ranked with full vectors, against exact ones.
struct RecallProbe {
    let data: TestRows
    let metric: Metric
    let view: IndexView

    /// The share of the true nearest rows, or rows as near, that walks find.
    func recall(queries: [[Float]], neighbours: Int, ef: Int) throws -> Double {
        let searcher = GraphSearcher()
        var hits = 0
        for vector in queries {
            let query = try PreparedQuery(
                vector.span,
                metric: metric,
                dimension: data.dimension
            )
            let exact = (0..<data.count).map { distance(query, $0) }.sorted().prefix(neighbours)
            searcher.search(view, for: query, ef: ef)
            let count = view.layout.rankedCount(
                neighbours: neighbours,
                found: searcher.found.count,
                sketched: view.facts.hasSketches
            )
            let found = searcher.found.prefix(count).map { distance(query, Int($0.row)) }.sorted()
            hits += found.prefix(neighbours).count { $0 <= exact[exact.count - 1] }
        }
        return Double(hits) / Double(queries.count * min(neighbours, data.count))
    }

    private func distance(_ query: PreparedQuery, _ row: Int) -> Float {
        query.distance(
            to: data.vector(row).span,
            inverseNorm: data.rows.inverseNorms[row]
        )
    }
}

extension IndexView {
    /// The nodes that links on level 0 lead to from the entry point.
    func reachedRows() -> Set<UInt32> {
        let entry =
            facts.upperLevelCount > 0 ? upperRow(Int(facts.entryPoint)) : facts.entryPoint
        var reached: Set<UInt32> = [entry]
        var waiting = [entry]
        while let row = waiting.popLast() {
            for next in baseList(of: Int(row)) where reached.insert(next).inserted {
                waiting.append(next)
            }
        }
        return reached
    }

    /// All sections, one after the other.
    var bytes: [UInt8] {
        [mean, records, sketches, baseLinks, upperRows, upperOffsets, upperLinks, slots]
            .flatMap { Array($0) }
    }
}

/// An index over rows, as a collection of this configuration would have it.
func builtIndex(
    _ rows: IndexRows,
    metric: Metric,
    quantization: Quantization = .int8,
    linkCount: Int = 16,
    efConstruction: Int = 80,
    threads: Int = 2,
    kernels: GraphKernels = .best,
    adopting adopted: IndexBuilder.Adopted? = nil
) throws -> BuiltIndex {
    var builder = IndexBuilder(
        configuration: try CollectionConfiguration(
            dimension: rows.dimension,
            metric: metric,
            quantization: quantization,
            linkCount: linkCount,
            efConstruction: efConstruction
        )
    )
    builder.threadCount = threads
    builder.kernels = kernels
    return try builder.build(rows, adopting: adopted)
}
