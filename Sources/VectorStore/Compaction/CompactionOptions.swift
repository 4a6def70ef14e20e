import Glibc

/// How a collection is compacted.
public struct CompactionOptions {
    /// Threads that build the index; the result does not depend on it.
    public var threadCount = Self.processorCount
    /// Whether a new graph is built even where the largest segment's could be taken over.
    public var rebuilds = false
    /// Told how many rows will be indexed, once it is known that there are some.
    public var willIndex: (_ rowCount: Int) -> Void = { _ in }
    /// Told how many of all rows are indexed.
    public var progress: (_ indexed: Int, _ total: Int) -> Void = { _, _ in }

    /// Takes the defaults.
    public init() {}

    /// The processors that this machine has on line.
    public static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

/// What a compaction did, or would do.
public struct CompactionResult: Equatable, Sendable {
    /// The collection.
    public let collection: CollectionName
    /// Segments before.
    public let segmentCountBefore: Int
    /// Segments afterwards.
    public let segmentCountAfter: Int
    /// Bytes of vector files and of stored ids and payloads before.
    public let byteCountBefore: Int
    /// The same afterwards; estimated by ``Store/wouldCompact(_:rebuilds:)``.
    public let byteCountAfter: Int
}
