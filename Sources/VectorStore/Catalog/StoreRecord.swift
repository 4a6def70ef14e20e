import GRDB

/// The one row that says which store this is and how many transactions it has seen.
struct StoreRecord: Equatable, Sendable {
    /// The store's identity; it never changes.
    let uuid: UniqueID
    /// Rises when a restore puts another state in this place.
    var epoch: Int64
    /// Rises by one per transaction; the only order of events, whatever the clock says.
    var commitSequence: UInt64

    /// Reads the row.
    init(_ catalog: CatalogReader) throws {
        let sql = "SELECT uuid, epoch, commit_sequence, crc FROM store"
        guard let found = try Row.fetchOne(catalog.database, sql: sql) else {
            throw VectorStoreError.corrupt(catalog.path, "the store's own row is missing")
        }
        let row = CatalogRow(found, of: catalog, "the store's own row")
        self.uuid = try row.uniqueID("uuid")
        self.epoch = try row.integer("epoch")
        self.commitSequence = UInt64(bitPattern: try row.integer("commit_sequence"))
        try row.check(checksum)
    }

    /// Describes a new store.
    init(new uuid: UniqueID) {
        self.uuid = uuid
        self.epoch = 1
        self.commitSequence = 0
    }

    /// Writes the row, replacing the one that is there.
    func save(_ catalog: CatalogWriter) throws {
        try catalog.database.execute(
            sql: "INSERT OR REPLACE INTO store VALUES (1, ?, ?, ?, ?)",
            arguments: [
                Blob.write(uuid.bytes), epoch, Int64(bitPattern: commitSequence), checksum,
            ]
        )
    }

    /// Counts one more transaction; every write transaction calls this once.
    ///
    /// - Throws: `.corrupt` when a crafted catalog has no number left.
    static func advance(_ catalog: CatalogWriter) throws -> UInt64 {
        var record = try StoreRecord(catalog)
        try record.advance(catalog)
        try record.save(catalog)
        return record.commitSequence
    }

    /// Counts one more transaction, or one more change of those that share one.
    ///
    /// - Throws: `.corrupt` when a crafted catalog has no number left.
    mutating func advance(_ catalog: CatalogReader) throws {
        let (next, isBeyond) = commitSequence.addingReportingOverflow(1)
        guard !isBeyond else {
            throw VectorStoreError.corrupt(catalog.path, "the commit sequence is \(commitSequence)")
        }
        commitSequence = next
    }

    private var checksum: Int64 {
        var sum = RowChecksum()
        sum.add(uuid.bytes)
        sum.add(epoch)
        sum.add(commitSequence)
        return sum.value
    }
}
