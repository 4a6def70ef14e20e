/// Vectors in one piece of memory, one behind the other, for benchmarks.
package struct BenchmarkRows: Sendable {
    /// The number of components of each vector.
    package let dimension: Int
    /// All components, row by row.
    package private(set) var components: [Float]

    /// Takes vectors that lie one behind the other.
    package init(dimension: Int, components: [Float] = []) {
        precondition(
            dimension > 0 && components.count % dimension == 0,
            "rows have one dimension"
        )
        self.dimension = dimension
        self.components = components
    }

    /// The number of vectors.
    package var count: Int { components.count / dimension }

    /// One vector.
    package subscript(row: Int) -> ArraySlice<Float> {
        components[row * dimension..<(row + 1) * dimension]
    }

    /// Adds a vector.
    package mutating func append(_ vector: some Collection<Float>) {
        precondition(vector.count == dimension, "rows have one dimension")
        components.append(contentsOf: vector)
    }

    /// The first vectors.
    package func prefix(_ count: Int) -> BenchmarkRows {
        let kept = min(count, self.count) * dimension
        return BenchmarkRows(dimension: dimension, components: Array(components[..<kept]))
    }
}

extension BenchmarkRows {
    /// Draws vectors in clusters, and queries from the same clusters.
    ///
    /// - Parameters:
    ///   - count: how many vectors.
    ///   - queryCount: how many queries.
    ///   - dimension: their number of components.
    ///   - seed: the same seed gives the same vectors, on any machine.
    /// - Returns: the vectors and the queries.
    package static func clustered(
        count: Int,
        queryCount: Int,
        dimension: Int,
        seed: UInt64
    ) -> (base: BenchmarkRows, queries: BenchmarkRows) {
        var random = BellCurve(seed: seed)
        let centreCount = max(1, count / rowsPerCluster)
        let centres = (0..<centreCount * dimension).map { _ in random.draw() }
        func draw(_ count: Int) -> BenchmarkRows {
            var components: [Float] = []
            components.reserveCapacity(count * dimension)
            for _ in 0..<count {
                let centre = random.below(centreCount) * dimension
                for place in centre..<centre + dimension {
                    components.append(centres[place] + spread * random.draw())
                }
            }
            return BenchmarkRows(dimension: dimension, components: components)
        }
        let base = draw(count)
        return (base, draw(queryCount))
    }

    private static let rowsPerCluster = 200
    /// How far rows are from their centre, beside how far centres are from one another.
    private static let spread: Float = 0.5

    /// Numbers around 0 with variance 1: sums of four even ones, which are the same everywhere.
    private struct BellCurve {
        private var random: SplitMix64

        init(seed: UInt64) { random = SplitMix64(seed: seed) }

        mutating func below(_ count: Int) -> Int {
            Int(random.next().multipliedFullWidth(by: UInt64(count)).high)
        }

        mutating func draw() -> Float {
            let bits = random.next()
            let sum = (0..<4).reduce(Float(0)) {
                $0 + Float((bits >> UInt64(16 * $1)) & 0xFFFF) / 65_536
            }
            return (sum - 2) * 1.732_050_8
        }
    }
}
