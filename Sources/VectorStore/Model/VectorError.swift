/// Why a vector can't be stored or asked for.
public enum VectorError: Error, Equatable, Sendable {
    /// It has another number of components than the collection's vectors.
    case dimensionMismatch(expected: Int, got: Int)
    /// A component, numbered from 0, is not a number.
    case notANumber(component: Int)
    /// A component, numbered from 0, is infinite.
    case infinite(component: Int, isNegative: Bool)
    /// It is so short that it has no direction in 32-bit floats, and the metric is the cosine.
    ///
    /// The length is 0 for a vector of zeros, and below about 3e-39 otherwise.
    case noDirection(length: Double)
    /// It is so short that distances to it would vanish, and it is not all zeros.
    case tooShort(length: Double, minimum: Double)
    /// It is so long that distances to it would overflow.
    case tooLong(length: Double, maximum: Double)
}
