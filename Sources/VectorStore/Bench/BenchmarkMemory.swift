/// Vectors that lie still while an index is built from them.
///
/// - Note: `@unchecked Sendable`, because the memory is written before other threads have it, and
///   only read from then on.
@safe
final class BenchmarkMemory: @unchecked Sendable {
    private let components: UnsafeMutableBufferPointer<Float>

    private init(_ components: [Float]) {
        unsafe self.components = .allocate(capacity: components.count)
        _ = unsafe self.components.initialize(from: components)
    }

    deinit {
        unsafe components.deallocate()
    }

    /// Copies vectors and lists them under ascending keys from 1.
    ///
    /// - Throws: the first vector's fault.
    static func rows(
        of base: BenchmarkRows,
        metric: Metric
    ) throws(IndexBenchmark.Fault) -> IndexRows {
        let memory = BenchmarkMemory(base.components)
        var rows = IndexRows(dimension: base.dimension)
        rows.reserveCapacity(base.count)
        rows.owners.append(memory)
        for row in 0..<base.count {
            let inverseNorm: Float
            do throws(VectorError) {
                inverseNorm = try VectorCheck.validate(
                    base[row].span,
                    for: metric,
                    dimension: base.dimension
                )
            } catch {
                throw .base(error, row: row)
            }
            guard let first = unsafe memory.components.baseAddress else { continue }
            unsafe rows.append(
                key: Int64(row + 1),
                vector: UnsafePointer(first + row * base.dimension),
                inverseNorm: inverseNorm
            )
        }
        return rows
    }
}
