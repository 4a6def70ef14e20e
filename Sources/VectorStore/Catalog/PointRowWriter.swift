/// Changes the rows of one collection's table of points.
final class PointRowWriter: PointRows {
    private let insertRow: CatalogStatement
    private let deleteRow: CatalogStatement
    private let updateRow: CatalogStatement
    private let otherRows: CatalogStatement

    /// Prepares the changes.
    init(of collection: Int64, in catalog: CatalogWriter) throws {
        let table = PointStatements.tableName(collection: collection)
        otherRows = try CatalogStatement(catalog, "SELECT key, crc FROM \(table) WHERE key <> ?")
        insertRow = try CatalogStatement(
            catalog,
            "INSERT INTO \(table) (key, id, payload, crc) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (id) DO NOTHING"
        )
        deleteRow = try CatalogStatement(catalog, "DELETE FROM \(table) WHERE key = ?")
        updateRow = try CatalogStatement(
            catalog,
            "UPDATE \(table) SET payload = ?, crc = ? WHERE key = ?"
        )
        try super.init(of: collection, in: catalog)
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
