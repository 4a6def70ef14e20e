/// A store at one commit: a copy of its catalog, and its vector files held open.
///
/// Taking it holds up no writer. Files that are retired meanwhile stay readable while they are
/// mapped here.
final class StoreImage: Sendable {
    /// Where the store lies, for messages.
    private let directory: DataDirectory
    let record: StoreRecord
    let collections: [Collection]
    /// The copy, page by page as the original, so that chunks of it repeat from backup to backup.
    let catalogPath: String

    struct Collection: Sendable {
        let record: CollectionRecord
        let files: VectorFiles
    }

    /// Takes the image of a store.
    ///
    /// - Parameters:
    ///   - store: the store.
    ///   - catalogPath: where the copy of the catalog is made; nothing is there yet.
    /// - Throws: `.corrupt`, `.system`.
    init(of store: Store, catalogPath: String) throws(VectorStoreError) {
        let directory = store.directory
        (record, collections) = try store.readFiles { db, _ in
            let record = try StoreRecord(db)
            let collections = try CollectionRecord.all(in: db).map { collection in
                Collection(
                    record: collection,
                    files: try VectorFiles(of: collection, in: db, directory: directory)
                )
            }
            // Inside the transaction: outside of it the copy would begin anew with each commit.
            try db.copy(to: catalogPath, until: store.options.context.cancellation)
            return (record, collections)
        }
        self.catalogPath = catalogPath
        self.directory = directory
    }

    /// Checks the copy's structure, and the checksum of every row.
    ///
    /// - Throws: `.corrupt` naming the store's own catalog.
    /// - Complexity: one pass over the catalog.
    @Sendable func checkCatalog() throws(VectorStoreError) {
        let catalog = try CatalogConnection(path: catalogPath, access: .immutable, busySeconds: 1)
        var first: VerificationFinding?
        do throws(VectorStoreError) {
            try catalog.read { db in
                try Verifier(
                    db,
                    directory: directory,
                    depth: .checksums,
                    includesGraph: false
                ) { finding in first = first ?? finding }.verifyCatalogAlone()
            }
        } catch .file(.corrupt(_, let offset, let reason)) {
            throw .corrupt(directory.catalogPath, at: offset, reason)
        }
        guard let first else { return }
        throw .corrupt(directory.catalogPath, first.problem)
    }

    /// Checks a vector file before it is kept: a backup of damage would be none.
    static func check(_ file: any VectorFile) throws(VectorStoreError) {
        guard let segment = file as? SegmentReader else {
            for slot in 0..<file.rowCount { try file.verify(slot) }
            return
        }
        var found: (block: Int?, problem: String)?
        segment.verifyBlocks { block, problem in found = found ?? (block, problem) }
        guard let found else { return }
        throw .corrupt(segment.path, at: found.block.map { $0 << 16 }, found.problem)
    }
}
