/// Points on their way in, laid out flat so that a batch is three allocations and not thousands.
///
/// Row `i` is `ids[i]`, the `dimension` floats from `vectors[i * dimension]`, and the bytes
/// `payloadBytes[payloadEnds[i - 1]..<payloadEnds[i]]`.
public struct PointBatch: Sendable {
    /// The number of components of each vector.
    public let dimension: Int
    /// One id per row.
    public private(set) var ids: [PointID] = []
    /// All vectors, row after row.
    public package(set) var vectors: [Float] = []
    /// All payloads, one minified JSON object after the other.
    public package(set) var payloadBytes: [UInt8] = []
    /// Where each row's payload ends in ``payloadBytes``.
    public private(set) var payloadEnds: [Int] = []

    /// Makes an empty batch.
    ///
    /// - Parameter dimension: the number of components of each vector.
    public init(dimension: Int) {
        self.dimension = dimension
    }

    /// The number of rows.
    public var count: Int { ids.count }

    /// The bytes of vectors and payloads held, which is what bounds a batch in memory.
    public var byteCount: Int { vectors.count * MemoryLayout<Float>.stride + payloadBytes.count }

    /// Adds one point.
    ///
    /// - Parameters:
    ///   - id: the point's id.
    ///   - vector: `dimension` floats.
    ///   - payload: a validated, minified JSON object.
    public mutating func append(
        id: PointID,
        vector: some Collection<Float>,
        payload: some Collection<UInt8>
    ) {
        precondition(vector.count == dimension, "a batch holds vectors of one dimension")
        vectors.append(contentsOf: vector)
        payloadBytes.append(contentsOf: payload)
        complete(id: id)
    }

    /// Completes a row whose vector and payload have been appended already.
    package mutating func complete(id: PointID) {
        ids.append(id)
        payloadEnds.append(payloadBytes.count)
        precondition(vectors.count == count * dimension, "a batch's arrays describe the same rows")
    }

    /// Takes back what has been appended of a row that is not complete.
    package mutating func abandonRow() {
        vectors.removeLast(vectors.count - count * dimension)
        payloadBytes.removeLast(payloadBytes.count - (payloadEnds.last ?? 0))
    }

    /// Takes the last row back.
    package mutating func removeLast() {
        ids.removeLast()
        payloadEnds.removeLast()
        abandonRow()
    }

    /// Drops all rows and keeps the memory for the next ones.
    public mutating func removeAll() {
        ids.removeAll(keepingCapacity: true)
        vectors.removeAll(keepingCapacity: true)
        payloadBytes.removeAll(keepingCapacity: true)
        payloadEnds.removeAll(keepingCapacity: true)
    }

    /// The vector of one row.
    package func vector(at row: Int) -> ArraySlice<Float> {
        vectors[row * dimension..<(row + 1) * dimension]
    }

    /// The payload of one row, a minified JSON object.
    package func payload(at row: Int) -> ArraySlice<UInt8> {
        payloadBytes[(row == 0 ? 0 : payloadEnds[row - 1])..<payloadEnds[row]]
    }
}

/// What a write does with ids that are, or are not, there already.
public enum WriteMode: String, CaseIterable, Sendable {
    /// New ids are inserted, known ones replaced.
    case upsert
    /// A known id is refused.
    case insert
    /// A new id is refused.
    case update
}

extension PointBatch {
    /// The rows that a later row of the batch replaces; none where it would be refused instead.
    package func supersededRows(_ mode: WriteMode) -> Set<Int> {
        guard mode != .insert else { return [] }
        var last: [PointID: Int] = [:]
        last.reserveCapacity(count)
        var superseded: Set<Int> = []
        for (row, id) in ids.enumerated() {
            if let earlier = last.updateValue(row, forKey: id) { superseded.insert(earlier) }
        }
        return superseded
    }
}

/// A row that a write refused because of its mode.
public struct RefusedRow: Equatable, Sendable {
    /// The row's number in its batch, from 0.
    public let row: Int
    /// Why: ``PointError/exists(id:row:)`` or
    /// ``PointError/notFound(_:row:)``.
    public let reason: VectorStoreError

    package init(row: Int, reason: VectorStoreError) {
        self.row = row
        self.reason = reason
    }
}

/// What one durable batch did.
public struct BatchResult: Equatable, Sendable {
    /// Rows whose id was new.
    public var insertedCount = 0
    /// Rows that replaced a point.
    public var updatedCount = 0
    /// The numbers of those rows in the batch, from 0.
    public var updatedRows: [Int] = []
    /// Rows that a later row of the same batch replaced before they were written.
    public var supersededCount = 0
    /// Rows that the mode refused, when refusals are skipped.
    public var refused: [RefusedRow] = []
    /// The commit sequence of the batch, or of the store when nothing was written.
    public var sequence: UInt64 = 0

    /// Nothing was done yet.
    package init() {}
}
