/// Tells from the catalog which points of a collection pass a filter.
///
/// Both plans of the filter, with indexes and without, are made once. While points are tested no
/// other filter may be used on the connection.
final class CatalogFilter: FilterSource {
    private let filter: PointFilter
    private let record: CollectionRecord
    private let db: CatalogReader
    private let query: FilterQuery
    private var test: (statement: CatalogStatement, keyIndex: Int32)?

    /// Plans a filter.
    init(_ filter: PointFilter, of record: CollectionRecord, in db: CatalogReader) throws {
        self.filter = filter
        self.record = record
        self.db = db
        query = try FilterQuery(filter, of: record, in: db)
    }

    var isFullyIndexed: Bool { query.isFullyIndexed }

    func keys() throws -> [Int64] { try query.keys() }

    /// Whether the point with a key passes; reads its payload and asks no index.
    func passes(_ key: Int64) throws -> Bool {
        let (statement, keyIndex) = try test ?? prepareTest()
        statement.bind(key, at: keyIndex)
        let answer = try statement.step()
        if answer { statement.reset() }
        return answer
    }

    private func prepareTest() throws -> (statement: CatalogStatement, keyIndex: Int32) {
        let query = try FilterQuery(filter, of: record, in: db, usesIndexes: false)
        let statement = try PointStatements.test(
            of: record.id,
            passing: query.condition(),
            in: db
        )
        let prepared = (statement, query.bind(statement))
        test = prepared
        return prepared
    }
}
