import GRDB

/// Another name of a collection, as the catalog keeps it.
struct CollectionAlias: Equatable, Sendable {
    let name: CollectionName
    /// The number of the collection.
    let collection: Int64

    /// Reads all, ordered by name.
    static func all(in catalog: CatalogReader) throws -> [Self] {
        guard try CatalogSchema.hasNotes(catalog) else { return [] }
        return try Row.fetchAll(
            catalog.database,
            sql: "SELECT name, collection, crc FROM aliases ORDER BY name"
        ).map { try Self($0, in: catalog) }
    }

    /// Reads one; nil when there is none.
    static func find(_ name: CollectionName, in catalog: CatalogReader) throws -> Self? {
        guard try CatalogSchema.hasNotes(catalog) else { return nil }
        return try Row.fetchOne(
            catalog.database,
            sql: "SELECT name, collection, crc FROM aliases WHERE name = ?",
            arguments: [name.text]
        ).map { try Self($0, in: catalog) }
    }

    private init(_ stored: Row, in catalog: CatalogReader) throws {
        let row = CatalogRow(stored, of: catalog, "an alias")
        name = CollectionName(unchecked: try row.text("name"))
        collection = try row.integer("collection")
        try row.check(checksum)
    }

    /// Describes a new one.
    init(_ name: CollectionName, of collection: Int64) {
        self.name = name
        self.collection = collection
    }

    /// Writes it, in the place of one of the same name.
    func save(_ catalog: CatalogWriter) throws {
        try catalog.database.execute(
            sql: "INSERT OR REPLACE INTO aliases VALUES (?, ?, ?)",
            arguments: [name.text, collection, checksum]
        )
    }

    /// Removes it.
    func delete(_ catalog: CatalogWriter) throws {
        try catalog.database.execute(
            sql: "DELETE FROM aliases WHERE name = ?",
            arguments: [name.text]
        )
    }

    private var checksum: Int64 {
        var sum = RowChecksum()
        sum.add(name.text)
        sum.add(collection)
        return sum.value
    }
}
