import TestSupport
import Testing
import VectorStore

@Suite("DistanceKernels")
struct DistanceKernelsTests {
    @Test("The portable kernels are always there, and the best ones are among the available")
    func available() {
        let names = DistanceKernels.available.map(\.name)
        #expect(names.first == "portable")
        #expect(names.last == DistanceKernels.best.name)
    }

    @Test("Kernels agree with sums in Double", arguments: testedDimensions)
    func accuracy(dimension: Int) {
        var generator = SplitMix64(seed: UInt64(dimension))
        let one = generator.vector(dimension)
        let other = generator.vector(dimension)
        let products = zip(one, other).map { Double($0) * Double($1) }
        let squares = zip(one, other).map { (Double($0) - Double($1)) * (Double($0) - Double($1)) }
        for kernels in DistanceKernels.available {
            let dot = Double(kernels.dot(one.span, other.span))
            let tolerance = 1e-6 * products.reduce(0) { $0 + abs($1) } + 1e-12
            #expect(abs(dot - products.reduce(0, +)) <= tolerance, "\(kernels.name)")
            let squared = Double(kernels.squaredEuclidean(one.span, other.span))
            let expected = squares.reduce(0, +)
            #expect(abs(squared - expected) <= 1e-6 * expected + 1e-12, "\(kernels.name)")
        }
    }

    @Test("All levels give the lanes' sum bit for bit", arguments: testedDimensions)
    func bitIdentity(dimension: Int) {
        var generator = SplitMix64(seed: 1_000 + UInt64(dimension))
        // Very different magnitudes make every other order of addition visible.
        let one = generator.vector(dimension).map { $0 * $0 * $0 * 1e6 }
        let other = generator.vector(dimension).map { $0 / 1e3 }
        let dot = laneSum(zip(one, other).map { $0 * $1 })
        let squared = laneSum(zip(one, other).map { ($0 - $1) * ($0 - $1) })
        for kernels in DistanceKernels.available {
            let levelDot = kernels.dot(one.span, other.span)
            let levelSquared = kernels.squaredEuclidean(one.span, other.span)
            #expect(levelDot.bitPattern == dot.bitPattern, "\(kernels.name)")
            #expect(levelSquared.bitPattern == squared.bitPattern, "\(kernels.name)")
        }
    }

    @Test("All levels agree on subnormal numbers and on zeros of either sign")
    func smallest() {
        let one: [Float] = [-0, .leastNormalMagnitude / 3, -1e-23, 0, .leastNonzeroMagnitude]
        let other: [Float] = [1, -1, 1e-22, -0, 1]
        for kernels in DistanceKernels.available {
            let reference = DistanceKernels.available[0]
            #expect(
                kernels.dot(one.span, other.span).bitPattern
                    == reference.dot(one.span, other.span).bitPattern
            )
            let zeros = kernels.dot([-0].span, [1].span)
            #expect(zeros.bitPattern == Float(0).bitPattern, "\(kernels.name)")
            #expect(kernels.squaredEuclidean(one.span, one.span) == 0)
        }
    }

    @Test("Empty vectors are at no distance")
    func empty() {
        let none: [Float] = []
        #expect(DistanceKernels.best.dot(none.span, none.span) == 0)
        #expect(DistanceKernels.best.squaredEuclidean(none.span, none.span) == 0)
    }

    /// The order that every level promises, written down once more: component i in lane i mod 32,
    /// lanes
    /// folded in halves.
    private func laneSum(_ terms: [Float]) -> Float {
        var lanes = [Float](repeating: 0, count: 32)
        for (index, term) in terms.enumerated() { lanes[index % 32] += term }
        var width = 16
        while width > 0 {
            for lane in 0..<width { lanes[lane] += lanes[lane + width] }
            width /= 2
        }
        return lanes[0]
    }
}
