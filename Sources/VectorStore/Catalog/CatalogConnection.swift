import CKernels
import GRDB
import GRDBSQLite
import Glibc
import Synchronization

/// One SQLite connection to a catalog, set up by the rules that keep it from losing data.
///
/// Nothing else in the process may open `catalog.sqlite`: closing any descriptor of it would drop
/// SQLite's own locks.
package final class CatalogConnection: Sendable {
    /// How a connection may be used.
    package enum Access: Equatable, Sendable {
        case readOnly
        case readWrite
        /// A read-only medium: no lock, no log, no shared memory.
        case immutable
    }

    /// The version of SQLite.
    static var sqliteVersion: String { unsafe String(cString: sqlite3_libversion()) }

    let path: String
    private let queue: DatabaseQueue
    private let busyMilliseconds: Int32
    /// What ``noticesChange(in:)`` saw last; SQLite's numbers compare within one connection only.
    private let seenVersion = Mutex<Int64?>(nil)
    /// Nil for a connection that keeps nothing from one transaction to the next.
    private let memory: CatalogMemory?

    /// Opens a catalog.
    ///
    /// - Parameters:
    ///   - path: the catalog's path.
    ///   - access: what for.
    ///   - busySeconds: how long to wait for SQLite's own locks.
    ///   - remembers: whether what one transaction has read may serve the next, while nobody
    ///     commits; not for a connection that writes.
    /// - Throws: `.newerFormat` for a catalog of a later program, `.corrupt` for what is none.
    package init(
        path: String,
        access: Access,
        busySeconds: Double,
        remembers: Bool = false
    ) throws(VectorStoreError) {
        self.path = path
        memory = remembers ? CatalogMemory() : nil
        let busySeconds = min(max(busySeconds, 0.001), 86_400)
        self.busyMilliseconds = Int32(busySeconds * 1000)
        // A queue that GRDB makes and can't use is thrown away there, see `closeForGood`.
        try FreeDescriptors.require(toOpen: path)
        self.queue = try Self.mappingErrors(path: path, operation: "open") {
            let name = access == .immutable ? Self.immutableURI(path) : path
            let configuration = Self.configuration(path, access, busySeconds)
            return try DatabaseQueue(path: name, configuration: configuration)
        }
    }

    deinit {
        forget()
        do {
            try queue.closeForGood()
        } catch {
            // A statement is still in use: the connection closes when that ends.
        }
    }

    /// Lets go of all that is kept; nothing may run on the connection.
    package func forget() { memory?.forget() }

    /// Runs a body inside one read transaction: everything it reads is of one moment.
    ///
    /// - Parameters:
    ///   - cancellation: ends a statement that runs, within a tenth of a millisecond.
    ///   - body: reads the catalog.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws, `.cancelled`, and the catalog's errors.
    package func read<Value>(
        until cancellation: Cancellation = .never,
        _ body: (CatalogReader) throws -> Value
    ) throws(VectorStoreError) -> Value {
        // A damaged page makes even an empty commit fail, which would hide what the body has found
        // out about it.
        try transaction(.deferred, .rollback) { database in
            let catalog = CatalogReader(database, memory: memory)
            return try catalog.interruptible(by: cancellation) {
                try memory?.begin(catalog)
                return try body(catalog)
            }
        }
    }

    /// Runs a body inside one write transaction; what it throws undoes everything.
    ///
    /// The caller holds `LOCK.write`.
    ///
    /// - Parameters:
    ///   - cancellation: undoes the transaction, too; a reader's always ends it.
    ///   - dryRun: whether all is undone at the end. The body runs as it does otherwise, so it
    ///     finds what would be found; what it does outside of the catalog is its own affair. Pages
    ///     that did not fit into memory may be in the write-ahead log, without a commit.
    ///   - body: changes the catalog.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws, and the catalog's errors.
    package func write<Value>(
        until cancellation: Cancellation? = nil,
        dryRun: Bool = false,
        _ body: (CatalogWriter) throws -> Value
    ) throws(VectorStoreError) -> Value {
        try transaction(.immediate, dryRun ? .rollback : .commit) { database in
            try Self.assertFullSynchronous(database)
            let catalog = CatalogWriter(database)
            let value =
                if let cancellation {
                    try catalog.interruptible(by: cancellation) { try body(catalog) }
                } else {
                    try body(catalog)
                }
            try catalog.checkIsOpen()
            return value
        }
    }

    private func transaction<Value>(
        _ kind: Database.TransactionKind,
        _ completion: Database.TransactionCompletion,
        _ body: (Database) throws -> Value
    ) throws(VectorStoreError) -> Value {
        try Self.mappingErrors(path: path, operation: "transaction") {
            try queue.inDatabase { database in
                try Self.catchingErrors(of: database) {
                    var value: Value?
                    try database.inTransaction(kind) {
                        value = try body(database)
                        return completion
                    }
                    guard let value else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
                    return value
                }
            }
        }
    }

    /// Whether another connection has committed anything since this was asked last.
    func noticesChange(in catalog: CatalogReader) throws -> Bool {
        let version = try catalog.dataVersion()
        return seenVersion.withLock { seen in
            defer { seen = version }
            return seen == nil || seen != version
        }
    }

    /// Empties the write-ahead log into the catalog; a reader in the way is left in peace.
    ///
    /// The caller holds `LOCK.write`: two connections that check-point and write at one instant
    /// can lose transactions in SQLite before 3.51.3.
    package func checkpoint() throws(VectorStoreError) {
        try Self.mappingErrors(path: path, operation: "checkpoint") {
            try queue.inDatabase { db in
                let connection = unsafe db.sqliteConnection
                // A checkpoint that a reader holds up would wait out the whole timeout.
                unsafe sqlite3_busy_timeout(connection, 0)
                defer { unsafe sqlite3_busy_timeout(connection, busyMilliseconds) }
                let code = unsafe sqlite3_wal_checkpoint_v2(
                    connection,
                    nil,
                    SQLITE_CHECKPOINT_TRUNCATE,
                    nil,
                    nil
                )
                // BUSY is success: the log keeps what it has and the next writer tries again.
                guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY else {
                    throw unsafe CatalogError(
                        DatabaseError(resultCode: ResultCode(rawValue: code)),
                        connection: connection
                    )
                }
            }
        }
    }

    /// Runs a PRAGMA and returns the number that it tells, if it tells one.
    @discardableResult
    package func pragma(_ text: String) throws(VectorStoreError) -> Int64? {
        try withoutTransaction { try Int64.fetchOne($0.database, sql: "PRAGMA \(text)") }
    }

    /// Applies the steps of the schema that a catalog lacks, and returns the version it had.
    package func migrate(steps: [String]) throws(VectorStoreError) -> Int {
        try write { catalog in try catalog.migrate(steps: steps) }
    }

    /// Makes an empty file one that keeps a write-ahead log and can give free pages back.
    func prepareEmptyFile() throws(VectorStoreError) {
        try withoutTransaction { catalog in
            try catalog.database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try catalog.database.execute(sql: "PRAGMA journal_mode = WAL")
        }
    }

    /// Runs a body outside any transaction, as statements need that change the file or attach one.
    func withoutTransaction<Value>(
        _ body: (CatalogReader) throws -> Value
    ) throws(VectorStoreError) -> Value {
        try Self.mappingErrors(path: path, operation: "pragma") {
            try queue.inDatabase { database in
                try Self.catchingErrors(of: database) { try body(CatalogReader(database)) }
            }
        }
    }

    // MARK: Set-up

    private static func configuration(
        _ path: String,
        _ access: Access,
        _ busySeconds: Double
    ) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = access != .readWrite
        configuration.busyMode = .timeout(busySeconds)
        // GRDB describes a database by its label, and errors name the file by that.
        configuration.label = path
        configuration.prepareDatabase { db in try prepare(db) }
        return configuration
    }

    private static func prepare(_ db: Database) throws {
        let connection = unsafe db.sqliteConnection
        guard unsafe vz_sqlite_disable_checkpoint_on_close(connection) == SQLITE_OK else {
            throw DatabaseError(message: "this SQLite can't be told not to checkpoint on close")
        }
        let code = unsafe RowCheckFunction.register(on: connection)
        guard code == SQLITE_OK else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code))
        }
        try db.execute(
            sql: """
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = 0;
                PRAGMA trusted_schema = OFF;
                PRAGMA cell_size_check = ON;
                PRAGMA mmap_size = 0;
                PRAGMA secure_delete = OFF;
                """
        )
        try assertFullSynchronous(db)
        try CatalogSchema.checkVersion(CatalogReader(db))
    }

    /// FULL is what makes an acknowledgement true: with less, a power cut takes commits back.
    private static func assertFullSynchronous(_ db: Database) throws {
        let level = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        precondition(level == 2, "a catalog connection must run with synchronous=FULL")
    }

    static func immutableURI(_ path: String) -> String {
        var text = "file:"
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-".utf8)
        for byte in path.utf8 {
            text +=
                plain.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + Hexadecimal.text([byte]).uppercased()
        }
        return text + "?immutable=1"
    }

    // MARK: Errors

    /// Adds the system's reason to the catalog's own errors and lets all others pass.
    static func catchingErrors<Value>(
        of database: Database,
        _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw unsafe CatalogError(error, connection: database.sqliteConnection)
        }
    }

    /// Turns the catalog's own errors into the engine's and lets all others pass.
    static func translatingErrors<Value>(
        in catalog: CatalogReader,
        _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw unsafe CatalogError(error, connection: catalog.database.sqliteConnection)
                .asStoreError(path: catalog.path, operation: "read")
        }
    }

    /// The only place where errors of GRDB and SQLite become the engine's.
    static func mappingErrors<Value>(
        path: String,
        operation: String,
        _ body: () throws -> Value
    ) throws(VectorStoreError) -> Value {
        do {
            return try body()
        } catch let error as VectorStoreError {
            throw error
        } catch let fault as CatalogError {
            throw fault.asStoreError(path: path, operation: operation)
        } catch let error as DatabaseError {
            throw CatalogError(error, systemError: errno)
                .asStoreError(path: path, operation: operation)
        } catch {
            throw .file(
                .catalog(
                    operation: operation,
                    path: path,
                    resultCode: -1,
                    message: String(describing: error)
                )
            )
        }
    }
}
