/// Tells of single points, by their keys, whether they pass a filter.
///
/// Reads payloads and asks no payload index. While it is in use no other filter may run on the
/// connection.
final class KeyedFilter {
    private let statement: CatalogStatement
    private let keyIndex: Int32
    private var known: [Int64: Bool] = [:]

    /// Prepares a filter.
    init(_ filter: PointFilter, of record: CollectionRecord, in db: CatalogReader) throws {
        let query = try FilterQuery(filter, of: record, in: db, usesIndexes: false)
        statement = try PointStatements.test(of: record.id, passing: query.condition, in: db)
        keyIndex = query.bind(statement)
    }

    /// Points that were looked at; one that is asked for again is not.
    var testedCount: Int { known.count }

    /// Whether the point with a key passes.
    ///
    /// - Throws: `.corrupt` when its row is damaged.
    func passes(_ key: Int64) throws -> Bool {
        if let answer = known[key] { return answer }
        statement.bind(key, at: keyIndex)
        let answer = try statement.step()
        if answer { statement.reset() }
        known[key] = answer
        return answer
    }
}
