import GRDB

/// What the catalog compares a key's text with, and nothing else of the key.
///
/// These columns come first in the row and have a checksum of their own: looking at them takes the
/// same time for every key, however many scopes it has, and for one that is not there.
struct KeyCredential: Equatable, Sendable {
    /// What a hash is that nothing has.
    static let noHash = [UInt8](repeating: 0, count: 32)

    let id: String
    /// SHA-256 of the text; ``noHash`` once it is revoked.
    var hash: [UInt8]
    /// SHA-256 of the text before the last rotation; ``noHash`` without one.
    var oldHash = noHash
    /// Until when that is good.
    var oldExpires: Int64 = 0
    /// 0 is never.
    var expires: Int64 = 0
    /// 0 is not at all.
    var revoked: Int64 = 0

    /// The columns of the table, in the order of ``values``.
    static let columns = "id, hash, old_hash, old_expires, expires, revoked, credential_crc"

    /// The values of the row, in the order of the columns.
    var values: [any DatabaseValueConvertible] {
        [id, Blob.write(hash), Blob.write(oldHash), oldExpires, expires, revoked, checksum]
    }

    /// Stands in for a key that is not there, so that looking at it takes the same time.
    static let nobody = KeyCredential(id: KeyText.noID, hash: noHash)

    /// Whether it stands in for a key that is not there.
    var isNobody: Bool { id == KeyText.noID }

    /// Takes a new key's.
    init(id: String, hash: [UInt8], expires: Int64 = 0) {
        self.id = id
        self.hash = hash
        self.expires = expires
    }

    /// Reads it out of a row with these columns, and maybe more.
    init(_ row: CatalogRow) throws {
        id = try row.text("id")
        hash = try row.bytes("hash")
        oldHash = try row.bytes("old_hash")
        oldExpires = try row.integer("old_expires")
        expires = try row.integer("expires")
        revoked = try row.integer("revoked")
        guard hash.count == 32, oldHash.count == 32 else { throw row.damaged("hash") }
        try row.check(checksum, "credential_crc")
    }

    /// The credential with an id, or ``nobody``: the same steps whether there is one or not.
    static func look(_ id: String, in catalog: CatalogReader) throws -> KeyCredential {
        let statement = try catalog.database.cachedStatement(
            sql: """
                SELECT \(columns) FROM keys WHERE id = ? UNION ALL
                SELECT ?, ?, ?, ?, ?, ?, ? LIMIT 1
                """
        )
        let arguments = StatementArguments([id] + nobody.values)
        guard let row = try Row.fetchOne(statement, arguments: arguments) else { return nobody }
        return try KeyCredential(CatalogRow(row, of: catalog, KeyRecord.rowName))
    }

    /// Takes it back for good: nothing of its texts is left.
    mutating func revoke(at now: Timestamp) {
        revoked = max(now.seconds, 1)
        (hash, oldHash) = (Self.noHash, Self.noHash)
        oldExpires = 0
    }

    /// Changes rows so that nothing of what they had is left in the catalog's free space.
    static func erasing<Value>(in catalog: CatalogWriter, _ body: () throws -> Value) throws
        -> Value
    {
        _ = try Int.fetchOne(catalog.database, sql: "PRAGMA secure_delete = ON")
        let result = Result { try body() }
        _ = try Int.fetchOne(catalog.database, sql: "PRAGMA secure_delete = OFF")
        return try result.get()
    }

    private var checksum: Int64 {
        var sum = RowChecksum()
        sum.add(id)
        for hash in [hash, oldHash] { sum.add(hash) }
        for time in [oldExpires, expires, revoked] { sum.add(time) }
        return sum.value
    }
}
