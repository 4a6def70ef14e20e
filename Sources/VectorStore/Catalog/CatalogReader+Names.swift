/// Names by their beginnings, for completing what is typed.
extension CatalogReader {
    /// The names of collections that begin so, whatever else may be wrong with their rows.
    ///
    /// - Complexity: O(log *collections* + *limit*).
    func collectionNames(prefix: String, limit: Int, fromEnd: Bool) throws -> [String] {
        try texts("name", of: "collections", prefix, limit, fromEnd)
            .filter { !CollectionName(unchecked: $0).isField }
    }

    /// The ids of a collection that begin so.
    ///
    /// - Complexity: O(log *points* + *limit*).
    func pointIDs(
        of collection: Int64,
        prefix: String,
        limit: Int,
        fromEnd: Bool
    ) throws -> [String] {
        let table = PointStatements.tableName(collection: collection)
        return try texts("id", of: table, prefix, limit, fromEnd)
    }

    /// Texts of an indexed column that begin so.
    private func texts(
        _ column: String,
        of table: String,
        _ prefix: String,
        _ limit: Int,
        _ fromEnd: Bool
    ) throws -> [String] {
        let statement = try CatalogStatement(
            self,
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
