import GRDB

/// A key as the catalog has it: everything but its text.
struct KeyRecord: Equatable, Sendable {
    /// What a hash is that nothing has.
    static let noHash = [UInt8](repeating: 0, count: 32)

    let id: String
    var name: String
    var scopes: [KeyScope]
    /// SHA-256 of the text; ``noHash`` once it is revoked.
    var hash: [UInt8]
    /// SHA-256 of the text before the last rotation; ``noHash`` without one.
    var oldHash = noHash
    /// Until when that is good.
    var oldExpires: Int64 = 0
    var created: Int64
    /// 0 is never.
    var expires: Int64 = 0
    /// 0 is not at all.
    var revoked: Int64 = 0
    var rate: KeyRate?
    /// Empty when no key made it.
    var parent = ""
    /// Its place among all keys: clocks do not tell which of two is older.
    var number: Int64 = 0

    private static let columns = """
        id, name, scopes, hash, old_hash, old_expires, created, expires, revoked, rate_count, \
        rate_seconds, burst, parent, number, crc
        """

    // MARK: Reading

    /// The key with an id; nil when there is none.
    static func find(_ id: String, in db: Database) throws -> KeyRecord? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(columns) FROM keys WHERE id = ?"
        )
        return try Row.fetchOne(statement, arguments: [id]).map { try KeyRecord($0, of: db) }
    }

    /// The key with an id, or ``nobody``: the same steps whether there is one or not.
    static func look(_ id: String, in db: Database) throws -> KeyRecord {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(columns) FROM keys WHERE id = ? UNION ALL
                SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? LIMIT 1
                """
        )
        let arguments = [id] + nobody.values
        guard let row = try Row.fetchOne(statement, arguments: StatementArguments(arguments)) else {
            return nobody
        }
        return try KeyRecord(row, of: db)
    }

    /// All keys, the oldest first.
    static func all(in db: Database) throws -> [KeyRecord] {
        try Row.fetchAll(db, sql: "SELECT \(columns) FROM keys ORDER BY number, id").map {
            try KeyRecord($0, of: db)
        }
    }

    /// The keys that a key has made itself.
    static func made(by parent: String, in db: Database) throws -> [KeyRecord] {
        try Row.fetchAll(
            db,
            sql: "SELECT \(columns) FROM keys WHERE parent = ? AND parent <> '' ORDER BY id",
            arguments: [parent]
        ).map { try KeyRecord($0, of: db) }
    }

    private init(_ found: Row, of db: Database) throws {
        let row = CatalogRow(found, of: db, "a key's row")
        id = try row.text("id")
        name = try row.text("name")
        hash = try row.bytes("hash")
        oldHash = try row.bytes("old_hash")
        oldExpires = try row.integer("old_expires")
        created = try row.integer("created")
        expires = try row.integer("expires")
        revoked = try row.integer("revoked")
        parent = try row.text("parent")
        number = try row.integer("number")
        let count = try row.count("rate_count")
        rate =
            count == 0
            ? nil
            : KeyRate(
                count: count,
                periodSeconds: try row.count("rate_seconds"),
                burst: try row.count("burst")
            )
        let texts = try row.text("scopes").split(separator: " ")
        scopes = try texts.map { text in
            guard let scope = KeyScope(text: String(text)) else { throw row.damaged("scopes") }
            return scope
        }
        guard hash.count == 32, oldHash.count == 32 else { throw row.damaged("hash") }
        guard count == 0 || rate != nil else { throw row.damaged("rate") }
        try row.check(checksum)
    }

    // MARK: Writing

    /// The place behind the newest key.
    static func nextNumber(in db: Database) throws -> Int64 {
        (try Int64.fetchOne(db, sql: "SELECT max(number) FROM keys") ?? 0) + 1
    }

    /// Writes the row, in the place of the one that is there.
    func save(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO keys (\(Self.columns))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: StatementArguments(values)
        )
    }

    /// The values of the row, in the order of the columns.
    private var values: [any DatabaseValueConvertible] {
        [
            id, name, scopesText, Blob.write(hash), Blob.write(oldHash), oldExpires, created,
            expires, revoked, rate?.count ?? 0, rate?.periodSeconds ?? 0, rate?.burst ?? 0,
            parent, number, checksum,
        ]
    }

    /// Whether it stands in for a key that is not there.
    var isNobody: Bool { id == KeyText.noID }

    /// Makes a key of what was asked for; its text is known to the caller only.
    init(_ request: KeyRequest, id: String, hash: [UInt8], created: Timestamp, parent: String) {
        self.id = id
        name = request.name
        scopes = request.scopes
        self.hash = hash
        self.created = created.seconds
        expires = request.expires?.seconds ?? 0
        rate = request.rate
        self.parent = parent
    }

    private init(nobody: Void) {
        id = KeyText.noID
        name = "nobody"
        // As much to take apart as others have.
        scopes = [KeyScope(CollectionName(unchecked: "nobody"), .read)]
        hash = Self.noHash
        created = 0
    }

    /// Stands in for a key that is not there, so that looking at it takes the same time.
    static let nobody = KeyRecord(nobody: ())

    private var scopesText: String { scopes.map(\.text).joined(separator: " ") }

    private var checksum: Int64 {
        var sum = RowChecksum()
        for text in [id, name, scopesText, parent] { sum.add(text) }
        for hash in [hash, oldHash] { sum.add(hash) }
        for time in [oldExpires, created, expires, revoked, number] { sum.add(time) }
        for number in [rate?.count ?? 0, rate?.periodSeconds ?? 0, rate?.burst ?? 0] {
            sum.add(number)
        }
        return sum.value
    }

    /// Takes it back for good: nothing of its texts is left.
    mutating func revoke(at now: Timestamp) {
        revoked = max(now.seconds, 1)
        (hash, oldHash) = (Self.noHash, Self.noHash)
        oldExpires = 0
    }

    // MARK: Facts

    /// What may be known of it.
    func info(lastUsed: Timestamp? = nil) -> KeyInfo {
        KeyInfo(
            id: id,
            name: name,
            scopes: scopes,
            created: Timestamp(seconds: created),
            expires: expires == 0 ? nil : Timestamp(seconds: expires),
            revoked: revoked == 0 ? nil : Timestamp(seconds: revoked),
            overlapEnds: oldExpires == 0 ? nil : Timestamp(seconds: oldExpires),
            rate: rate,
            parent: parent.isEmpty ? nil : parent,
            lastUsed: lastUsed
        )
    }
}
