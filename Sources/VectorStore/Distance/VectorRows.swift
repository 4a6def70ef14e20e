/// Where equal rows with their vectors and inverse norms lie in memory.
///
/// A tail keeps both in one row, a segment in two sections; the strides tell them apart. Making one
/// is the unsafe act: the caller keeps the memory mapped and unchanged for as long as it is
/// used.
@safe
package struct VectorRows {
    /// The number of components of each vector.
    package let dimension: Int
    /// The number of rows.
    package let count: Int
    /// Bytes from one vector to the next.
    package let stride: Int
    private let firstVector: UnsafeRawPointer
    private let firstInverseNorm: UnsafeRawPointer
    private let inverseNormStride: Int

    /// Describes rows.
    ///
    /// - Parameters:
    ///   - count: the number of rows, at least one.
    ///   - dimension: the number of components of each vector.
    ///   - vectors: memory from the first component of the first vector.
    ///   - stride: bytes from one vector to the next.
    ///   - inverseNorms: memory from the first row's inverse norm.
    ///   - inverseNormStride: bytes from one inverse norm to the next.
    @unsafe
    package init(
        count: Int,
        dimension: Int,
        vectors: UnsafeRawBufferPointer,
        stride: Int,
        inverseNorms: UnsafeRawBufferPointer,
        inverseNormStride: Int
    ) {
        let vectorByteCount = dimension * MemoryLayout<Float>.stride
        guard
            count > 0, dimension > 0, stride >= vectorByteCount, inverseNormStride >= 4,
            vectors.count >= (count - 1) * stride + vectorByteCount,
            inverseNorms.count >= (count - 1) * inverseNormStride + 4,
            let firstVector = vectors.baseAddress,
            let firstInverseNorm = inverseNorms.baseAddress
        else { preconditionFailure("rows lie inside their memory and do not overlap") }
        self.count = count
        self.dimension = dimension
        self.stride = stride
        unsafe self.firstVector = firstVector
        unsafe self.firstInverseNorm = firstInverseNorm
        self.inverseNormStride = inverseNormStride
    }

    /// The first component of a row's vector.
    func vector(at row: Int) -> UnsafeRawPointer {
        unsafe firstVector + row * stride
    }

    /// 1 / length of a row's vector as it was stored.
    func inverseNorm(at row: Int) -> Float {
        unsafe firstInverseNorm.loadUnaligned(
            fromByteOffset: row * inverseNormStride,
            as: Float.self
        )
    }
}
