import Glibc
import Logging

extension Store {
    /// Backups of this store.
    package var backups: StoreBackups { StoreBackups(store: self) }

    /// The store's own row, as it is now.
    func storeRecord() throws(VectorStoreError) -> StoreRecord {
        try read { db in try StoreRecord(db) }
    }
}

/// Backups of a store, and what is brought back from them: ``Store/backups``.
package struct StoreBackups {
    let store: Store

    /// Adds a snapshot of this store, as it is after its last commit, to a repository.
    ///
    /// Writers, compactions and readers go on meanwhile and are not waited for. The snapshot is
    /// listed only once every chunk that it adds is on the medium and was read again; whatever
    /// ends the work before that leaves all earlier snapshots as they were, and the next backup
    /// goes on from there.
    ///
    /// - Parameters:
    ///   - path: the repository's directory; made when only it is missing.
    ///   - options: tag, threads, and who is told.
    /// - Returns: what was done.
    /// - Throws: `.repositoryInsideDataDirectory`, `.notARepository`, `.repositoryOfAnotherStore`,
    ///   `.repositoryParentNotFound`, `.repositoryNotFound` where one has to be there,
    ///   `.corrupt` when the store is damaged, `.corruptRepository`, `.busy` while snapshots are
    ///   forgotten, `.cancelled`, `.system`.
    /// - Complexity: one pass over what changed since the last backup, and over the catalog.
    package func make(
        in path: String,
        options: BackupOptions
    ) throws(VectorStoreError) -> BackupSummary {
        if !options.isTemporary { try checkPlace(path, mustExist: options.requiresExisting) }
        let repository = try BackupRepository.openOrCreate(
            path: path,
            store: store.storeRecord().uuid,
            lockTimeout: store.options.lockTimeout
        )
        let lock = try repository.lock(.shared, lockTimeout: store.options.lockTimeout)
        try ScratchDirectory.sweep(in: repository.temporaryPath, prefix: "")
        let scratch = try ScratchDirectory(in: repository.temporaryPath, prefix: "")
        let result = Result { () throws(VectorStoreError) in
            try BackupRun(store, repository, scratch, options).run()
        }
        do {
            try scratch.remove()
        } catch {
            store.options.logger.info("the next backup removes \(scratch.path): \(error)")
        }
        _ = consume lock
        return try result.get()
    }

    /// Refuses a repository that would be lost with the store, or is none of this store's.
    ///
    /// Changes nothing.
    ///
    /// - Parameters:
    ///   - path: the repository's directory.
    ///   - mustExist: whether a directory that only could become a repository is refused.
    /// - Returns: whether both are on one device, so that they can be lost together.
    /// - Throws: `.repositoryInsideDataDirectory`, `.notARepository`, `.repositoryOfAnotherStore`,
    ///   `.repositoryParentNotFound`, `.repositoryNotFound`.
    @discardableResult
    package func checkPlace(
        _ path: String,
        mustExist: Bool = false
    ) throws(VectorStoreError) -> Bool {
        guard let place = DurableFile.resolve(path), let own = DurableFile.resolve(store.path)
        else { return false }
        let isInside = (place.path + "/").utf8.starts(with: (own.path + "/").utf8)
        guard !isInside, own.path != "/" else {
            throw .backup(.repositoryInsideDataDirectory(path: path, dataDirectory: store.path))
        }
        try BackupRepository.check(
            path: path,
            isFor: store.storeRecord().uuid,
            mustExist: mustExist
        )
        return place.device == own.device
    }
}

/// One backup.
private struct BackupRun {
    private let store: Store
    private let repository: BackupRepository
    private let scratch: ScratchDirectory
    private let options: BackupOptions

    init(
        _ store: Store,
        _ repository: BackupRepository,
        _ scratch: ScratchDirectory,
        _ options: BackupOptions
    ) {
        self.store = store
        self.repository = repository
        self.scratch = scratch
        self.options = options
    }

    func run() throws(VectorStoreError) -> BackupSummary {
        let team = ThreadTeam(
            threadCount: options.threadCount,
            cancellation: store.options.context.cancellation
        )
        // Both before the state is taken: whatever is listed by then is of an earlier one.
        let (previous, number) = try previousManifest()
        let created = options.now()
        let image = try StoreImage(of: store, catalogPath: scratch.path + "/catalog.sqlite")
        guard image.record.uuid == repository.store else {
            throw .backup(.repositoryOfAnotherStore(path: repository.path))
        }
        let catalog = try MappedFile(
            whole: FileDescriptor(opening: image.catalogPath, flags: O_RDONLY)
        )
        let sources = sources(image, catalog)
        let reused = try reusable(sources, previous)
        let writing = ChunkWriting(
            repository.chunks,
            scratch: scratch.path,
            known: Self.storedSizes(in: previous),
            team: team,
            progress: options.progress
        )
        let fresh = sources.filter { reused[$0.path] == nil }
        for source in fresh { source.content.willReadSequentially(0..<source.byteCount) }
        let (written, totals) = try writing.write(fresh)
        withExtendedLifetime((image, catalog)) {}
        let files = (written + reused.values).sorted { $0.path < $1.path }
        let canaries = try CanaryQueries(
            image,
            after: options.repeatsSearches ? nil : previous,
            team: team
        ).canaries()
        let manifest = manifest(image, number, created, files, canaries)
        try publish(manifest)
        return BackupSummary(
            manifest: manifest,
            chunkCount: files.reduce(0) { $0 + $1.chunks.count },
            newChunkCount: totals.newChunkCount,
            newByteCount: totals.newByteCount,
            storedByteCount: totals.storedByteCount
        )
    }

