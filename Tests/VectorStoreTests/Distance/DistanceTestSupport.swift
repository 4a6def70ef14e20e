import VectorStore

/// Repeatable random numbers for the tests of distances.
struct DistanceTestGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func vector(_ dimension: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<dimension).map { _ in Float.random(in: range, using: &self) }
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }
}

/// The dimensions at which kernels are tried: every rest of a block, and the usual sizes.
let testedDimensions = Array(1...130) + [384, 768, 1536, 4095, 4096]

/// What a row keeps beside a vector.
func storedInverseNorm(of vector: [Float]) -> Float {
    inverseNorm(of: vector.span) ?? 0
}
