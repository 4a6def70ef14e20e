internal import CKernels

/// The float distance kernels of one instruction set.
///
/// All sets give the same bits for the same input, so which one runs is a question of speed only.
///
/// - Note: `@unchecked Sendable`, because the kernels' table is constant for the process's life.
@safe
package struct DistanceKernels: @unchecked Sendable {
    /// The instruction set: `portable`, `avx2` or `avx512`.
    package let name: String
    private let table: vz_distance_kernels

    /// The fastest kernels this CPU can run.
    package static let best = unsafe DistanceKernels(
        vz_distance_kernels_best().pointee
    )

    /// All kernels this CPU can run, the slowest first.
    package static var available: [DistanceKernels] {
        (0..<Int32(VZ_LEVEL_COUNT)).compactMap { level in
            guard let table = unsafe vz_distance_kernels_at(level) else { return nil }
            return unsafe DistanceKernels(table.pointee)
        }
    }

    private init(_ table: vz_distance_kernels) {
        unsafe self.table = unsafe table
        name = unsafe String(cString: table.name)
    }

    /// The sum of the products of the components of two vectors of one dimension.
    package func dot(_ one: Span<Float>, _ other: Span<Float>) -> Float {
        unsafe pair(unsafe table.dot, one, other)
    }

    /// The squared Euclidean distance of two vectors of one dimension.
    package func squaredEuclidean(_ one: Span<Float>, _ other: Span<Float>) -> Float {
        unsafe pair(unsafe table.squared_l2, one, other)
    }

    private func pair(
        _ function: vz_pair_function,
        _ one: Span<Float>,
        _ other: Span<Float>
    ) -> Float {
        precondition(one.count == other.count, "distances are between vectors of one dimension")
        return unsafe one.withUnsafeBufferPointer { one in
            unsafe other.withUnsafeBufferPointer { other in
                guard let first = one.baseAddress, let second = other.baseAddress else { return 0 }
                return unsafe function(first, second, one.count)
            }
        }
    }

    /// What the kernels measure, without regard to how a metric makes an order of it.
    enum Measure {
        case dot
        case squaredEuclidean
    }

    /// Scores `output.count` rows that follow each other.
    ///
    /// - Parameters:
    ///   - measure: what to compute.
    ///   - query: as many floats as the rows' dimension.
    ///   - rows: where the rows' vectors are; `firstRow + output.count` of them at least.
    ///   - firstRow: the number of the first row to score.
    ///   - output: takes one number per row.
    @unsafe
    func scan(
        _ measure: Measure,
        query: UnsafePointer<Float>,
        rows: VectorRows,
        from firstRow: Int,
        into output: UnsafeMutableBufferPointer<Float>
    ) {
        let function = unsafe measure == .dot ? table.scan_dot : table.scan_squared_l2
        let first = unsafe rows.vector(at: firstRow)
        unsafe function?(
            query,
            first,
            rows.stride,
            output.count,
            rows.dimension,
            output.baseAddress
        )
    }

    /// Scores the rows with the given numbers.
    ///
    /// - Parameters:
    ///   - measure: what to compute.
    ///   - query: as many floats as the rows' dimension.
    ///   - rows: where the rows' vectors are.
    ///   - slots: the numbers of the rows to score, all below `rows.count`.
    ///   - output: takes one number per slot.
    @unsafe
    func gather(
        _ measure: Measure,
        query: UnsafePointer<Float>,
        rows: VectorRows,
        slots: UnsafeBufferPointer<UInt32>,
        into output: UnsafeMutableBufferPointer<Float>
    ) {
        let function = unsafe measure == .dot ? table.gather_dot : table.gather_squared_l2
        let first = unsafe rows.vector(at: 0)
        unsafe function?(
            query,
            first,
            rows.stride,
            slots.baseAddress,
            slots.count,
            rows.dimension,
            output.baseAddress
        )
    }
}
