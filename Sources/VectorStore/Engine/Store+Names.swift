extension Store {
    /// The names of collections that begin so, in their order; for completing what is typed.
    ///
    /// - Parameters:
    ///   - prefix: what they begin with.
    ///   - limit: how many at most.
    /// - Returns: the names, whatever else may be wrong with their rows.
    /// - Throws: the catalog's errors.
    /// - Complexity: O(log *collections* + *limit*).
    package func collectionNames(
        prefix: String,
        limit: Int
    ) throws(VectorStoreError) -> [String] {
        try read { db in
            let sql = "SELECT name FROM collections WHERE name >= ? ORDER BY name LIMIT ?"
            return try Self.texts(CatalogStatement(db, sql), prefix, limit)
        }
    }

    /// The ids in a collection that begin so, in the order of their bytes; none without one.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - prefix: what they begin with.
    ///   - limit: how many at most.
    /// - Returns: the ids.
    /// - Throws: the catalog's errors.
    /// - Complexity: O(log *points* + *limit*).
    package func ids(
        in name: CollectionName,
        prefix: String,
        limit: Int
    ) throws(VectorStoreError) -> [String] {
        try read { db in
            guard let record = try CollectionRecord.find(name, in: db) else { return [] }
            let sql = "SELECT id FROM points_\(record.id) WHERE id >= ? ORDER BY id LIMIT ?"
            return try Self.texts(CatalogStatement(db, sql), prefix, limit)
        }
    }

    /// Texts of an ordered column, from the first not before the prefix to the last that has it.
    private static func texts(
        _ statement: CatalogStatement,
        _ prefix: String,
        _ limit: Int
    ) throws -> [String] {
        statement.bind(prefix, at: 1)
        statement.bind(Int64(limit), at: 2)
        var texts: [String] = []
        while try statement.step() {
            let text = statement.text(0)
            guard text.utf8.starts(with: prefix.utf8) else { break }
            texts.append(text)
        }
        return texts
    }
}
