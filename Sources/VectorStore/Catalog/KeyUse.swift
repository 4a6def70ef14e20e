import GRDB

/// When a key was used last, kept apart from the key: it changes often and matters little.
enum KeyUse {
    /// All of them, by key.
    static func all(in catalog: CatalogReader) throws -> [String: Timestamp] {
        var times: [String: Timestamp] = [:]
        for found in try Row.fetchAll(catalog.database, sql: "SELECT id, time, crc FROM key_uses") {
            let (id, time) = try read(found, catalog)
            times[id] = time
        }
        return times
    }

    /// One of them; nil for a key that was not used yet.
    static func find(_ id: String, in catalog: CatalogReader) throws -> Timestamp? {
        let sql = "SELECT id, time, crc FROM key_uses WHERE id = ?"
        return try Row.fetchOne(catalog.database, sql: sql, arguments: [id]).map {
            try read($0, catalog).time
        }
    }

    /// Remembers a use.
    static func save(_ id: String, _ time: Timestamp, in catalog: CatalogWriter) throws {
        try catalog.database.execute(
            sql: "INSERT OR REPLACE INTO key_uses VALUES (?, ?, ?)",
            arguments: [id, time.seconds, checksum(id, time.seconds)]
        )
    }

    private static func read(_ found: Row, _ catalog: CatalogReader) throws -> (
        id: String, time: Timestamp
    ) {
        let row = CatalogRow(found, of: catalog, "the row of a key's last use")
        let (id, time) = (try row.text("id"), try row.integer("time"))
        try row.check(checksum(id, time))
        return (id, Timestamp(seconds: time))
    }

    private static func checksum(_ id: String, _ time: Int64) -> Int64 {
        var sum = RowChecksum()
        sum.add(id)
        sum.add(time)
        return sum.value
    }
}
