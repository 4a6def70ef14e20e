import GRDBSQLite
import VectorStore

/// A catalog in memory with one collection of points, number 7.
///
/// Every third payload is stored as a blob, with all bits flipped for want of a compression.
final class FilterDatabase {
    struct Failure: Error, Equatable {
        let code: Int32
        let message: String
    }

    private let connection: OpaquePointer
    let collection: Int64 = 7

    init() throws {
        var opened: OpaquePointer?
        guard sqlite3_open(":memory:", &opened) == SQLITE_OK, let opened else {
            throw Failure(code: SQLITE_CANTOPEN, message: "")
        }
        connection = opened
        try run("CREATE TABLE points_7 (key INTEGER PRIMARY KEY, id TEXT UNIQUE, payload)")
        for sql in PayloadIndex.createTableSQL(collection: collection) {
            try run(sql)
        }
    }

    deinit {
        sqlite3_close_v2(connection)
    }

    func insert(_ payload: String, key: Int64, indexing fields: some Sequence<FieldPath>) throws {
        let bytes = Array(payload.utf8)
        if key % 3 == 0 {
            try insert(stored: .blob(bytes.map { ~$0 }), key: key)
        } else {
            try insert(stored: .text(payload), key: key)
        }
        let sql = PayloadIndex.insertSQL(collection: collection)
        for field in fields {
            for entry in try PayloadIndex.entries(forField: field, payload: bytes.span) {
                try run(sql, entry.arguments(key: key))
            }
        }
    }

    func insert(stored: FilterSQLValue, key: Int64) throws {
        let id = FilterSQLValue.text(FilterWords.id(key))
        try run("INSERT INTO points_7 VALUES (?, ?, ?)", [.integer(key), id, stored])
    }

    func deleteEntries(of payload: String, key: Int64, fields: some Sequence<FieldPath>) throws {
        let bytes = Array(payload.utf8)
        let sql = PayloadIndex.deleteSQL(collection: collection)
        for field in fields {
            for entry in try PayloadIndex.entries(forField: field, payload: bytes.span) {
                try run(sql, entry.arguments(key: key))
            }
        }
    }

    func register(_ filters: [PayloadFilter]) throws {
        try FilterValueList.register(on: connection)
        try registerPayloadMatcher(on: connection, filters: filters) { stored, json in
            json.removeAll(keepingCapacity: true)
            for index in stored.indices {
                json.append(~stored[index])
            }
        }
    }

    /// The keys of the points that pass a plan.
    func keys(_ plan: FilterPlan) throws -> [Int64] {
        try register(plan.payloadFilters)
        let sql = "SELECT p.key FROM points_7 p WHERE \(plan.condition) ORDER BY p.key"
        return try integers(sql, plan.arguments)
    }

    /// The first column of each row.
    @discardableResult
    func integers(_ sql: String, _ arguments: [FilterSQLValue] = []) throws -> [Int64] {
        try rows(sql, arguments) { sqlite3_column_int64($0, 0) }
    }

    func texts(_ sql: String, _ arguments: [FilterSQLValue] = []) throws -> [String] {
        try rows(sql, arguments) { statement in
            (0..<sqlite3_column_count(statement)).map { column in
                sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
            }.joined(separator: "|")
        }
    }

    func plan(of sql: String, _ arguments: [FilterSQLValue]) throws -> [String] {
        try rows("EXPLAIN QUERY PLAN " + sql, arguments) { statement in
            sqlite3_column_text(statement, 3).map { String(cString: $0) } ?? ""
        }
    }

    func run(_ sql: String, _ arguments: [FilterSQLValue] = []) throws {
        try integers(sql, arguments)
    }

    /// Runs a body while a statement that calls the matcher is in the middle of its rows.
    func whileMatching(_ body: () throws -> Void) throws {
        var statement: OpaquePointer?
        let sql = "SELECT payload_matches(0, payload) FROM points_7"
        try check(sqlite3_prepare_v2(connection, sql, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        guard sqlite3_step(statement) == SQLITE_ROW else { throw failure }
        try body()
    }

    private func rows<Row>(
        _ sql: String,
        _ arguments: [FilterSQLValue],
        _ read: (OpaquePointer?) -> Row
    ) throws -> [Row] {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(connection, sql, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        for (index, argument) in arguments.enumerated() {
            try check(Self.bind(argument, to: statement, at: Int32(index + 1)))
        }
        var rows: [Row] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: rows.append(read(statement))
            case SQLITE_DONE: return rows
            default: throw failure
            }
        }
    }

    /// Texts are bound up to their first NUL, as many libraries do.
    private static func bind(
        _ value: FilterSQLValue,
        to statement: OpaquePointer?,
        at index: Int32
    ) -> Int32 {
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        return switch value {
        case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
        case .real(let real): sqlite3_bind_double(statement, index, real)
        case .text(let text): sqlite3_bind_text(statement, index, text, -1, transient)
        case .blob(let bytes):
            sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), transient)
        case .list(let list): list.bind(to: statement, at: index)
        }
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw failure }
    }

    private var failure: Failure {
        Failure(
            code: sqlite3_errcode(connection),
            message: String(cString: sqlite3_errmsg(connection))
        )
    }
}
