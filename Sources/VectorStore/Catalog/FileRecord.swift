import GRDB

/// A vector file that the catalog names, with the length that is committed.
package struct FileRecord: Equatable, Sendable {
    /// What a file is; the raw values are on disk for ever.
    package enum Kind: String, Sendable {
        /// Append-only rows, scanned exactly.
        case tail
        /// A tail that takes no more rows: the next compaction reads it.
        case sealed
        /// Rows with an index, never changed.
        case segment
    }

    package let uuid: UniqueID
    package let collection: Int64
    package var kind: Kind
    /// Rows that count, dead ones included; what lies behind them is a torn attempt.
    package var rowCount: Int
    /// Rows of deleted or replaced points.
    package var deadCount: Int
    package var firstKey: Int64
    package var lastKey: Int64

    /// Describes a file.
    package init(
        uuid: UniqueID,
        collection: Int64,
        kind: Kind,
        rowCount: Int,
        deadCount: Int = 0,
        firstKey: Int64,
        lastKey: Int64
    ) {
        self.uuid = uuid
        self.collection = collection
        self.kind = kind
        self.rowCount = rowCount
        self.deadCount = deadCount
        self.firstKey = firstKey
        self.lastKey = lastKey
    }

    /// Describes a new, empty tail.
    init(newTailOf collection: Int64) {
        self.init(
            uuid: .random(),
            collection: collection,
            kind: .tail,
            rowCount: 0,
            firstKey: 0,
            lastKey: 0
        )
    }

    /// Reads the files of one collection, oldest keys first.
    static func all(of collection: Int64, in db: Database) throws -> [Self] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(columns) FROM files WHERE collection = ? ORDER BY first_key, uuid
                """,
            arguments: [collection]
        ).map { try Self($0, in: db) }
    }

    /// Reads the files of all collections from the table itself, so that a damaged index hides
    /// none, and each with its own outcome.
    static func scan(in db: Database) throws -> [Result<Self, VectorStoreError>] {
        try Row.fetchAll(
            db,
            sql: "SELECT \(columns) FROM files NOT INDEXED ORDER BY first_key, uuid"
        ).map { row in
            Result { () throws(VectorStoreError) in try Self(row, in: db) }
        }
    }

    private static let columns = """
        uuid, collection, kind, row_count, dead_count, first_key, last_key, crc
        """

    private init(_ stored: Row, in db: Database) throws(VectorStoreError) {
        let row = CatalogRow(stored, of: db, "a vector file's row")
        guard let kind = Kind(rawValue: try row.text("kind")) else { throw row.damaged("kind") }
        self.uuid = try row.uniqueID("uuid")
        self.collection = try row.integer("collection")
        self.kind = kind
        self.rowCount = try row.count("row_count")
        self.deadCount = try row.count("dead_count")
        self.firstKey = try row.integer("first_key")
        self.lastKey = try row.integer("last_key")
        try row.check(checksum)
    }

    /// Writes the row, replacing the one that is there.
    func save(_ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                Blob.write(uuid.bytes), collection, kind.rawValue, rowCount, deadCount, firstKey,
                lastKey, checksum,
            ]
        )
    }

    /// Takes the file and its dead slots out of the catalog.
    func delete(_ db: Database) throws {
        let name = Blob.write(uuid.bytes)
        try db.execute(sql: "DELETE FROM dead_slots WHERE file = ?", arguments: [name])
        try db.execute(sql: "DELETE FROM files WHERE uuid = ?", arguments: [name])
    }

    private var checksum: Int64 {
        var sum = RowChecksum()
        sum.add(uuid.bytes)
        sum.add(collection)
        sum.add(kind.rawValue)
        sum.add(rowCount)
        sum.add(deadCount)
        sum.add(firstKey)
        sum.add(lastKey)
        return sum.value
    }
}

extension DataDirectory {
    /// Where a file of a collection lies.
    func path(of file: FileRecord, collection: UniqueID) -> String {
        switch file.kind {
        case .tail, .sealed: tailPath(collection: collection, file: file.uuid)
        case .segment: segmentPath(collection: collection, file: file.uuid)
        }
    }
}
