import Glibc

/// What `stats` tells about a store.
public struct StoreStatistics: Sendable {
    /// The store's name for life, 32 hexadecimal digits.
    public let uuid: String
    /// The catalog's schema version.
    public let formatVersion: Int
    /// Transactions so far.
    public let sequence: UInt64
    /// Collections.
    public let collectionCount: Int
    /// Live points of all collections.
    public let pointCount: Int
    /// Bytes of all vector files that the catalog names.
    public let vectorByteCount: Int
    /// Bytes of vector files that belong to deleted or replaced points.
    public let reclaimableByteCount: Int
    /// Bytes of the catalog.
    public let catalogByteCount: Int
    /// Bytes of the catalog's write-ahead log; 0 between commands.
    public let logByteCount: Int
    /// Each lock and which process holds it exclusively, if one does.
    public let locks: [(name: String, holder: LockHolder?)]
    /// Whether the medium is mounted read-only.
    public let isReadOnlyMedium: Bool
    /// The version of SQLite.
    public let sqliteVersion: String
}

extension Store {
    /// Counts, sizes and lock holders at this moment.
    public func statistics() throws(VectorStoreError) -> StoreStatistics {
        var locks: [(name: String, holder: LockHolder?)] = []
        for lock in DataDirectory.Lock.allCases {
            let holder = try FileLock.currentHolder(path: directory.lockPath(lock))
            locks.append((lock.rawValue, holder))
        }
        let catalogByteCount = DurableFile.byteCount(of: directory.catalogPath) ?? 0
        let logByteCount = directory.logByteCount
        return try read { db in
            let infos = try CollectionRecord.collections(in: db).map {
                try Self.info($0, in: db, directory: directory)
            }
            let record = try StoreRecord(db)
            return StoreStatistics(
                uuid: record.uuid.hexadecimal,
                formatVersion: try db.formatVersion(),
                sequence: record.commitSequence,
                collectionCount: infos.count,
                pointCount: infos.reduce(0) { $0 + $1.pointCount },
                vectorByteCount: infos.reduce(0) { $0 + $1.vectorByteCount },
                reclaimableByteCount: infos.reduce(0) { $0 + $1.reclaimableByteCount },
                catalogByteCount: catalogByteCount,
                logByteCount: logByteCount,
                locks: locks,
                isReadOnlyMedium: isReadOnlyMedium,
                sqliteVersion: try db.sqliteVersion()
            )
        }
    }
}
