import GRDB
import GRDBSQLite

/// A prepared statement for the rows that come by the ten thousand.
///
/// GRDB's own statements box every value; a bulk load would spend more time there than in SQLite.
/// Texts are passed with their length, so a NUL in them changes nothing.
@safe
final class CatalogStatement {
    private let statement: OpaquePointer
    private let connection: OpaquePointer

    /// Prepares SQL text, which never holds anything a user typed.
    init(_ catalog: CatalogReader, _ sql: String) throws {
        guard let connection = unsafe catalog.database.sqliteConnection else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE)
        }
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(connection, sql, -1, &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else {
            throw unsafe Self.failure(code, connection)
        }
        unsafe self.statement = prepared
        unsafe self.connection = connection
    }

    deinit {
        unsafe sqlite3_finalize(statement)
    }

    private static func failure(_ code: Int32, _ connection: OpaquePointer) -> DatabaseError {
        unsafe DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(connection))
        )
    }

    // MARK: Running

    /// Steps to the next row; resets itself after the last.
    func step() throws -> Bool {
        let code = unsafe sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        // Before the reset, which puts SQLite's own words in the place of a function's.
        let failure = code == SQLITE_DONE ? nil : unsafe Self.failure(code, connection)
        unsafe sqlite3_reset(statement)
        if let failure { throw failure }
        return false
    }

    /// Makes the statement ready for other values before its last row was read.
    func reset() {
        unsafe sqlite3_reset(statement)
    }

    /// Runs a statement that returns no rows, and says how many it changed.
    @discardableResult
    func run() throws -> Int {
        while try step() {}
        return unsafe Int(sqlite3_changes(connection))
    }

    // MARK: Values in

    func bind(_ value: Int64, at index: Int32) {
        unsafe sqlite3_bind_int64(statement, index, value)
    }

    func bind(_ value: Double, at index: Int32) {
        unsafe sqlite3_bind_double(statement, index, value)
    }

    /// Binds a text; SQLite keeps its own copy.
    func bind(text: UnsafeRawBufferPointer, at index: Int32) {
        unsafe sqlite3_bind_text64(
            statement,
            index,
            text.baseAddress?.assumingMemoryBound(to: CChar.self) ?? Self.emptyText,
            UInt64(text.count),
            Self.copies,
            UInt8(SQLITE_UTF8)
        )
    }

    func bind(_ text: String, at index: Int32) {
        var text = text
        text.withUTF8 { unsafe bind(text: UnsafeRawBufferPointer($0), at: index) }
    }

    func bind(blob: UnsafeRawBufferPointer, at index: Int32) {
        guard let start = blob.baseAddress else {
            unsafe sqlite3_bind_zeroblob(statement, index, 0)
            return
        }
        unsafe sqlite3_bind_blob64(statement, index, start, UInt64(blob.count), Self.copies)
    }

    func bind(_ blob: [UInt8], at index: Int32) {
        unsafe blob.withUnsafeBytes { unsafe bind(blob: $0, at: index) }
    }

    func bind(_ payload: PayloadCodec.Stored, at index: Int32) {
        switch payload {
        case .text(let bytes):
            unsafe bytes.withUnsafeBytes { unsafe bind(text: $0, at: index) }
        case .block(let bytes): bind(bytes, at: index)
        }
    }

    func bind(_ value: FilterSQLValue, at index: Int32) {
        switch value {
        case .integer(let number): bind(number, at: index)
        case .real(let number): bind(number, at: index)
        case .text(let text): bind(text, at: index)
        case .blob(let bytes): bind(bytes, at: index)
        case .list(let list): _ = unsafe list.bind(to: statement, at: index)
        }
    }

    // MARK: Values out

    func integer(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(statement, column)
    }

    func real(_ column: Int32) -> Double {
        unsafe sqlite3_column_double(statement, column)
    }

    func isText(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(statement, column) == SQLITE_TEXT
    }

    /// The bytes of a text or blob, valid until the next step.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        // Order matters: the pointer first, which may convert, then the length.
        let start =
            unsafe isText(column)
            ? UnsafeRawPointer(sqlite3_column_text(statement, column))
            : sqlite3_column_blob(statement, column)
        let count = unsafe Int(sqlite3_column_bytes(statement, column))
        return unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    }

    func array(_ column: Int32) -> [UInt8] {
        unsafe Array(bytes(column))
    }

    func text(_ column: Int32) -> String {
        unsafe String(decoding: bytes(column), as: UTF8.self)
    }

    /// SQLITE_TRANSIENT, which Swift does not import: the value is copied at once.
    private static var copies: sqlite3_destructor_type {
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    /// A null pointer would bind NULL instead of an empty text.
    private static var emptyText: UnsafePointer<CChar> {
        let empty: StaticString = ""
        return unsafe UnsafeRawPointer(empty.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
