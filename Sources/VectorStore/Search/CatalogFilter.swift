/// Tells from the catalog which points of a collection pass a filter.
///
/// Both plans of the filter, with indexes and without, are made once. While points are tested no
/// other filter may be used on the connection.
final class CatalogFilter: FilterSource {
    private let filter: PointFilter
    private let record: CollectionRecord
    /// The collection whose payloads the filter is about, where the record is one of its fields.
    private let root: CollectionRecord?
    private let db: CatalogReader
    private let query: FilterQuery
    private var test: (statement: CatalogStatement, keyIndex: Int32)?

    /// Plans a filter.
    ///
    /// - Parameters:
    ///   - filter: the filter.
    ///   - record: the collection, or a field.
    ///   - root: the field's collection.
    ///   - db: the transaction.
    /// - Throws: the catalog's errors, while it looks which indexes there are.
    init(
        _ filter: PointFilter,
        of record: CollectionRecord,
        under root: CollectionRecord? = nil,
        in db: CatalogReader
    ) throws {
        self.filter = filter
        self.record = record
        self.root = root
        self.db = db
        query = try FilterQuery(filter, of: root ?? record, in: db)
    }

    var isFullyIndexed: Bool { query.isFullyIndexed }

    func keys() throws -> [Int64] {
        root == nil ? try query.keys() : try query.keys(inField: record.id)
    }

    /// Whether the point with a key passes; reads its payload and asks no index.
    func passes(_ key: Int64) throws -> Bool {
        let (statement, keyIndex) = try test ?? prepareTest()
        statement.bind(key, at: keyIndex)
        let answer = try statement.step()
        if answer { statement.reset() }
        return answer
    }

    private func prepareTest() throws -> (statement: CatalogStatement, keyIndex: Int32) {
        let query = try FilterQuery(filter, of: root ?? record, in: db, usesIndexes: false)
        let condition = try query.condition()
        let statement =
            if let root {
                try PointStatements.test(
                    ofField: record.id,
                    of: root.id,
                    passing: condition,
                    in: db
                )
            } else {
                try PointStatements.test(of: record.id, passing: condition, in: db)
            }
        let prepared = (statement, query.bind(statement))
        test = prepared
        return prepared
    }
}
