internal import CKernels

/// What must hold of every vector before it is stored or searched for.
package enum VectorCheck {
    /// The largest length under the dot product and the Euclidean distance.
    ///
    /// Its square is a quarter of the largest float: the squared distance of two such vectors still
    /// is one.
    package static let maximumLength = (Double(Float.greatestFiniteMagnitude) / 4).squareRoot()

    /// The smallest length but 0 under the dot product and the Euclidean distance.
    ///
    /// The square of a shorter one is no normal float: all distances among such vectors would be 0.
    package static let minimumLength = Double(Float.leastNormalMagnitude).squareRoot()

    /// The largest length under the cosine, where only the product with a unit vector must not
    /// overflow.
    package static let maximumLengthForCosine = Double(Float.greatestFiniteMagnitude) / 4

    /// Refuses a vector whose distances could not be computed.
    ///
    /// Takes one pass for finiteness and one for the length.
    ///
    /// - Parameters:
    ///   - vector: the vector as the user gave it.
    ///   - metric: the collection's metric.
    ///   - dimension: the collection's dimension.
    /// - Returns: what a row stores beside the vector: 1 / length, or 0 when that is no positive
    ///   finite float, which only happens where the metric makes no use of it.
    /// - Throws: ``VectorError``, the first that applies in the order of its cases.
    @discardableResult
    package static func validate(
        _ vector: Span<Float>,
        for metric: Metric,
        dimension: Int
    ) throws(VectorError) -> Float {
        guard vector.count == dimension else {
            throw .dimensionMismatch(expected: dimension, got: vector.count)
        }
        if let component = firstNonFinite(in: vector) {
            throw fault(of: vector[component], at: component)
        }
        let length = squaredLength(of: vector).squareRoot()
        let maximum = metric == .cosine ? maximumLengthForCosine : maximumLength
        guard length <= maximum else { throw .tooLong(length: length, maximum: maximum) }
        guard metric == .cosine || length == 0 || length >= minimumLength else {
            throw .tooShort(length: length, minimum: minimumLength)
        }
        if let inverse = inverse(ofLength: length) { return inverse }
        guard metric != .cosine else { throw .noDirection(length: length) }
        return 0
    }

    /// The index of the first component that is NaN or infinite.
    package static func firstNonFinite(in vector: Span<Float>) -> Int? {
        let index = unsafe vector.withUnsafeBufferPointer { components in
            guard let first = components.baseAddress else { return 0 }
            return unsafe vz_first_nonfinite(first, components.count)
        }
        return index < vector.count ? index : nil
    }

    private static func fault(of component: Float, at index: Int) -> VectorError {
        component.isNaN
            ? .notANumber(component: index)
            : .infinite(component: index, isNegative: component < 0)
    }
}

/// 1 / length of a vector, or nil when that is no positive finite float, as for a vector of zeros.
///
/// It is stored with each row, so it must be the same on every CPU: a plain loop in Double.
package func inverseNorm(of vector: Span<Float>) -> Float? {
    inverse(ofLength: squaredLength(of: vector).squareRoot())
}

/// The sum of the squares of the components, added up in their order.
///
/// Can't overflow: the square of the largest float, 4096 times, is far below the largest Double.
func squaredLength(of vector: Span<Float>) -> Double {
    var sum = 0.0
    for index in vector.indices {
        let component = Double(vector[index])
        sum += component * component
    }
    return sum
}

private func inverse(ofLength length: Double) -> Float? {
    let inverse = Float(1 / length)
    return inverse > 0 && inverse.isFinite ? inverse : nil
}
