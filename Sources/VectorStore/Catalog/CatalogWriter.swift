import GRDB
import GRDBSQLite

/// A transaction in which the catalog is changed, and read as it is changed so far.
///
/// ``CatalogConnection/write(until:dryRun:_:)`` makes it durable, or undoes all of it.
package final class CatalogWriter: CatalogReader {
    /// Why the transaction can't be committed any more.
    private var loss: VectorStoreError?
    /// Begin and end parts; prepared once, since a group of writers needs them many times.
    private var savepoint: (begin: CatalogStatement, end: CatalogStatement)?

    /// Whether what is done can still be committed.
    ///
    /// On a full disk, after a failed read or write, and on a cancellation SQLite may undo the
    /// whole transaction at once, and not just the statement that failed.
    package var isOpen: Bool {
        unsafe loss == nil && sqlite3_get_autocommit(database.sqliteConnection) == 0
    }

    /// Throws why the transaction is over, if a savepoint has found that it is.
    func checkIsOpen() throws(VectorStoreError) {
        if let loss { throw loss }
    }

    // MARK: Parts of a transaction

    /// Runs a body as a part of the transaction: when it throws, what it did is undone, and what
    /// was done before stays.
    ///
    /// Several writers can so share one transaction, and one commit. After an error the caller
    /// looks at ``isOpen``: when it is false nothing of the transaction can be committed, not even
    /// what other parts did, and ``CatalogConnection/write(until:dryRun:_:)`` throws that
    /// error, too. Parts may have parts.
    ///
    /// - Parameter body: changes the catalog. A statement that stands between two of its rows must
    ///   not be stepped on after the body has thrown.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws, and the catalog's errors; at once when the transaction is
    ///   over already.
    package func savepoint<Value>(_ body: () throws -> Value) throws(VectorStoreError) -> Value {
        try checkIsOpen()
        let statements = try mappingErrors { try savepointStatements() }
        _ = try mappingErrors { try statements.begin.run() }
        do throws(VectorStoreError) {
            let value = try mappingErrors(body)
            _ = try mappingErrors { try statements.end.run() }
            return value
        } catch {
            undoPart(after: error)
            throw error
        }
    }

    private func undoPart(after error: VectorStoreError) {
        guard isOpen else {
            loss = loss ?? error
            return
        }
        do throws(VectorStoreError) {
            try mappingErrors {
                try CatalogStatement(self, "ROLLBACK TO part").run()
                try savepointStatements().end.run()
            }
        } catch {
            loss = error
        }
    }

    private func savepointStatements() throws -> (begin: CatalogStatement, end: CatalogStatement) {
        if let savepoint { return savepoint }
        let made = (
            begin: try CatalogStatement(self, "SAVEPOINT part"),
            end: try CatalogStatement(self, "RELEASE part")
        )
        savepoint = made
        return made
    }

    /// Maps errors before anything else is run, which would overwrite what SQLite says of them.
    private func mappingErrors<Value>(
        _ body: () throws -> Value
    ) throws(VectorStoreError) -> Value {
        try CatalogConnection.mappingErrors(path: path, operation: "transaction") {
            try CatalogConnection.catchingErrors(of: database, body)
        }
    }

    // MARK: Upkeep

    /// Applies the steps of the schema that the catalog lacks, and returns the version it had.
    @discardableResult
    package func migrate(steps: [String]) throws -> Int {
        try CatalogSchema.migrate(self, steps: steps)
    }

    /// Makes the file shorter by the pages that hold nothing, once this is committed.
    func releaseFreePages() throws {
        try database.execute(sql: "PRAGMA incremental_vacuum")
    }
}
