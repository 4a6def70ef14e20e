/// One question: the points nearest to a vector.
public struct SearchRequest: Sendable {
    /// The query, as many components as the collection's dimension.
    public var vector: [Float]
    /// How many points to return, 1 to ``Limits/neighbourCount``.
    public var neighbourCount: Int
    /// The filter that returned points pass; nil lets all pass.
    public var filter: PointFilter?
    /// How hard to look.
    public var effort: SearchEffort
    /// The worst score to return: similarity or product at least, distance at most this.
    public var minimumScore: Float?
    /// Whether hits carry their vectors.
    public var includesVectors: Bool

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - vector: the query.
    ///   - neighbourCount: how many points to return.
    ///   - filter: the filter that returned points pass.
    ///   - effort: how hard to look.
    ///   - minimumScore: the worst score to return.
    ///   - includesVectors: whether hits carry their vectors.
    public init(
        vector: [Float],
        neighbourCount: Int = 10,
        filter: PointFilter? = nil,
        effort: SearchEffort = .default,
        minimumScore: Float? = nil,
        includesVectors: Bool = false
    ) {
        self.vector = vector
        self.neighbourCount = neighbourCount
        self.filter = filter
        self.effort = effort
        self.minimumScore = minimumScore
        self.includesVectors = includesVectors
    }
}

/// A stored point as it is read back.
public struct StoredPoint: Equatable, Sendable {
    /// The point's id.
    public let id: PointID
    /// Its payload, a minified JSON object.
    public let payload: [UInt8]
    /// Its vector as given, when it was asked for.
    public let vector: [Float]?
}

/// One answer of a search.
public struct SearchHit: Equatable, Sendable {
    /// The point.
    public let point: StoredPoint
    /// Cosine similarity, dot product or Euclidean distance, by the collection's metric.
    public let score: Float
}
