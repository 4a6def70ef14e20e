import GRDB

/// A key as the catalog has it: everything but its text.
struct KeyRecord: Equatable, Sendable {
    /// What its row is called in errors.
    static let rowName = "a key's row"

    /// What its text is compared with.
    var credential: KeyCredential
    var name: String
    var scopes: [KeyScope]
    var created: Int64
    var rate: KeyRate?
    /// Empty when no key made it.
    var parent = ""
    /// Its place among all keys: clocks do not tell which of two is older.
    var number: Int64 = 0

    /// 16 hexadecimal digits.
    var id: String { credential.id }

    private static let columns = """
        \(KeyCredential.columns), name, scopes, created, rate_count, rate_seconds, burst, parent, \
        number, crc
        """

    // MARK: Reading

    /// The key with an id; nil when there is none.
    static func find(_ id: String, in catalog: CatalogReader) throws -> KeyRecord? {
        let statement = try catalog.database.cachedStatement(
            sql: "SELECT \(columns) FROM keys WHERE id = ?"
        )
        return try Row.fetchOne(statement, arguments: [id]).map { try KeyRecord($0, of: catalog) }
    }

    /// All keys, the oldest first.
    static func all(in catalog: CatalogReader) throws -> [KeyRecord] {
        try Row.fetchAll(catalog.database, sql: "SELECT \(columns) FROM keys ORDER BY number, id")
            .map {
                try KeyRecord($0, of: catalog)
            }
    }

    /// The keys that a key has made itself.
    static func made(by parent: String, in catalog: CatalogReader) throws -> [KeyRecord] {
        try Row.fetchAll(
            catalog.database,
            sql: "SELECT \(columns) FROM keys WHERE parent = ? AND parent <> '' ORDER BY id",
            arguments: [parent]
        ).map { try KeyRecord($0, of: catalog) }
    }

    /// The key that made this one, the key that made that one, and so on.
    ///
    /// - Complexity: O(``KeyRequest/generationCountMax``), even in a catalog where keys made
    ///   each other.
    func makers(in catalog: CatalogReader) throws -> [KeyRecord] {
        var found: [KeyRecord] = []
        var next = parent
        while !next.isEmpty, found.count < KeyRequest.generationCountMax,
            let maker = try Self.find(next, in: catalog)
        {
            found.append(maker)
            next = maker.parent
        }
        return found
    }

    /// The key and all that were made with it, those that they made among them.
    ///
    /// - Complexity: O(keys found).
    func descendants(in catalog: CatalogReader) throws -> [KeyRecord] {
        var found = [self]
        var known: Set = [id]
        var place = 0
        while place < found.count {
            for child in try Self.made(by: found[place].id, in: catalog)
            where known.insert(child.id).inserted {
                found.append(child)
            }
            place += 1
        }
        return found
    }

    private init(_ found: Row, of catalog: CatalogReader) throws {
        let row = CatalogRow(found, of: catalog, Self.rowName)
        credential = try KeyCredential(row)
        name = try row.text("name")
        created = try row.integer("created")
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
        guard count == 0 || rate != nil else { throw row.damaged("rate") }
        try row.check(checksum)
    }

    // MARK: Writing

    /// The place behind the newest key.
    ///
    /// - Throws: `.corrupt` when a crafted catalog has no place left.
    static func nextNumber(in catalog: CatalogReader) throws -> Int64 {
        let last = try Int64.fetchOne(catalog.database, sql: "SELECT max(number) FROM keys") ?? 0
        return try CatalogRow.next(after: last, of: catalog, "the number of \(rowName)")
    }

    /// Writes the row, in the place of the one that is there.
    func save(_ catalog: CatalogWriter) throws {
        let marks = values.map { _ in "?" }.joined(separator: ", ")
        try catalog.database.execute(
            sql: "INSERT OR REPLACE INTO keys (\(Self.columns)) VALUES (\(marks))",
            arguments: StatementArguments(values)
        )
    }

    /// Removes all keys, and what is known of their uses.
    static func removeAll(in catalog: CatalogWriter) throws {
        try catalog.database.execute(sql: "DELETE FROM keys; DELETE FROM key_uses")
    }

    /// The values of the row, in the order of the columns.
    private var values: [any DatabaseValueConvertible] {
        credential.values + [
            name, scopesText, created, rate?.count ?? 0, rate?.periodSeconds ?? 0,
            rate?.burst ?? 0, parent, number, checksum,
        ]
    }

    /// Makes a key of what was asked for; its text is known to the caller only.
    init(_ request: KeyRequest, id: String, hash: [UInt8], created: Timestamp, parent: String) {
        credential = KeyCredential(id: id, hash: hash, expires: request.expires?.seconds ?? 0)
        name = request.name
        scopes = request.scopes
        self.created = created.seconds
        rate = request.rate
        self.parent = parent
    }

    private var scopesText: String { scopes.map(\.text).joined(separator: " ") }

    /// Of the parts beside the credential, and of the id, so that rows can't exchange them.
    private var checksum: Int64 {
        var sum = RowChecksum()
        for text in [id, name, scopesText, parent] { sum.add(text) }
        for time in [created, number] { sum.add(time) }
        for number in [rate?.count ?? 0, rate?.periodSeconds ?? 0, rate?.burst ?? 0] {
            sum.add(number)
        }
        return sum.value
    }

    // MARK: Facts

    /// What would make it again.
    var request: KeyRequest {
        KeyRequest(name: name, scopes: scopes, expires: info().expires, rate: rate)
    }

    /// What may be known of it.
    func info(lastUsed: Timestamp? = nil) -> KeyInfo {
        func time(_ seconds: Int64) -> Timestamp? {
            seconds == 0 ? nil : Timestamp(seconds: seconds)
        }
        return KeyInfo(
            id: id,
            name: name,
            scopes: scopes,
            created: Timestamp(seconds: created),
            expires: time(credential.expires),
            revoked: time(credential.revoked),
            overlapEnds: time(credential.oldExpires),
            rate: rate,
            parent: parent.isEmpty ? nil : parent,
            lastUsed: lastUsed
        )
    }
}
