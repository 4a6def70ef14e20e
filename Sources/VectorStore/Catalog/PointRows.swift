/// Looks points up in one collection's table.
class PointRows {
    private let findByID: CatalogStatement
    private let findByKey: CatalogStatement
    private let readByKey: CatalogStatement

    /// What removing a row needs to know; unchecked, so that a damaged row can be removed.
    struct Facts {
        let key: Int64
        /// The checksum that the row has.
        let crc: UInt32
        /// The checksum that it should have; another one in a damaged row.
        let contentCRC: UInt32
        let contentByteCount: Int
    }

    /// Prepares the look-ups.
    init(of collection: Int64, in catalog: CatalogReader) throws {
        findByID = try PointStatements.withID(of: collection, in: catalog)
        findByKey = try PointStatements.withKey(of: collection, in: catalog)
        readByKey = try PointStatements.withKey(of: collection, in: catalog)
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

    /// The id of the point with a key, unchecked; nil when there is none.
    func id(ofKey key: Int64) throws -> PointID? {
        findByKey.bind(key, at: 1)
        guard try findByKey.step() else { return nil }
        defer { findByKey.reset() }
        return PointID(unchecked: findByKey.text(1))
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

    /// The checked row with a key; nil when there is none.
    func read(key: Int64, path: String) throws -> PointRow? {
        readByKey.bind(key, at: 1)
        guard try readByKey.step() else { return nil }
        defer { readByKey.reset() }
        return try PointRow(readByKey, path: path)
    }
}
