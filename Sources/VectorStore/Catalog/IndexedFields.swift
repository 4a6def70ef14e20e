import GRDB

/// The payload fields of a collection that have an index.
enum IndexedFields {
    /// Reads them, in the order of their names.
    static func all(of collection: Int64, in catalog: CatalogReader) throws -> [FieldPath] {
        let rows = try Row.fetchAll(
            catalog.database,
            sql: "SELECT field, crc FROM indexed_fields WHERE collection = ? ORDER BY field",
            arguments: [collection]
        )
        return try rows.map { row in
            let row = CatalogRow(row, of: catalog, "an indexed field's row")
            let text = try row.text("field")
            try row.check(checksum(collection, text))
            return try FieldPath(parsing: text)
        }
    }

    /// Remembers that a field is indexed.
    static func insert(_ field: FieldPath, of collection: Int64, in catalog: CatalogWriter) throws {
        let text = field.description
        try catalog.database.execute(
            sql: "INSERT INTO indexed_fields VALUES (?, ?, ?)",
            arguments: [collection, text, checksum(collection, text)]
        )
    }

    /// Forgets it.
    static func delete(_ field: FieldPath, of collection: Int64, in catalog: CatalogWriter) throws {
        try catalog.database.execute(
            sql: "DELETE FROM indexed_fields WHERE collection = ? AND field = ?",
            arguments: [collection, field.description]
        )
    }

    /// Whether the index has an entry of a field.
    static func holdsAny(
        _ field: FieldPath,
        of collection: Int64,
        in catalog: CatalogReader
    ) throws -> Bool {
        let table = PayloadIndex.tableName(collection: collection)
        let statement = try CatalogStatement(
            catalog,
            "SELECT 1 FROM \(table) WHERE field = ? LIMIT 1"
        )
        statement.bind(field.description, at: 1)
        return try statement.step()
    }

    private static func checksum(_ collection: Int64, _ field: String) -> Int64 {
        var sum = RowChecksum()
        sum.add(collection)
        sum.add(field)
        return sum.value
    }
}
