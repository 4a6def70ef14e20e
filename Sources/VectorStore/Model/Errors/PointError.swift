/// What can be wrong with points, and with what is asked of them.
public enum PointError: Equatable, Sendable {
    case notFound([PointID], row: Int?)
    case exists(id: PointID, row: Int)
    case invalidID(IDProblem)
    case invalidVector(VectorError, row: Int?)
    case payloadTooLarge(byteCount: Int, id: PointID, limit: Int = Limits.payloadByteCount)
    case invalidFilter(FilterSyntaxError)
    case invalidFieldPath(String)
    case limitExceeded(limit: String, maximum: Int, got: Int)

    /// The name by which programs tell errors apart.
    public var kind: String {
        switch self {
        case .notFound: "point_not_found"
        case .exists: "point_exists"
        case .invalidID(let problem): problem.kind
        case .invalidVector(let fault, _): fault.kind
        case .payloadTooLarge: "payload_too_large"
        case .invalidFilter: "invalid_filter"
        case .invalidFieldPath: "invalid_field"
        case .limitExceeded: "limit_exceeded"
        }
    }
}

extension IDProblem {
    /// The name by which programs tell what is wrong with an id.
    public var kind: String {
        switch self {
        case .empty, .containsNUL: "invalid_id"
        case .tooLong: "id_too_long"
        }
    }
}

extension VectorError {
    /// The name by which programs tell what is wrong with a vector.
    public var kind: String {
        switch self {
        case .dimensionMismatch: "dimension_mismatch"
        case .notANumber, .infinite: "not_finite"
        case .noDirection: "zero_length"
        case .tooShort: "too_short"
        case .tooLong: "too_long"
        }
    }
}
