/// The rows that an index is built from, in the order of their keys, wherever their vectors lie.
///
/// - Note: `@unchecked Sendable`: the vectors are read-only and `owners` keeps their memory.
@safe
package struct IndexRows: @unchecked Sendable {
    /// The number of components of each vector.
    package let dimension: Int
    /// One key a row, ascending.
    package private(set) var keys: [Int64] = []
    /// 1 / length of each vector, as it is stored with the row.
    package private(set) var inverseNorms: [Float] = []
    /// The first component of each vector, as it was given.
    package private(set) var vectors: [UnsafePointer<Float>] = unsafe []
    /// What keeps the vectors' memory.
    package var owners: [any AnyObject & Sendable] = []

    /// Makes an empty list.
    package init(dimension: Int) {
        self.dimension = dimension
    }

    /// The number of rows.
    package var count: Int { keys.count }

    /// Makes room.
    package mutating func reserveCapacity(_ count: Int) {
        keys.reserveCapacity(count)
        inverseNorms.reserveCapacity(count)
        unsafe vectors.reserveCapacity(count)
    }

    /// Adds a row; its key is larger than the last one's.
    ///
    /// - Parameters:
    ///   - key: the point's key.
    ///   - vector: `dimension` floats, kept by one of ``owners``.
    ///   - inverseNorm: 1 / length, as it is stored with the row.
    package mutating func append(key: Int64, vector: UnsafePointer<Float>, inverseNorm: Float) {
        precondition(keys.last ?? .min < key, "rows come in the order of their keys")
        keys.append(key)
        unsafe vectors.append(vector)
        inverseNorms.append(inverseNorm)
    }
}
