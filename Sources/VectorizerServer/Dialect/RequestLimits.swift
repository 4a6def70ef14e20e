/// What one request may ask for at most.
package struct RequestLimits: Equatable, Sendable {
    /// Points that are written, deleted or read by their ids.
    package var pointCount = 10_000
    /// Queries or operations in a batch.
    package var batchCount = 100
    /// Points in one answer; more are asked for in vain.
    package var neighbourCount = 10_000
    /// How deep prefetches may stand in one another.
    package var prefetchDepth = 8
    /// How deep filters may stand in one another.
    package var filterDepth = 128
    /// Conditions of one filter.
    package var conditionCount = 1000
    /// Components of a vector.
    package var dimension = 4096
    /// Bytes of one payload.
    package var payloadByteCount = 1 << 20

    /// Takes the usual ones.
    package init() {}
}
