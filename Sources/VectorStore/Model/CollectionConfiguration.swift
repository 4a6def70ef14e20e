/// How the index walks a collection; answers are always ranked with the full vectors.
///
/// The raw values are stored in the catalog and are for ever.
public enum Quantization: String, CaseIterable, Sendable {
    /// The full vectors themselves.
    case none
    /// One byte a component.
    case int8
    /// One bit a component.
    case binary
}

/// What a collection is told at its creation and keeps for life.
public struct CollectionConfiguration: Equatable, Sendable {
    /// The number of components of each vector, 1 to ``Limits/dimension``; 0 where points have
    /// none.
    public let dimension: Int
    /// How nearness is measured.
    public let metric: Metric
    /// The codes that the index walks over.
    public let quantization: Quantization
    /// Links per row of the index (HNSW's M).
    public let linkCount: Int
    /// Breadth of the search while the index is built (HNSW's efConstruction).
    public let efConstruction: Int

    /// Takes the values of a new collection.
    ///
    /// - Parameters:
    ///   - dimension: the number of components of each vector.
    ///   - metric: how nearness is measured.
    ///   - quantization: the codes that the index walks over.
    ///   - linkCount: links per row of the index.
    ///   - efConstruction: ef of the search while building.
    /// - Throws: ``CollectionError/invalidDimension(_:)`` outside 1 to ``Limits/dimension``,
    ///   ``PointError/limitExceeded(limit:maximum:got:)`` for other numbers out of range.
    public init(
        dimension: Int,
        metric: Metric = .cosine,
        quantization: Quantization = .int8,
        linkCount: Int = 16,
        efConstruction: Int = 200
    ) throws(VectorStoreError) {
        guard (1...Limits.dimension).contains(dimension) else {
            throw .collection(.invalidDimension(dimension))
        }
        try Self.check(linkCount, within: Limits.linkCounts, "links per row")
        try Self.check(efConstruction, within: Limits.constructionEFs, "efConstruction")
        self.dimension = dimension
        self.metric = metric
        self.quantization = quantization
        self.linkCount = linkCount
        self.efConstruction = efConstruction
    }

    /// What a collection without an unnamed vector has, and a field of sparse vectors.
    package static let withoutVectors = CollectionConfiguration()

    private init() {
        dimension = 0
        metric = .dot
        quantization = .none
        linkCount = 16
        efConstruction = 200
    }

    /// Whether points have a vector here; else the dimension is 0.
    public var hasVectors: Bool { dimension > 0 }

    private static func check(
        _ value: Int,
        within range: ClosedRange<Int>,
        _ name: String
    ) throws(VectorStoreError) {
        guard range.contains(value) else {
            throw .point(.limitExceeded(limit: name, maximum: range.upperBound, got: value))
        }
    }
}

/// A collection as `info` shows it.
public struct CollectionInfo: Equatable, Sendable {
    /// The collection's name.
    public let name: CollectionName
    /// What it was created with.
    public let configuration: CollectionConfiguration
    /// Live points.
    public let pointCount: Int
    /// Live points that no segment's index covers yet.
    public let unindexedPointCount: Int
    /// Vectors that a segment's index covers, of all fields.
    public let indexedVectorCount: Int
    /// Immutable indexed files.
    public let segmentCount: Int
    /// Bytes of its vector files and of its stored ids and payloads.
    public let byteCount: Int
    /// Bytes of its vector files alone.
    public let vectorByteCount: Int
    /// Bytes of vector files that belong to deleted or replaced points.
    public let reclaimableByteCount: Int
    /// The commit sequence of its last change.
    public let sequence: UInt64
    /// The payload fields with an index, as they are written in filters.
    public let indexedFields: [String]
    /// The named vector fields, ordered by name; their files count in the numbers above.
    public let fields: [VectorField]

    /// The names of all vector fields, "" for the unnamed one if there is one.
    public var vectorNames: [String] {
        (configuration.hasVectors ? [""] : []) + fields.map(\.name)
    }
}
