import GRDB

/// The statements over one collection's table of points.
final class PointRows {
    private let findByID: CatalogStatement
    private let findByKey: CatalogStatement
    private let readByKey: CatalogStatement
    private let insertRow: CatalogStatement
    private let deleteRow: CatalogStatement
    private let updateRow: CatalogStatement

    /// What removing a row needs to know; unchecked, so that a damaged row can be removed.
    struct Facts {
        let key: Int64
        let crc: UInt32
        let contentByteCount: Int
    }

    init(of collection: Int64, in db: Database) throws {
        let table = "points_\(collection)"
        // `length` of a text counts characters; of a blob, bytes.
        let facts =
            "SELECT key, crc, length(CAST(id AS BLOB)) + length(CAST(payload AS BLOB))"
            + " FROM \(table)"
        findByID = try CatalogStatement(db, facts + " WHERE id = ?")
        findByKey = try CatalogStatement(db, facts + " WHERE key = ?")
        readByKey = try CatalogStatement(
            db, "SELECT \(PointRow.columns) FROM \(table) AS p WHERE p.key = ?")
        insertRow = try CatalogStatement(
            db,
            "INSERT INTO \(table) (key, id, payload, crc) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (id) DO NOTHING"
        )
        deleteRow = try CatalogStatement(db, "DELETE FROM \(table) WHERE key = ?")
        updateRow = try CatalogStatement(
            db, "UPDATE \(table) SET payload = ?, crc = ? WHERE key = ?")
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
            crc: UInt32(truncatingIfNeeded: statement.integer(1)),
            contentByteCount: Int(statement.integer(2))
        )
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
