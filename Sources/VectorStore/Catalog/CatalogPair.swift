import GRDB

extension CatalogConnection {
    /// Runs a body that compares this catalog with a later one; neither is written.
    ///
    /// - Parameters:
    ///   - path: the later catalog.
    ///   - body: compares the two.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws, and the catalogs' errors.
    func comparing<Value>(
        with path: String,
        _ body: (CatalogPair) throws -> Value
    ) throws(VectorStoreError) -> Value {
        let later = Self.immutableURI(path)
        return try withoutTransaction { catalog in
            try catalog.database.execute(sql: "ATTACH ? AS later", arguments: [later])
            return try body(CatalogPair(catalog))
        }
    }
}

/// Two catalogs side by side, neither of which changes.
struct CatalogPair {
    private let catalog: CatalogReader

    fileprivate init(_ catalog: CatalogReader) {
        self.catalog = catalog
    }

    /// The points of a collection that is in both catalogs.
    ///
    /// - Parameters:
    ///   - name: what it is called in both.
    ///   - sharesKeys: whether a key means the same point in both.
    /// - Returns: the pair of tables; nil when one of the catalogs has no such collection.
    /// - Throws: the catalogs' errors.
    func points(of name: String, sharesKeys: Bool) throws -> PointTablePair? {
        guard let old = try table(of: name, "main"), let new = try table(of: name, "later") else {
            return nil
        }
        return PointTablePair(old: old, new: new, sharesKeys: sharesKeys, catalog: catalog)
    }

    private func table(of name: String, _ schema: String) throws -> String? {
        let sql = "SELECT id FROM \(schema).collections WHERE name = ?"
        return try Int64.fetchOne(catalog.database, sql: sql, arguments: [name]).map { id in
            schema + "." + PointStatements.tableName(collection: id)
        }
    }
}

/// The tables of points of one collection in two catalogs.
struct PointTablePair {
    fileprivate let old: String
    fileprivate let new: String
    fileprivate let sharesKeys: Bool
    fileprivate let catalog: CatalogReader

    /// Points that only the later catalog has.
    ///
    /// - Complexity: this and the others, O(points · log points).
    func addedCount() throws -> Int {
        try count(
            """
            SELECT 1 FROM \(new) AS n WHERE NOT EXISTS (SELECT 1 FROM \(old) AS o WHERE o.id = n.id)
            """
        )
    }

    /// Points that only the earlier catalog has.
    func removedCount() throws -> Int {
        try count(
            """
            SELECT 1 FROM \(old) AS o WHERE NOT EXISTS (SELECT 1 FROM \(new) AS n WHERE n.id = o.id)
            """
        )
    }

    /// Points of both whose payload differs; a payload's stored form follows from its text.
    func otherPayloadCount() throws -> Int {
        try count("SELECT 1 \(pairs) WHERE o.payload <> n.payload")
    }

    /// The keys, before and later, of points with the payload that they had, and perhaps another
    /// vector: they were written anew.
    func rewrittenKeys() throws -> [(before: Int64, later: Int64)] {
        let condition = sharesKeys ? "o.key <> n.key AND " : ""
        let sql = "SELECT o.key, n.key \(pairs) WHERE \(condition)o.payload = n.payload"
        return try Row.fetchAll(catalog.database, sql: sql).map { row in
            (before: row[0], later: row[1])
        }
    }

    private var pairs: String { "FROM \(old) AS o JOIN \(new) AS n ON n.id = o.id" }

    private func count(_ rows: String) throws -> Int {
        try Int.fetchOne(catalog.database, sql: "SELECT count(*) FROM (\(rows))") ?? 0
    }
}
