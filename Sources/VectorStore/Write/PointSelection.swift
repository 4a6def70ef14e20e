/// The points that a change is for.
public enum PointSelection: Sendable {
    /// Those with these ids.
    case ids([PointID])
    /// Those that pass a filter.
    case filter(PointFilter)

    /// Points that a change which shares its commit with others' is for at most.
    static let sharedCountMax = 1000

    /// Whether changing them is so short that others may wait for its commit.
    var isShort: Bool {
        switch self {
        case .ids(let ids): ids.count <= Self.sharedCountMax
        case .filter: false
        }
    }

    /// The filter, where the points are chosen by one.
    package var filter: PointFilter? {
        if case .filter(let filter) = self { return filter }
        return nil
    }

    /// The keys of the points, each once, and the ids that are not there.
    func keys(
        of record: CollectionRecord,
        in db: CatalogReader
    ) throws -> (keys: [Int64], missing: [PointID]) {
        try keys(of: record, PointRows(of: record.id, in: db), in: db)
    }

    /// The same, with look-ups that are prepared already.
    func keys(
        of record: CollectionRecord,
        _ rows: @autoclosure () throws -> PointRows,
        in db: CatalogReader
    ) throws -> (keys: [Int64], missing: [PointID]) {
        switch self {
        case .filter(let filter):
            return (try FilterQuery(filter, of: record, in: db).keys(), [])
        case .ids(let ids):
            let rows = try rows()
            var keys: [Int64] = []
            var missing: [PointID] = []
            var seen: Set<Int64> = []
            for id in ids {
                guard let found = try rows.find(id) else {
                    missing.append(id)
                    continue
                }
                if seen.insert(found.key).inserted { keys.append(found.key) }
            }
            return (keys, missing)
        }
    }
}
