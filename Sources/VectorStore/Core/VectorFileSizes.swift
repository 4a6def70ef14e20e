/// What the vector files of a collection add up to.
struct VectorFileSizes {
    /// Live rows that no segment has.
    private(set) var unindexedRowCount = 0
    /// Live rows of segments.
    private(set) var indexedRowCount = 0
    private(set) var segmentCount = 0
    private(set) var byteCount = 0
    /// Bytes that dead rows take.
    private(set) var reclaimableByteCount = 0

    /// Adds one file.
    ///
    /// A tail counts as far as it is committed. A segment counts with the size it has; one that is
    /// missing counts nothing here; reading it tells.
    mutating func add(
        _ file: FileRecord,
        of record: CollectionRecord,
        in directory: DataDirectory
    ) {
        switch file.kind {
        case .tail, .sealed:
            let stride = TailFormat.stride(dimension: record.configuration.dimension)
            unindexedRowCount += file.liveCount
            byteCount += TailFormat.headerByteCount + file.rowCount * stride
            reclaimableByteCount += file.deletedCount * stride
        case .segment:
            let path = directory.path(of: file, collection: record.uuid)
            let size = DurableFile.byteCount(of: path) ?? 0
            segmentCount += 1
            indexedRowCount += file.liveCount
            byteCount += size
            guard file.deletedCount > 0, file.rowCount > 0 else { return }
            reclaimableByteCount += Int(
                Double(size) / Double(file.rowCount) * Double(file.deletedCount)
            )
        }
    }
}
