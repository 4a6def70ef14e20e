/// Checks a catalog that came out of a repository before anything trusts it.
///
/// It may have been crafted: what its schema would make SQLite run is compared first with what a
/// catalog of ours may have.
struct RestoredCatalog {
    private let path: String
    private let manifest: SnapshotManifest
    /// The manifest's file, for messages.
    private let file: String

    init(path: String, of manifest: SnapshotManifest, file: String) {
        self.path = path
        self.manifest = manifest
        self.file = file
    }

    /// Checks structure, schema, and that it is the catalog that the manifest speaks of.
    ///
    /// - Throws: `.malformedSnapshot` for a schema or names that are not ours, `.corruptRepository`
    ///   for damage, `.newerFormat`.
    func check() throws(VectorStoreError) {
        do throws(VectorStoreError) {
            let catalog = try CatalogConnection(path: path, access: .immutable, busySeconds: 1)
            try catalog.read { db in
                try checkSchema(db)
                try checkStructure(db)
                try checkNames(db)
            }
        } catch {
            switch error {
            case .file(.corrupt(_, _, let reason)), .file(.catalog(_, _, _, let reason)):
                throw .backup(.corruptRepository(file: file, reason: "its catalog: \(reason)"))
            default: throw error
            }
        }
    }

    private func malformed(_ reason: String) -> VectorStoreError {
        .backup(.malformedSnapshot(file: file, reason: reason))
    }

    // MARK: Schema

    private func checkSchema(_ db: CatalogReader) throws {
        try CatalogSchema.checkIsCatalog(db)
        let version = try db.formatVersion()
        let found = try SchemaEntry.all(in: db)
        // First of all: a view in the place of the collections could run for ever.
        try check(found, has: SchemaEntry.expected(version: version, collections: []))
        let collections = try CollectionRecord.all(in: db).map(\.id)
        let expected = try SchemaEntry.expected(version: version, collections: collections)
        if let foreign = found.subtracting(expected).min(by: { $0.name < $1.name }) {
            throw malformed("its catalog has a \(foreign.type) '\(foreign.name)' that is not ours")
        }
        try check(found, has: expected)
    }

    private func check(_ found: Set<SchemaEntry>, has expected: Set<SchemaEntry>) throws {
        if let missing = expected.subtracting(found).min(by: { $0.name < $1.name }) {
            throw malformed("its catalog lacks the \(missing.type) '\(missing.name)'")
        }
    }

    private func checkStructure(_ db: CatalogReader) throws {
        let lines = try db.check(.quickToFirst)
        guard lines == ["ok"] else {
            throw VectorStoreError.backup(
                .corruptRepository(
                    file: file,
                    reason: "its catalog: \(lines.first ?? "no answer from quick_check")"
                )
            )
        }
    }

    // MARK: Names

    private func checkNames(_ db: CatalogReader) throws {
        let record = try StoreRecord(db)
        guard record.uuid.hexadecimal == manifest.store, record.epoch == manifest.epoch,
            record.commitSequence == manifest.sequence
        else { throw malformed("its catalog is of another commit than it says") }
        let collections = try CollectionRecord.all(in: db)
        guard collections.map(SnapshotManifest.Collection.init) == manifest.collections else {
            throw malformed("its catalog has other collections than it says")
        }
        // 0 for segments, whose size stands in their own header.
        var sizes: [String: Int] = [:]
        let rowCountMax = Int(UInt32.max)
        for collection in collections {
            for file in try FileRecord.all(of: collection.id, in: db) {
                let name = Self.name(of: file, in: collection)
                guard (0...rowCountMax).contains(file.rowCount) else {
                    throw malformed("\(name) has \(file.rowCount) rows, says its catalog")
                }
                sizes[name] = file.kind == .segment ? 0 : Self.size(of: file, collection)
            }
        }
        let named = manifest.files.filter { $0.path != SnapshotManifest.File.catalogPath }
        for file in named {
            guard let size = sizes.removeValue(forKey: file.path) else {
                throw malformed("it has \(file.path), which its catalog does not name")
            }
            if size > 0, size != file.size {
                throw malformed("\(file.path) has \(file.size) bytes, its catalog says \(size)")
            }
        }
        if let missing = sizes.keys.min() { throw malformed("it lacks \(missing)") }
    }

    private static func name(of file: FileRecord, in collection: CollectionRecord) -> String {
        let ending = file.kind == .segment ? ".seg" : ".tail"
        return "vectors/\(collection.uuid.hexadecimal)/\(file.uuid.hexadecimal)\(ending)"
    }

    private static func size(of file: FileRecord, _ collection: CollectionRecord) -> Int {
        TailFormat(
            dimension: collection.configuration.dimension,
            collection: collection.uuid,
            file: file.uuid
        ).byteCount(rowCount: file.rowCount)
    }
}
