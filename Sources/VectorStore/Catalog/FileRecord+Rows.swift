import GRDB

extension FileRecord {
    /// Reads the files of one collection, oldest keys first.
    static func all(of collection: Int64, in catalog: CatalogReader) throws -> [Self] {
        try Row.fetchAll(
            catalog.database,
            sql: """
                SELECT \(columns) FROM files WHERE collection = ? ORDER BY first_key, uuid
                """,
            arguments: [collection]
        ).map { try Self($0, in: catalog) }
    }

    /// Reads the files of all collections from the table itself, so that a damaged index hides
    /// none, and each with its own outcome.
    static func scan(in catalog: CatalogReader) throws -> [Result<Self, VectorStoreError>] {
        try Row.fetchAll(
            catalog.database,
            sql: "SELECT \(columns) FROM files NOT INDEXED ORDER BY first_key, uuid"
        ).map { row in
            Result { () throws(VectorStoreError) in try Self(row, in: catalog) }
        }
    }

    private static let columns = """
        uuid, collection, kind, row_count, dead_count, first_key, last_key, crc
        """

    private init(_ stored: Row, in catalog: CatalogReader) throws(VectorStoreError) {
        let row = CatalogRow(stored, of: catalog, "a vector file's row")
        guard let kind = Kind(rawValue: try row.text("kind")) else { throw row.damaged("kind") }
        self.uuid = try row.uniqueID("uuid")
        self.collection = try row.integer("collection")
        self.kind = kind
        self.rowCount = try row.count("row_count")
        self.deletedCount = try row.count("dead_count")
        self.firstKey = try row.integer("first_key")
        self.lastKey = try row.integer("last_key")
        try row.check(checksum)
    }

    /// Writes the row, replacing the one that is there.
    func save(_ catalog: CatalogWriter) throws {
        try catalog.database.execute(
            sql: "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                Blob.write(uuid.bytes), collection, kind.rawValue, rowCount, deletedCount, firstKey,
                lastKey, checksum,
            ]
        )
    }

    /// Takes the file and its dead slots out of the catalog.
    func delete(_ catalog: CatalogWriter) throws {
        let name = Blob.write(uuid.bytes)
        try catalog.database.execute(
            sql: "DELETE FROM dead_slots WHERE file = ?",
            arguments: [name]
        )
        try catalog.database.execute(sql: "DELETE FROM files WHERE uuid = ?", arguments: [name])
    }

    private var checksum: Int64 {
        var sum = RowChecksum()
        sum.add(uuid.bytes)
        sum.add(collection)
        sum.add(kind.rawValue)
        sum.add(rowCount)
        sum.add(deletedCount)
        sum.add(firstKey)
        sum.add(lastKey)
        return sum.value
    }
}
