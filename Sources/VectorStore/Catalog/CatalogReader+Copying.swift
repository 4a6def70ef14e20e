import GRDB

extension CatalogReader {
    /// Pages between two looks at whether somebody wants this process to end.
    private static let pagesPerLook: CInt = 16_384

    /// Copies the catalog as this transaction sees it, page by page.
    ///
    /// The copy is a scratch file: nothing is forced to the medium.
    ///
    /// - Parameters:
    ///   - path: where the copy is made; nothing is there yet.
    ///   - pendingSignal: the signal to stop that has come, 0 for none.
    /// - Throws: `.interrupted`, and `.system` with the copy's path.
    /// - Complexity: O(pages).
    func copy(
        to path: String,
        pendingSignal: @escaping @Sendable () -> Int32
    ) throws {
        // Made by us first: SQLite would obey the umask.
        _ = try DurableFile.create(path)
        var configuration = Configuration()
        configuration.label = path
        configuration.prepareDatabase { copy in
            try copy.execute(sql: "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE")
            try copy.execute(sql: "PRAGMA journal_mode = OFF")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { copy in
            do {
                try database.backup(to: copy, pagesPerStep: Self.pagesPerLook) { _ in
                    let signal = pendingSignal()
                    guard signal == 0 else { throw VectorStoreError.interrupted(signal: signal) }
                }
            } catch let error as DatabaseError {
                throw unsafe CatalogFault(error, connection: copy.sqliteConnection)
                    .asStoreError(path: path, operation: "write")
            }
        }
        try queue.close()
    }
}
