import GRDB

/// When a key was used last, kept apart from the key: it changes often and matters little.
enum KeyUse {
    /// All of them, by key.
    static func all(in db: Database) throws -> [String: Timestamp] {
        var times: [String: Timestamp] = [:]
        for found in try Row.fetchAll(db, sql: "SELECT id, time, crc FROM key_uses") {
            let (id, time) = try read(found, db)
            times[id] = time
        }
        return times
    }

    /// One of them; nil for a key that was not used yet.
    static func find(_ id: String, in db: Database) throws -> Timestamp? {
        let sql = "SELECT id, time, crc FROM key_uses WHERE id = ?"
        return try Row.fetchOne(db, sql: sql, arguments: [id]).map { try read($0, db).time }
    }

    /// Remembers a use.
    static func save(_ id: String, _ time: Timestamp, in db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO key_uses VALUES (?, ?, ?)",
            arguments: [id, time.seconds, checksum(id, time.seconds)]
        )
    }

    private static func read(_ found: Row, _ db: Database) throws -> (id: String, time: Timestamp) {
        let row = CatalogRow(found, of: db, "the row of a key's last use")
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
