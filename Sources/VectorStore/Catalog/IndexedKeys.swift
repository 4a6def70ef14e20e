/// The keys that pass a filter, found in the payload index alone.
///
/// Where the filter is true for points that the index does not mention, as for `not a`, the keys
/// are those that do *not* pass: a count is then the collection's count less theirs.
package struct IndexedKeys: Equatable, Sendable {
    /// A `SELECT` of one column, `key`, without duplicates and in an order of its own.
    package let sql: String
    package let arguments: [FilterSQLValue]
    /// Whether the filter passes exactly the points with other keys.
    package let isComplement: Bool

    /// A `SELECT` of one row with the number of keys.
    package var countSQL: String { "SELECT count(*) FROM (\(sql))" }

    /// A condition on a column that holds the key.
    func condition(on column: String) -> String {
        "\(column) \(isComplement ? "NOT IN" : "IN") (\(sql))"
    }
}

extension IndexedKeys {
    /// Finds the keys for an expression in normal form of which all fields are indexed.
    init(_ expression: FilterExpression, _ tables: FilterTables) {
        switch expression {
        case .not(let term):
            self = IndexedKeys(term, tables).complement
        case .and(let terms):
            self = Self.intersection(Self.joiningRanges(terms, tables))
        case .or(let terms):
            // What passes one of them is what does not fail all of them.
            let sets = terms.map { IndexedKeys($0, tables).complement }
            self = Self.intersection(sets).complement
        default:
            let sets = IndexCondition.alternatives(for: expression).map {
                IndexedKeys($0, tables).complement
            }
            self = Self.intersection(sets).complement
        }
    }

    private init(_ condition: IndexCondition, _ tables: FilterTables) {
        self.init(
            sql: condition.sql(tables),
            arguments: condition.allArguments,
            isComplement: false
        )
    }

    private var complement: IndexedKeys {
        IndexedKeys(sql: sql, arguments: arguments, isComplement: !isComplement)
    }

    /// The sets of an `and`, with several conditions on one scalar made one range of rows.
    private static func joiningRanges(
        _ terms: [FilterExpression],
        _ tables: FilterTables
    ) -> [IndexedKeys] {
        var ranges: [IndexCondition] = []
        var sets: [IndexedKeys] = []
        for term in terms {
            let alternatives = IndexCondition.alternatives(for: term)
            guard alternatives.count == 1, let range = alternatives.first else {
                sets.append(IndexedKeys(term, tables))
                continue
            }
            let partner = ranges.firstIndex {
                range.isAboutScalar && $0.source == range.source
            }
            if let partner {
                ranges[partner].clauses += range.clauses
                ranges[partner].arguments += range.arguments
            } else {
                ranges.append(range)
            }
        }
        return ranges.map { IndexedKeys($0, tables) } + sets
    }

    /// What is in all of the sets.
    private static func intersection(_ sets: [IndexedKeys]) -> IndexedKeys {
        let plain = sets.filter { !$0.isComplement }
        let complements = sets.filter(\.isComplement)
        guard let first = plain.first else {
            return union(complements).complement
        }
        guard sets.count > 1 else { return first }
        var sql = plain.map(\.arm).joined(separator: " INTERSECT ")
        for set in complements {
            sql += " EXCEPT " + set.arm
        }
        sql += order
        let arguments = (plain + complements).flatMap(\.arguments)
        return IndexedKeys(sql: sql, arguments: arguments, isComplement: false)
    }

    /// What is in the SQL of one of the sets, whether it is meant as a complement or not.
    private static func union(_ sets: [IndexedKeys]) -> IndexedKeys {
        guard let first = sets.first else {
            return IndexedKeys(
                sql: "SELECT 0 AS key WHERE 0",
                arguments: [],
                isComplement: false
            )
        }
        let sql =
            sets.count == 1 ? first.sql : sets.map(\.arm).joined(separator: " UNION ") + order
        return IndexedKeys(sql: sql, arguments: sets.flatMap(\.arguments), isComplement: false)
    }

    /// Makes SQLite merge sorted streams, most of which the index yields in this order anyway,
    /// instead of filling a temporary table for each part: two to three times as quick.
    private static let order = " ORDER BY key"

    /// This select as a part of a compound one.
    private var arm: String {
        sql.hasSuffix(Self.order) ? "SELECT key FROM (\(sql))" : sql
    }
}
