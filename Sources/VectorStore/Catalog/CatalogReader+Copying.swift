import GRDB

extension CatalogReader {
    /// Pages between two looks at whether to stop.
    private static let pagesPerLook: CInt = 16_384

    /// Copies the catalog as this transaction sees it, page by page.
    ///
    /// The copy is a scratch file: nothing is forced to the medium.
    ///
    /// - Parameters:
    ///   - path: where the copy is made; nothing is there yet.
    ///   - cancellation: ends the work.
    /// - Throws: `.cancelled`, and `.system` with the copy's path.
    /// - Complexity: O(pages).
    func copy(to path: String, until cancellation: Cancellation) throws {
        // Made by us first: SQLite would obey the umask.
        _ = try DurableFile.create(path)
        var configuration = Configuration()
        configuration.label = path
        configuration.prepareDatabase { copy in
            try copy.execute(sql: "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE")
            try copy.execute(sql: "PRAGMA journal_mode = OFF")
        }
        try FreeDescriptors.require(toOpen: path)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let result = Result {
            try queue.inDatabase { copy in try fill(copy, path, until: cancellation) }
        }
        try queue.closeForGood()
        try result.get()
    }

    private func fill(_ copy: Database, _ path: String, until cancellation: Cancellation) throws {
        do {
            try database.backup(to: copy, pagesPerStep: Self.pagesPerLook) { _ in
                try cancellation.check()
            }
        } catch let error as DatabaseError {
            throw unsafe CatalogError(error, connection: copy.sqliteConnection)
                .asStoreError(path: path, operation: "write")
        }
    }
}
