/// One collection at one moment, as far as it is no matter which transaction reads it.
///
/// A connection that reads the same state again goes on with it: what was read, the open files, the
/// prepared statements and the search's own memory.
final class CollectionSnapshot {
    let record: CollectionRecord
    /// What the searches over it share.
    var searching = SnapshotSearching()
    private var knownInfo: CollectionInfo?
    private var knownFiles: VectorFiles?

    private init(_ record: CollectionRecord) { self.record = record }

    /// Finds a collection or a field by its own name; nil when there is none.
    static func find(_ name: CollectionName, in catalog: CatalogReader) throws -> Self? {
        try catalog.remembering(.collection, name.text) {
            try CollectionRecord.find(name, in: catalog).map { Self($0) }
        }
    }

    /// Finds a collection by its name or by an alias; nil when there is none.
    static func find(called name: CollectionName, in catalog: CatalogReader) throws -> Self? {
        try catalog.remembering(.called, name.text) {
            if let known = try find(name, in: catalog) { return known }
            guard let alias = try CollectionAlias.find(name, in: catalog) else { return nil }
            return try CollectionRecord.collections(in: catalog)
                .first { $0.id == alias.collection }
                .flatMap { try find($0.name, in: catalog) }
        }
    }

    /// The collection's counts and settings.
    func info(in catalog: CatalogReader, _ directory: DataDirectory) throws -> CollectionInfo {
        if let knownInfo { return knownInfo }
        let info = try Store.info(record, in: catalog, directory: directory)
        knownInfo = info
        return info
    }

    /// The collection's vector files, open.
    ///
    /// - Throws: ``VanishedFileError``.
    func files(
        in catalog: CatalogReader,
        _ directory: DataDirectory,
        kept: FileCache?
    ) throws -> VectorFiles {
        if let knownFiles { return knownFiles }
        let files = try VectorFiles(of: record, in: catalog, directory: directory, kept: kept)
        knownFiles = files
        return files
    }
}
