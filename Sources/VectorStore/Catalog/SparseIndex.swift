/// The components of a field's sparse vectors, found by their numbers.
///
/// They stand in the field's ``PayloadIndex`` table: `field` is the component's number, `value` its
/// value, `key` the vector's.
enum SparseIndex {
    /// The entries of one vector.
    static func entries(of vector: SparseVector) -> [PayloadIndex.Entry] {
        zip(vector.indices, vector.values).map { index, value in
            PayloadIndex.Entry(field: "\(index)", kind: .number, value: .real(Double(value)))
        }
    }

    /// All entries of a field: component, value and key.
    static func all(of collection: Int64, in catalog: CatalogReader) throws -> CatalogStatement {
        let table = PayloadIndex.tableName(collection: collection)
        return try CatalogStatement(catalog, "SELECT field, value, key FROM \(table)")
    }

    /// Hands out the keys of the vectors that have a component, and their values there.
    ///
    /// - Complexity: O(log entries + entries of the component).
    static func forEach(
        component: UInt32,
        of collection: Int64,
        in catalog: CatalogReader,
        _ body: (_ key: Int64, _ value: Float) throws -> Void
    ) throws {
        let table = PayloadIndex.tableName(collection: collection)
        let statement = try CatalogStatement(
            catalog,
            "SELECT key, value FROM \(table) WHERE field = ? AND kind = 'number'"
        )
        statement.bind("\(component)", at: 1)
        while try statement.step() { try body(statement.integer(0), Float(statement.real(1))) }
    }
}
