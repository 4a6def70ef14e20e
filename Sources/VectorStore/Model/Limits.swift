/// Every size that the store refuses to exceed, in one place.
///
/// The values are part of the command-line contract: raising one is a change of behaviour, lowering
/// one can make stored data unreadable.
public enum Limits {
    /// The largest number of components of a vector.
    public static let dimension = 4096
    /// The longest id, in UTF-8 bytes.
    public static let idByteCount = 512
    /// The largest payload after minification, in bytes.
    public static let payloadByteCount = 1 << 20
    /// The deepest nesting of arrays and objects in a payload.
    public static let payloadDepth = 128
    /// The longest line of an input file, in bytes.
    public static let lineByteCount = 16 << 20
    /// The most points that one batch (one transaction) may hold.
    public static let batchRowCount = 1_000_000
    /// The most neighbours that one search may ask for.
    public static let neighbourCount = 1_000_000
    /// The numbers of links that an index may have per row (HNSW's M).
    public static let linkCounts = 2...128
    /// The efs that an index may be built with (HNSW's efConstruction).
    public static let constructionEFs = 2...4096
    /// The broadest walk over an index that one search may ask for (HNSW's ef).
    public static let ef = 1_000_000
    /// The most points that one measurement of recall may search for.
    public static let sampleCount = 1_000_000
    /// The most threads that one command may ask for.
    public static let threadCount = 1024
    /// The longest collection name, in bytes.
    public static let collectionNameByteCount = 128
    /// The longest text of a filter, in bytes.
    public static let filterByteCount = 16 << 20
    /// The most values that the lists of one filter may hold.
    public static let filterValueCount = 1_000_000
    /// The most payload fields of one collection that may be indexed.
    public static let indexedFieldCount = 64
}

/// The limits of one store, which its owner may set below those of the program.
public struct StoreLimits: Equatable, Sendable {
    /// The largest payload, in bytes.
    public var payloadByteCount = Limits.payloadByteCount
    /// The most points of one batch.
    public var batchRowCount = Limits.batchRowCount
    /// The most neighbours of one search.
    public var neighbourCount = Limits.neighbourCount
    /// The most components of a new collection's vectors.
    public var dimension = Limits.dimension

    /// Takes those of the program.
    public init() {}
}
