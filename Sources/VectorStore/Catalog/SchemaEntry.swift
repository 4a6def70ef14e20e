import GRDB

/// One row of SQLite's own table of what a catalog has: a table, an index, or what else there is.
struct SchemaEntry: Hashable {
    let type: String
    let name: String
    let table: String
    let sql: String?

    /// What a catalog has.
    static func all(in catalog: CatalogReader) throws -> Set<Self> {
        let sql = "SELECT type, name, tbl_name, sql FROM sqlite_master"
        return Set(
            try Row.fetchAll(catalog.database, sql: sql).map { row in
                Self(type: row[0] ?? "", name: row[1] ?? "", table: row[2] ?? "", sql: row[3])
            }
        )
    }

    /// What a catalog of ours has: of a version, with the tables of collections.
    static func expected(version: Int, collections: [Int64]) throws -> Set<Self> {
        let queue = try DatabaseQueue()
        let entries = try queue.write { database in
            let empty = CatalogWriter(database)
            for sql in CatalogSchema.steps.prefix(version) { try database.execute(sql: sql) }
            for id in collections {
                try CatalogSchema.createCollectionTables(empty, collection: id)
            }
            return try all(in: empty)
        }
        try queue.closeForGood()
        return entries
    }
}
