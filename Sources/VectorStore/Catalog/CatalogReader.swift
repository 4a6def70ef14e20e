import GRDB
import GRDBSQLite

/// A transaction in which the catalog is read: everything that is read is of one moment.
///
/// Records read themselves out of it. What changes the catalog takes a ``CatalogWriter``, so
/// writing in a transaction for reading does not compile. A connection lends it to a closure, which
/// it must not leave.
package class CatalogReader {
    /// For the files of this folder: no other file imports what it takes to ask it.
    final let database: Database
    /// What the connection keeps for later transactions; nil where it keeps nothing.
    private let memory: CatalogMemory?

    init(_ database: Database, memory: CatalogMemory? = nil) {
        self.database = database
        self.memory = memory
    }

    /// The catalog's path, for messages.
    final var path: String { database.description }

    // MARK: Facts

    /// The version of the catalog's schema; 0 in an empty file.
    func formatVersion() throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }

    /// A number that is another one after each commit of any other connection.
    func dataVersion() throws -> Int64? {
        try Int64.fetchOne(database, sql: "PRAGMA data_version")
    }

    /// Whether the file has pages that hold nothing.
    func hasFreePages() throws -> Bool {
        try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0 > 0
    }

    /// The version of SQLite that runs.
    func sqliteVersion() throws -> String {
        try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? ""
    }

    /// How far SQLite looks at the structure of the file.
    enum StructureCheck: String {
        /// Pages and rows, up to the first problem.
        case quickToFirst = "quick_check(1)"
        /// Pages and rows.
        case quick = "quick_check"
        /// Pages and rows, and indexes against their tables.
        case full = "integrity_check"
    }

    /// What SQLite says of the structure of the file: `ok` and nothing else when all is well.
    ///
    /// - Complexity: O(pages).
    func check(_ check: StructureCheck) throws -> [String] {
        try String.fetchAll(database, sql: "PRAGMA \(check.rawValue)")
    }

    // MARK: Cancellation

    /// Steps of SQLite's machine between two questions, about a tenth of a millisecond's work.
    private static let stepsPerQuestion: Int32 = 10_000

    /// Runs a body whose statements end with `SQLITE_INTERRUPT` soon after a cancellation.
    func interruptible<Value>(
        by cancellation: Cancellation,
        _ body: () throws -> Value
    ) rethrows -> Value {
        let asked = AskedCancellation(cancellation)
        let connection = unsafe database.sqliteConnection
        unsafe sqlite3_progress_handler(
            connection,
            Self.stepsPerQuestion,
            { pointer in
                guard let pointer = unsafe pointer else { return 0 }
                let asked = unsafe Unmanaged<AskedCancellation>.fromOpaque(pointer)
                return unsafe asked.takeUnretainedValue().cancellation.isCancelled ? 1 : 0
            },
            Unmanaged.passUnretained(asked).toOpaque()
        )
        defer { unsafe sqlite3_progress_handler(connection, 0, nil, nil) }
        return try withExtendedLifetime(asked) { try body() }
    }

    // MARK: Memory

    /// What an earlier transaction of the same state has made, or what `make` makes.
    ///
    /// - Parameters:
    ///   - kind: what it is.
    ///   - name: which one.
    ///   - make: reads it; nil is not kept.
    /// - Returns: the part.
    final func remembering<Part: AnyObject>(
        _ kind: CatalogMemory.Kind,
        _ name: String,
        _ make: () throws -> Part?
    ) rethrows -> Part? {
        guard let memory else { return try make() }
        let key = CatalogMemory.Key(kind: kind, name: name)
        if let part: Part = memory.part(key) { return part }
        guard let part = try make() else { return nil }
        memory.keep(part, as: key)
        return part
    }

    // MARK: Filters

    /// Gives the connection the function that reads long lists of a filter's values.
    func registerValueLists() throws {
        guard let connection = unsafe database.sqliteConnection else { return }
        unsafe try FilterValueList.register(on: connection)
    }

    /// Gives the connection the filters that conditions of a ``FilterPlan`` call by their number.
    ///
    /// They take the place of those that it had.
    ///
    /// - Throws: ``PayloadMatcherError`` while a statement runs that uses the ones it had.
    func register(_ filters: [PayloadFilter]) throws {
        guard let connection = unsafe database.sqliteConnection else { return }
        unsafe try registerPayloadMatcher(on: connection, filters: filters) { stored, json in
            let isBlock = unsafe stored.withUnsafeBytes {
                unsafe PayloadCodec.decode($0, into: &json)
            }
            guard isBlock else { throw MalformedPayloadError(offset: 0) }
        }
    }
}

/// A cancellation that SQLite's C code can hold.
private final class AskedCancellation {
    let cancellation: Cancellation

    init(_ cancellation: Cancellation) { self.cancellation = cancellation }
}
