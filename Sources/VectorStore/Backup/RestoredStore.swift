import Glibc

/// A snapshot that is put together as a data directory of its own, and checked.
struct RestoredStore {
    let manifest: SnapshotManifest
    /// The data directory.
    let directory: DataDirectory
    private let repository: BackupRepository
    private let options: RestoreOptions

    /// Restores and checks a snapshot's catalog, in a directory that exists and is empty.
    ///
    /// What the catalog says of the other files is checked before they are made.
    ///
    /// - Parameters:
    ///   - manifest: the snapshot.
    ///   - repository: where it lies; the caller holds its lock.
    ///   - path: the directory.
    ///   - options: threads, and who is told.
    /// - Throws: `.corruptRepository` and `.malformedSnapshot` when the snapshot is not what it
    ///   should be, `.cancelled`, `.system`.
    init(
        catalogOf manifest: SnapshotManifest,
        from repository: BackupRepository,
        at path: String,
        options: RestoreOptions
    ) throws(VectorStoreError) {
        directory = DataDirectory(path: path)
        self.manifest = manifest
        self.repository = repository
        self.options = options
        try DurableFile.makeDirectory(directory.storePath)
        try DurableFile.makeDirectory(directory.vectorsPath)
        try restore(manifest.files.filter { $0.path == SnapshotManifest.File.catalogPath })
        try RestoredCatalog(
            path: directory.catalogPath,
            of: manifest,
            file: repository.path(of: manifest)
        ).check()
    }

    /// Restores all of a snapshot.
    init(
        _ manifest: SnapshotManifest,
        from repository: BackupRepository,
        at path: String,
        options: RestoreOptions
    ) throws(VectorStoreError) {
        try self.init(catalogOf: manifest, from: repository, at: path, options: options)
        try restoreFiles(of: manifest.collections)
    }

    /// Restores the vector files of some collections.
    func restoreFiles(of collections: [SnapshotManifest.Collection]) throws(VectorStoreError) {
        for one in collections {
            try DurableFile.makeDirectory(directory.vectorsPath + "/" + one.uuid)
        }
        let prefixes = collections.map { "vectors/\($0.uuid)/" }
        try restore(
            manifest.files.filter { file in prefixes.contains { file.path.hasPrefix($0) } },
            progress: options.progress
        )
    }

    private func restore(
        _ files: [SnapshotManifest.File],
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws(VectorStoreError) {
        try SnapshotRestorer(
            files,
            from: repository.chunks,
            team: options.team,
            progress: progress
        ).restore(into: directory.storePath)
    }

    /// Opens it.
    func open(_ access: StoreOptions.Access) throws(VectorStoreError) -> Store {
        let options = StoreOptions(access: access, context: options.context)
        return try Store(path: directory.path, options: options)
    }

    /// Checks it as `verify` does.
    ///
    /// - Returns: how many files were checked.
    /// - Throws: `.unprovenSnapshot` with the first finding.
    func verify(
        depth: VerificationDepth,
        only collection: CollectionName? = nil
    ) throws(VectorStoreError) -> Int {
        var first: VerificationFinding?
        let count: Int
        do throws(VectorStoreError) {
            count = try CatalogConnection.mappingErrors(path: directory.path, operation: "read") {
                try open(.read).verify(collection.map { [$0] }, depth: depth) { finding in
                    first = first ?? finding
                }
            }
        } catch .file(.corrupt(let file, _, let reason)) {
            throw .backup(
                .unprovenSnapshot(
                    snapshot: manifest.name,
                    reason: "\(directory.relative(file)): \(reason)"
                )
            )
        }
        guard let first else { return count }
        throw .backup(
            .unprovenSnapshot(snapshot: manifest.name, reason: "\(first.file): \(first.problem)")
        )
    }

    // MARK: Canaries

    /// Asks it what the store was asked when the snapshot was made.
    ///
    /// - Returns: how many searches were repeated.
    /// - Throws: `.unprovenSnapshot` when an answer is another one, in an id or in a bit of a
    ///   score.
    func replayCanaries() throws(VectorStoreError) -> Int {
        let store = try open(.read)
        for collection in manifest.collections {
            let canaries = manifest.canaries.filter { $0.collection == collection.name }
            try CatalogConnection.mappingErrors(path: directory.path, operation: "read") {
                try store.withReader(of: CollectionName(collection.name)) { snapshot in
                    for canary in canaries { try replay(canary, in: snapshot) }
                }
            }
            try options.lockTimeout.cancellation.check()
        }
        return manifest.canaries.count
    }

    private func replay(_ canary: SnapshotManifest.Canary, in snapshot: CollectionReader) throws {
        var vector: [Float]?
        _ = try snapshot.forEachPoint(
            withIDs: [PointID(canary.id)],
            includesVectors: true
        ) { vector = $0.vector }
        guard let vector else { throw unproven(canary, "the point is missing") }
        let request = SearchRequest(
            vector: vector,
            neighbourCount: CanaryQueries.neighbourCount,
            effort: .exact
        )
        let hits = try snapshot.search(request)
        let isSame =
            hits.count == canary.answers.count
            && zip(hits, canary.answers).allSatisfy { hit, answer in
                hit.score == answer.score
                    && hit.point.id.text.utf8.elementsEqual(answer.id.utf8)
            }
        guard isSame else { throw unproven(canary, "other points are nearest") }
    }

    private func unproven(_ canary: SnapshotManifest.Canary, _ reason: String) -> VectorStoreError {
        .backup(
            .unprovenSnapshot(
                snapshot: manifest.name,
                reason: "searching \(canary.collection) for '\(canary.id)': \(reason)"
            )
        )
    }
}
