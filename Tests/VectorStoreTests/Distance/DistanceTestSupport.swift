import VectorStore

/// The dimensions at which kernels are tried: every rest of a block, and the usual sizes.
let testedDimensions = Array(1...130) + [384, 768, 1536, 4095, 4096]

/// What a row keeps beside a vector.
func storedInverseNorm(of vector: [Float]) -> Float {
    inverseNorm(of: vector.span) ?? 0
}
