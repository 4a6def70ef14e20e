import GRDB

/// The statements over one collection's table of points.
final class PointRows {
    private let findByID: CatalogStatement
    private let findByKey: CatalogStatement
    private let readByKey: CatalogStatement
    private let insertRow: CatalogStatement
    private let deleteRow: CatalogStatement
    private let updateRow: CatalogStatement
    private let otherRows: CatalogStatement

    /// What removing a row needs to know; unchecked, so that a damaged row can be removed.
    struct Facts {
        let key: Int64
        /// The checksum that the row has.
        let crc: UInt32
        /// The checksum that it should have; another one in a damaged row.
        let contentCRC: UInt32
        let contentByteCount: Int
    }

    init(of collection: Int64, in db: Database) throws {
        let table = "points_\(collection)"
        let select = "SELECT \(PointRow.columns) FROM \(table) AS p"
        findByID = try CatalogStatement(db, select + " WHERE p.id = ?")
        findByKey = try CatalogStatement(db, select + " WHERE p.key = ?")
        readByKey = try CatalogStatement(db, select + " WHERE p.key = ?")
        otherRows = try CatalogStatement(db, "SELECT key, crc FROM \(table) WHERE key <> ?")
        insertRow = try CatalogStatement(
            db,
            "INSERT INTO \(table) (key, id, payload, crc) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (id) DO NOTHING"
        )
        deleteRow = try CatalogStatement(db, "DELETE FROM \(table) WHERE key = ?")
        updateRow = try CatalogStatement(
            db,
            "UPDATE \(table) SET payload = ?, crc = ? WHERE key = ?"
        )
    }

    /// The point with an id; nil when there is none.
    func find(_ id: PointID) throws -> Facts? {
        findByID.bind(id.text, at: 1)
        return try facts(findByID)
    }

    /// The point with a key; nil when there is none.
    func find(key: Int64) throws -> Facts? {
        findByKey.bind(key, at: 1)
        return try facts(findByKey)
    }

    private func facts(_ statement: CatalogStatement) throws -> Facts? {
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Facts(
            key: statement.integer(0),
            crc: UInt32(truncatingIfNeeded: statement.integer(3)),
            contentCRC: PointRow.contentChecksum(statement),
            contentByteCount: unsafe statement.bytes(1).count + statement.bytes(2).count
        )
    }

    /// The checksum with which a row went into the collection's digest.
    ///
    /// In a damaged row either the content or the checksum has changed; the other rows tell which.
    func summedChecksum(of row: Facts, in digest: ContentDigest) throws -> UInt32 {
        guard row.crc != row.contentCRC else { return row.crc }
        var sum = ContentDigest()
        otherRows.bind(row.key, at: 1)
        while try otherRows.step() {
            let crc = UInt32(truncatingIfNeeded: otherRows.integer(1))
            sum.add(key: otherRows.integer(0), crc: crc)
        }
        sum.add(key: row.key, crc: row.contentCRC)
        return sum == digest ? row.contentCRC : row.crc
    }

    /// The checked row with a key; nil when there is none.
    func read(key: Int64, path: String) throws -> PointRow? {
        readByKey.bind(key, at: 1)
        guard try readByKey.step() else { return nil }
        defer { readByKey.reset() }
        return try PointRow(readByKey, path: path)
    }

    /// Adds a row and returns its checksum; nil when the id is there already.
    func insert(key: Int64, id: PointID, payload: PayloadCodec.Stored) throws -> UInt32? {
        let crc = Self.checksum(key: key, id: id, payload: payload)
        insertRow.bind(key, at: 1)
        insertRow.bind(id.text, at: 2)
        insertRow.bind(payload, at: 3)
        insertRow.bind(Int64(crc), at: 4)
        return try insertRow.run() == 1 ? crc : nil
    }

    /// Removes a row.
    func delete(key: Int64) throws {
        deleteRow.bind(key, at: 1)
        try deleteRow.run()
    }

    /// Gives a row another payload and returns its new checksum.
    func update(key: Int64, id: PointID, payload: PayloadCodec.Stored) throws -> UInt32 {
        let crc = Self.checksum(key: key, id: id, payload: payload)
        updateRow.bind(payload, at: 1)
        updateRow.bind(Int64(crc), at: 2)
        updateRow.bind(key, at: 3)
        try updateRow.run()
        return crc
    }

    private static func checksum(key: Int64, id: PointID, payload: PayloadCodec.Stored) -> UInt32 {
        let isText = if case .text = payload { true } else { false }
        var text = id.text
        return text.withUTF8 { id in
            unsafe payload.bytes.withUnsafeBytes { bytes in
                unsafe RowChecksum.ofPoint(
                    key: key,
                    id: UnsafeRawBufferPointer(id),
                    isText: isText,
                    payload: bytes
                )
            }
        }
    }
}