    /// The snapshot whose chunks are most likely to come again, and the number of the next one.
    ///
    /// One that can't be read is no reason to make none.
    private func previousManifest() throws(VectorStoreError) -> (SnapshotManifest?, number: Int) {
        let listing = try repository.listing()
        for fault in listing.faults {
            let reason = RepositoryFault.reason(fault.error)
            store.options.logger.warning("not used: \(fault.file): \(reason)")
        }
        let last = listing.snapshots.map(\.manifest.number).max() ?? 0
        return (listing.snapshots.last?.manifest, last < .max ? last + 1 : last)
    }

    private func sources(_ image: StoreImage, _ catalog: MappedFile) -> [ChunkSource] {
        let catalogByteCount = unsafe catalog.bytes.count
        var sources = [
            ChunkSource(
                path: SnapshotManifest.File.catalogPath,
                content: catalog,
                byteCount: catalogByteCount,
                chunks: ChunkCutter.catalog(byteCount: catalogByteCount),
                check: image.checkCatalog
            )
        ]
        let prefix = store.directory.storePath.utf8.count + 1
        for file in image.collections.flatMap(\.files.readers) where file.byteCount > 0 {
            sources.append(
                ChunkSource(
                    path: String(decoding: file.path.utf8.dropFirst(prefix), as: UTF8.self),
                    content: file.file,
                    byteCount: file.byteCount,
                    chunks: ChunkCutter.vectorFile(file),
                    check: { () throws(VectorStoreError) in try StoreImage.check(file) }
                )
            )
        }
        return sources
    }

    /// Segments that the last snapshot has: they never change, so they need not be read again.
    private func reusable(
        _ sources: [ChunkSource],
        _ previous: SnapshotManifest?
    ) throws(VectorStoreError) -> [String: SnapshotManifest.File] {
        var reusable: [String: SnapshotManifest.File] = [:]
        let sizes = Dictionary(uniqueKeysWithValues: sources.map { ($0.path, $0.byteCount) })
        for file in previous?.files ?? [] where file.path.hasSuffix(".seg") {
            guard sizes[file.path] == file.size,
                zip(file.hashes, file.storedSizes).allSatisfy({ hash, size in
                    repository.chunks.storedByteCount(of: hash) == size
                })
            else { continue }
            reusable[file.path] = file
        }
        return reusable
    }

    private static func storedSizes(in manifest: SnapshotManifest?) -> [ContentHash: Int] {
        var sizes: [ContentHash: Int] = [:]
        for file in manifest?.files ?? [] {
            for (hash, size) in zip(file.hashes, file.storedSizes) { sizes[hash] = size }
        }
        return sizes
    }

    // MARK: The manifest

    private func manifest(
        _ image: StoreImage,
        _ number: Int,
        _ created: Timestamp,
        _ files: [SnapshotManifest.File],
        _ canaries: [SnapshotManifest.Canary]
    ) -> SnapshotManifest {
        SnapshotManifest(
            format: SnapshotManifest.format,
            version: SnapshotManifest.version,
            id: Hexadecimal.text(UniqueID.random().bytes.prefix(8)),
            store: image.record.uuid.hexadecimal,
            epoch: image.record.epoch,
            sequence: image.record.commitSequence,
            number: number,
            created: created.description,
            tag: options.tag,
            host: HostName.current,
            dataDirectory: DurableFile.resolve(store.path)?.path ?? store.path,
            tool: options.tool,
            collections: image.collections.map { collection in
                SnapshotManifest.Collection(collection.record)
            },
            files: files,
            canaries: canaries
        )
    }

    /// Lists the snapshot, now that all its chunks are durable, and reads it again.
    private func publish(_ manifest: SnapshotManifest) throws(VectorStoreError) {
        let path = repository.path(of: manifest)
        let bytes = try SealedDocument.encode(manifest, path: path)
        try DurableFile.publish(bytes, as: path, through: scratch.path)
        guard try SnapshotManifest.read(from: path) == manifest else {
            throw .backup(.corruptRepository(file: path, reason: "it is not what was written"))
        }
    }
}

extension SnapshotManifest.Collection {
    init(_ record: CollectionRecord) {
        self.init(
            name: record.name.text,
            uuid: record.uuid.hexadecimal,
            dim: record.configuration.dimension,
            metric: record.configuration.metric.rawValue,
            quantization: record.configuration.quantization.rawValue,
            points: record.pointCount,
            nextKey: record.nextKey,
            sequence: record.sequence
        )
    }
}

/// What this machine calls itself.
enum HostName {
    static var current: String {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return "" }
        return unsafe withUnsafeBytes(of: &name.nodename) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
