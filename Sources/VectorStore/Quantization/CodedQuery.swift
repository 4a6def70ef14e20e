internal import CKernels

/// A query as the graph's kernels take it.
///
/// It is large and used again for query after query.
@safe
final class CodedQuery {
    let pointer: OpaquePointer
    private var components: [Float] = []

    init() {
        guard let pointer = unsafe vz_query_create() else {
            preconditionFailure("memory has run out, as it may for any array")
        }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe vz_query_free(pointer)
    }

    /// Takes a user's query, to be compared with records or with sketches; false when it can't be
    /// compared with either.
    func take(_ query: PreparedQuery, for coder: RowCoder, sketched: Bool) -> Bool {
        makeRoom(for: coder)
        guard coder.center(query: query.components, into: &components) else { return false }
        let isProduct = coder.layout.metric == .dot
        takeComponents(
            coder,
            Int32(isProduct ? VZ_MEASURE_PRODUCT : VZ_MEASURE_ORDER),
            sketched: sketched
        )
        return true
    }

    /// Takes a stored row, to measure its distance from others.
    func take(vector: UnsafePointer<Float>, inverseNorm: Float, for coder: RowCoder) {
        makeRoom(for: coder)
        unsafe coder.center(vector, inverseNorm: inverseNorm, into: &components)
        takeComponents(coder, coder.rowMeasure)
    }

    /// Takes a stored row by its record.
    func take(record: UnsafePointer<UInt8>, for coder: RowCoder) {
        unsafe take(record: record, for: coder, measure: coder.rowMeasure)
    }

    /// Takes a stored row by its record, for products of rows less the mean.
    func takeWithoutMean(record: UnsafePointer<UInt8>, for coder: RowCoder) {
        unsafe take(record: record, for: coder, measure: Int32(VZ_MEASURE_PRODUCT))
    }

    private func take(record: UnsafePointer<UInt8>, for coder: RowCoder, measure: Int32) {
        unsafe vz_query_from_record(
            coder.kind,
            record,
            coder.layout.dimension,
            coder.layout.codeByteCount,
            measure,
            pointer
        )
    }

    private func makeRoom(for coder: RowCoder) {
        let count = coder.layout.dimension
        if components.count != count { components = [Float](repeating: 0, count: count) }
    }

    /// The squared length of what was taken last: what the kernels leave out of squared distances
    /// of a user's query, since it is the same for all rows.
    var squaredLength: Float {
        var squared: Float = 0
        for component in components { squared += component * component }
        return squared
    }

    private func takeComponents(_ coder: RowCoder, _ measure: Int32, sketched: Bool = false) {
        let layout = coder.layout
        unsafe vz_query_from_vector(
            coder.kind(sketched: sketched),
            components,
            coder.mean,
            components.count,
            sketched ? layout.sketchCodeByteCount : layout.codeByteCount,
            measure,
            pointer
        )
    }
}
