import GRDB

extension Store {
    /// The names of collections that begin so, in their order; for completing what is typed.
    ///
    /// - Parameters:
    ///   - prefix: what they begin with.
    ///   - limit: how many at most.
    ///   - fromEnd: whether the last come first.
    /// - Returns: the names, whatever else may be wrong with their rows.
    /// - Throws: the catalog's errors.
    /// - Complexity: O(log *collections* + *limit*).
    package func collectionNames(
        prefix: String,
        limit: Int,
        fromEnd: Bool = false
    ) throws(VectorStoreError) -> [String] {
        try read { db in try Self.texts("name", "collections", db, prefix, limit, fromEnd) }
    }

    /// The ids in a collection that begin so, in the order of their bytes; none without one.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - prefix: what they begin with.
    ///   - limit: how many at most.
    ///   - fromEnd: whether the last come first.
    /// - Returns: the ids.
    /// - Throws: the catalog's errors.
    /// - Complexity: O(log *points* + *limit*).
    package func ids(
        in name: CollectionName,
        prefix: String,
        limit: Int,
        fromEnd: Bool = false
    ) throws(VectorStoreError) -> [String] {
        try read { db in
            guard let record = try CollectionRecord.find(name, in: db) else { return [] }
            return try Self.texts("id", "points_\(record.id)", db, prefix, limit, fromEnd)
        }
    }

    /// Texts of an indexed column that begin so.
    private static func texts(
        _ column: String,
        _ table: String,
        _ db: Database,
        _ prefix: String,
        _ limit: Int,
        _ fromEnd: Bool
    ) throws -> [String] {
        let statement = try CatalogStatement(
            db,
            """
            SELECT \(column) FROM \(table) WHERE \(column) BETWEEN ? AND ?
            ORDER BY \(column) \(fromEnd ? "DESC" : "ASC") LIMIT ?
            """
        )
        statement.bind(prefix, at: 1)
        // The last scalar there is: nothing that begins so comes behind it.
        statement.bind(prefix + "\u{10FFFF}", at: 2)
        statement.bind(Int64(limit), at: 3)
        var texts: [String] = []
        while try statement.step() {
            let text = statement.text(0)
            if text.utf8.starts(with: prefix.utf8) { texts.append(text) }
        }
        return texts
    }
}
