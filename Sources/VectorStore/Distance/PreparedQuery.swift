/// A query, made ready to be compared with many rows.
///
/// It speaks of two numbers. The *ordering distance* is what rows are sorted by: smaller is nearer
/// for every metric (the cosine and the product with their sign turned, the squared Euclidean
/// distance). The *score* is what a user sees. One is a monotonic function of the other.
package struct PreparedQuery: Sendable {
    /// How nearness is measured.
    package let metric: Metric
    /// The query's components; under the cosine scaled to length 1.
    package let components: [Float]
    /// Ends scans early; the caller asks it afterwards.
    package var cancellation = Cancellation.never
    private let kernels: DistanceKernels
    private let measure: DistanceKernels.Measure

    /// Rows that are scored between two visits: few enough to stay in the nearest cache.
    private static let chunkRowCount = 64
    /// Chunks between two questions whether to go on: well below a millisecond's work.
    private static let chunksPerQuestion = 16

    /// Checks and prepares a query.
    ///
    /// - Parameters:
    ///   - vector: the query as the user gave it.
    ///   - metric: the collection's metric.
    ///   - dimension: the collection's dimension.
    ///   - kernels: the kernels to compute with; they only differ in speed.
    /// - Throws: what ``VectorCheck`` finds.
    package init(
        _ vector: Span<Float>,
        metric: Metric,
        dimension: Int,
        kernels: DistanceKernels = .best
    ) throws(VectorError) {
        try VectorCheck.validate(vector, for: metric, dimension: dimension)
        self.metric = metric
        self.kernels = kernels
        measure = metric == .euclidean ? .squaredEuclidean : .dot
        // In Double, so that very short and very long queries lose nothing.
        let length = metric == .cosine ? squaredLength(of: vector).squareRoot() : 1
        components = vector.indices.map { Float(Double(vector[$0]) / length) }
    }

    /// The ordering distance of one stored vector.
    ///
    /// - Parameters:
    ///   - vector: the vector as it was stored.
    ///   - inverseNorm: what was stored with it; not used except under the cosine.
    /// - Returns: a number that is smaller for nearer vectors, of use only with others of this
    ///   query.
    package func distance(to vector: Span<Float>, inverseNorm: Float) -> Float {
        let measured =
            switch measure {
            case .dot: kernels.dot(components.span, vector)
            case .squaredEuclidean: kernels.squaredEuclidean(components.span, vector)
            }
        return distance(fromMeasured: measured, inverseNorm: inverseNorm)
    }

    /// The score that belongs to an ordering distance.
    package func score(fromDistance distance: Float) -> Float {
        switch metric {
        case .cosine: min(max(-distance, -1), 1)
        // Adding 0 makes -0 of a product into 0.
        case .dot: -distance + 0
        // Two of the longest allowed vectors may be a rounding error too far apart.
        case .euclidean: min(distance, .greatestFiniteMagnitude).squareRoot()
        }
    }

    /// Whether a score is at least as near as the worst one that a user wants to see.
    package func isScore(_ score: Float, within worst: Float) -> Bool {
        metric == .euclidean ? score <= worst : score >= worst
    }

    /// Computes the ordering distances of a run of rows, in their order.
    ///
    /// - Parameters:
    ///   - rows: the rows' memory.
    ///   - range: the numbers of the rows to visit.
    ///   - visit: takes a row's number and its distance.
    /// - Complexity: O(*range.count* · *dimension*), at the speed of memory.
    package func scan(
        _ rows: VectorRows,
        in range: Range<Int>,
        visit: (_ row: Int, _ distance: Float) -> Void
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows.count, "rows are there")
        checkDimension(of: rows)
        unsafe withChunk { query, chunk in
            var first = range.lowerBound
            var chunkNumber = 0
            while first < range.upperBound, goesOn(&chunkNumber) {
                let size = min(chunk.count, range.upperBound - first)
                let output = unsafe UnsafeMutableBufferPointer(rebasing: chunk[..<size])
                unsafe kernels.scan(measure, query: query, rows: rows, from: first, into: output)
                for offset in 0..<size {
                    let row = first + offset
                    unsafe visit(row, distance(of: row, in: rows, measured: output[offset]))
                }
                first += size
            }
        }
    }

    /// Computes the ordering distances of chosen rows, as they are listed.
    ///
    /// - Parameters:
    ///   - rows: the rows' memory.
    ///   - slots: the numbers of the rows to visit; ascending ones are fastest.
    ///   - visit: takes a row's number and its distance.
    package func scan(
        _ rows: VectorRows,
        slots: Span<UInt32>,
        visit: (_ row: Int, _ distance: Float) -> Void
    ) {
        checkDimension(of: rows)
        for index in slots.indices {
            precondition(Int(slots[index]) < rows.count, "rows are there")
        }
        unsafe withChunk { query, chunk in
            var first = 0
            var chunkNumber = 0
            while first < slots.count, goesOn(&chunkNumber) {
                let some = slots.extracting(first..<min(first + chunk.count, slots.count))
                let output = unsafe UnsafeMutableBufferPointer(rebasing: chunk[..<some.count])
                unsafe some.withUnsafeBufferPointer {
                    unsafe kernels.gather(
                        measure,
                        query: query,
                        rows: rows,
                        slots: $0,
                        into: output
                    )
                }
                for index in some.indices {
                    let row = Int(some[index])
                    unsafe visit(row, distance(of: row, in: rows, measured: output[index]))
                }
                first += some.count
            }
        }
    }

    @inline(__always)
    private func goesOn(_ chunkNumber: inout Int) -> Bool {
        chunkNumber += 1
        return chunkNumber % Self.chunksPerQuestion != 0 || !cancellation.isCancelled
    }

    private func checkDimension(of rows: VectorRows) {
        precondition(rows.dimension == components.count, "a query fits its rows")
    }

    /// Lends the query's components and room for one chunk's measurements.
    @unsafe
    private func withChunk(
        _ body: (UnsafePointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
    ) {
        unsafe components.withUnsafeBufferPointer { query in
            unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.chunkRowCount) {
                chunk in
                guard let query = query.baseAddress else { return }
                unsafe chunk.initialize(repeating: 0)
                unsafe body(query, chunk)
            }
        }
    }

    @inline(__always)
    private func distance(of row: Int, in rows: VectorRows, measured: Float) -> Float {
        guard metric == .cosine else { return distance(fromMeasured: measured, inverseNorm: 0) }
        return distance(fromMeasured: measured, inverseNorm: rows.inverseNorm(at: row))
    }

    @inline(__always)
    private func distance(fromMeasured measured: Float, inverseNorm: Float) -> Float {
        switch metric {
        case .cosine: -(measured * inverseNorm)
        case .dot: -measured
        case .euclidean: measured
        }
    }
}
