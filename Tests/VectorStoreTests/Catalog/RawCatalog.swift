import CKernels
import GRDBSQLite
import TestSupport
import VectorStore

/// A catalog as any SQLite program sees it: for looking past the engine, and for damaging it.
final class RawCatalog {
    private var connection: OpaquePointer?

    init(_ path: String) throws {
        let code = sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE, nil)
        guard code == SQLITE_OK else { throw Unexpected("\(path): \(code)") }
        sqlite3_busy_timeout(connection, 5000)
        guard vz_sqlite_disable_checkpoint_on_close(connection) == SQLITE_OK else {
            throw Unexpected("the log would be emptied on close")
        }
    }

    deinit { sqlite3_close(connection) }

    /// Runs statements and returns the first column of the last one's rows as text.
    @discardableResult
    func run(_ sql: String) throws -> [String] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else {
            throw Unexpected(message)
        }
        defer { sqlite3_finalize(statement) }
        var values: [String] = []
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return values }
            guard code == SQLITE_ROW else { throw Unexpected(message) }
            values.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "NULL")
        }
    }

    /// The first value, as a number.
    func integer(_ sql: String) throws -> Int {
        guard let text = try run(sql).first, let number = Int(text) else {
            throw Unexpected("\(sql) gave no number")
        }
        return number
    }

    private var message: String { String(cString: sqlite3_errmsg(connection)) }
}
