internal import CKernels

/// Turns vectors into what an index compares; see ``CodeLayout``.
///
/// Everything is plain arithmetic in a fixed order, so that the same rows give the same codes on
/// every CPU.
package struct RowCoder: Sendable {
    package let layout: CodeLayout
    /// A power of two; see ``IndexFacts/scale``.
    package let scale: Float
    /// What is subtracted from each scaled vector: `layout.dimension` floats.
    package let mean: [Float]

    /// Takes the parameters of an index that exists.
    package init(layout: CodeLayout, scale: Float, mean: [Float]) {
        precondition(mean.count == layout.dimension, "a mean has all coded components")
        self.layout = layout
        self.scale = scale
        self.mean = mean
    }

    /// Fits the parameters to rows.
    ///
    /// - Complexity: O(rows × dimension); two passes over the vectors.
    package init(layout: CodeLayout, fitting rows: IndexRows) {
        self.layout = layout
        var longest = 0.0
        for row in 0..<rows.count {
            longest = max(longest, unsafe Self.squaredLength(rows.vectors[row], rows.dimension))
        }
        scale = layout.metric == .cosine ? 1 : Self.scale(forLength: longest.squareRoot())
        var sums = [Double](repeating: 0, count: layout.dimension)
        var components = [Float](repeating: 0, count: layout.dimension)
        // Products of full vectors are simplest with the vectors as they are.
        guard layout.quantization != .none || layout.metric != .dot else {
            mean = components
            return
        }
        let plain = RowCoder(
            layout: layout,
            scale: scale,
            mean: components
        )
        for row in 0..<rows.count {
            unsafe plain.center(
                rows.vectors[row],
                inverseNorm: rows.inverseNorms[row],
                into: &components
            )
            for index in sums.indices { sums[index] += Double(components[index]) }
        }
        mean = sums.map { Float($0 / Double(max(rows.count, 1))) }
    }

    private static func squaredLength(_ vector: UnsafePointer<Float>, _ dimension: Int) -> Double {
        var sum = 0.0
        for index in 0..<dimension {
            let component = unsafe Double(vector[index])
            sum += component * component
        }
        return sum
    }

    /// The power of two that brings a length between 1 and 2, or 1 for the length 0.
    private static func scale(forLength length: Double) -> Float {
        length > 0 ? Float(sign: .plus, exponent: -Int(length.exponent), significand: 1) : 1
    }

    /// How much longer than the rows that the parameters were fitted to a vector may be, squared.
    private static let squaredReach = 1e6

    /// Whether a vector can be coded with these parameters.
    ///
    /// One that is so much longer than all others would take their precision from distances.
    package func reaches(_ vector: UnsafePointer<Float>) -> Bool {
        guard layout.metric != .cosine else { return true }
        let squared = unsafe Self.squaredLength(vector, layout.dimension)
        return squared * Double(scale) * Double(scale) <= Self.squaredReach
    }

    /// Writes what is coded of a stored vector.
    package func center(
        _ vector: UnsafePointer<Float>,
        inverseNorm: Float,
        into components: inout [Float]
    ) {
        let factor = layout.metric == .cosine ? inverseNorm : scale
        for index in 0..<layout.dimension {
            unsafe components[index] = vector[index] * factor - mean[index]
        }
    }

    /// Writes what a query is compared with codes as.
    ///
    /// - Parameters:
    ///   - query: the query's components as ``PreparedQuery`` has them.
    ///   - components: takes `layout.dimension` floats.
    /// - Returns: whether the query can be compared with codes; not when it is so much longer than
    ///   the rows that distances would overflow.
    package func center(query: [Float], into components: inout [Float]) -> Bool {
        guard layout.metric == .dot else {
            for index in 0..<layout.dimension {
                components[index] = query[index] * scale - mean[index]
            }
            return components.allSatisfy { abs($0) < 1e15 }
        }
        // Products are ordered the same whatever the query's length is.
        let length = VectorStore.squaredLength(of: query.span).squareRoot()
        guard length > 0 else { return false }
        for index in 0..<layout.dimension {
            components[index] = Float(Double(query[index]) / length)
        }
        return true
    }

    /// The number by which kernels know the kind of codes.
    package var kind: Int32 {
        switch layout.quantization {
        case .none: Int32(VZ_CODE_FLOAT)
        case .int8: Int32(VZ_CODE_INT8)
        case .binary: Int32(VZ_CODE_BINARY)
        }
    }

    /// The number by which kernels know the kind of codes, or of their sketches.
    func kind(sketched: Bool) -> Int32 { sketched ? Int32(VZ_CODE_NIBBLE) : kind }

    /// The number by which kernels know what is measured between rows.
    var rowMeasure: Int32 {
        Int32(layout.metric == .dot ? VZ_MEASURE_ROW_PRODUCT : VZ_MEASURE_DISTANCE)
    }

    /// Writes the record of a stored vector.
    ///
    /// - Parameters:
    ///   - vector: the vector.
    ///   - inverseNorm: 1 / length, as it is stored with the row.
    ///   - components: room for `layout.dimension` floats.
    ///   - record: takes `layout.stride` bytes.
    package func encode(
        _ vector: UnsafePointer<Float>,
        inverseNorm: Float,
        using components: inout [Float],
        into record: UnsafeMutablePointer<UInt8>
    ) {
        unsafe center(vector, inverseNorm: inverseNorm, into: &components)
        let count = layout.dimension
        if layout.metric == .dot {
            unsafe vz_encode(kind, components, mean, count, record, layout.stride)
        } else {
            unsafe vz_encode(kind, components, nil, count, record, layout.stride)
        }
    }

    /// Writes the sketch of a record.
    ///
    /// - Parameters:
    ///   - record: the record, of bytes.
    ///   - sketch: takes `layout.sketchStride` bytes.
    package func sketch(_ record: UnsafePointer<UInt8>, into sketch: UnsafeMutablePointer<UInt8>) {
        unsafe vz_sketch(
            record,
            layout.dimension,
            layout.metric == .dot ? 1 : 0,
            sketch,
            layout.sketchStride
        )
    }
}
