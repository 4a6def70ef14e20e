import GRDB

/// Texts that a host keeps with a collection, such as what a server echoes of its configuration.
///
/// The engine reads nothing in them. They are part of backups.
enum CollectionNotes {
    /// Reads one; nil when there is none.
    static func find(
        _ name: String,
        of collection: Int64,
        in catalog: CatalogReader
    ) throws -> [UInt8]? {
        try all(of: collection, in: catalog)[name]
    }

    /// Reads all of a collection.
    static func all(of collection: Int64, in catalog: CatalogReader) throws -> [String: [UInt8]] {
        guard try CatalogSchema.hasNotes(catalog) else { return [:] }
        var notes: [String: [UInt8]] = [:]
        let rows = try Row.fetchAll(
            catalog.database,
            sql: "SELECT name, text, crc FROM notes WHERE collection = ?",
            arguments: [collection]
        )
        for row in rows {
            let row = CatalogRow(row, of: catalog, "a note's row")
            let name = try row.text("name")
            let text = try row.text("text")
            try row.check(checksum(collection, name, text))
            notes[name] = Array(text.utf8)
        }
        return notes
    }

    /// Writes one; nil removes it.
    static func save(
        _ text: [UInt8]?,
        as name: String,
        of collection: Int64,
        in catalog: CatalogWriter
    ) throws {
        guard let text else {
            return try catalog.database.execute(
                sql: "DELETE FROM notes WHERE collection = ? AND name = ?",
                arguments: [collection, name]
            )
        }
        let string = String(decoding: text, as: UTF8.self)
        try catalog.database.execute(
            sql: "INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?)",
            arguments: [collection, name, string, checksum(collection, name, string)]
        )
    }

    /// Removes all of a collection, and its aliases.
    static func deleteAll(of collection: Int64, in catalog: CatalogWriter) throws {
        guard try CatalogSchema.hasNotes(catalog) else { return }
        for table in ["notes", "aliases"] {
            try catalog.database.execute(
                sql: "DELETE FROM \(table) WHERE collection = ?",
                arguments: [collection]
            )
        }
    }

    /// Checks every row.
    ///
    /// - Throws: `.corrupt` at the first damaged one.
    static func verify(in catalog: CatalogReader) throws {
        guard try CatalogSchema.hasNotes(catalog) else { return }
        let collections = try Int64.fetchAll(
            catalog.database,
            sql: "SELECT DISTINCT collection FROM notes"
        )
        for collection in collections { _ = try all(of: collection, in: catalog) }
        _ = try CollectionAlias.all(in: catalog)
    }

    private static func checksum(_ collection: Int64, _ name: String, _ text: String) -> Int64 {
        var sum = RowChecksum()
        sum.add(collection)
        sum.add(name)
        sum.add(text)
        return sum.value
    }
}
