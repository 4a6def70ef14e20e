import TestSupport
import VectorStore

/// Rows laid out as a tail has them: 16 bytes of header that end with the inverse norm, the vector,
/// and padding, here filled with NaN, up to a multiple of 16.
///
/// The rows start at an address that is a multiple of 16 but not of 64.
final class DistanceRowsFixture {
    let vectors: [[Float]]
    let dimension: Int
    private let memory: UnsafeMutableRawBufferPointer
    private let stride: Int

    init(count: Int, dimension: Int, seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        vectors = (0..<count).map { _ in generator.vector(dimension) }
        self.dimension = dimension
        stride = 16 + (dimension * 4 + 15) / 16 * 16
        memory = .allocate(byteCount: 16 + count * stride, alignment: 64)
        for offset in Swift.stride(from: 0, to: memory.count, by: 4) {
            memory.storeBytes(of: .nan, toByteOffset: offset, as: Float.self)
        }
        for (row, vector) in vectors.enumerated() {
            let start = 16 + row * stride
            memory.storeBytes(
                of: storedInverseNorm(of: vector),
                toByteOffset: start + 12,
                as: Float.self
            )
            vector.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: memory[(start + 16)...])
                    .copyMemory(from: bytes)
            }
        }
    }

    deinit { memory.deallocate() }

    var rows: VectorRows {
        VectorRows(
            count: vectors.count,
            dimension: dimension,
            vectors: UnsafeRawBufferPointer(rebasing: memory[32...]),
            stride: stride,
            inverseNorms: UnsafeRawBufferPointer(rebasing: memory[28...]),
            inverseNormStride: stride
        )
    }
}
