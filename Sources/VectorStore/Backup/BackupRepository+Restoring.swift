import Glibc
import Logging

extension BackupRepository {
    /// Where a snapshot is restored to.
    package enum Target: Sendable {
        /// Into a data directory, in the place of the store that is there.
        case replacing(String)
        /// Into a new data directory.
        case new(String)

        package var path: String {
            switch self {
            case .replacing(let path), .new(let path): path
            }
        }
    }

    /// Restores a snapshot.
    ///
    /// Everything is put together and checked in a directory of its own first; then it takes the
    /// store's place in one step. Until then the old store is untouched, whatever happens, and
    /// running it again begins anew. Of a new data directory nothing is left when it fails.
    ///
    /// - Parameters:
    ///   - snapshot: the snapshot.
    ///   - target: where to.
    ///   - options: threads, and who is told.
    /// - Returns: whether keys and audit trail of the store that was replaced go on; if not, they
    ///   are those of the snapshot.
    /// - Throws: `StoreError.notFound`, `StoreError.exists`, `StoreError.directoryNotEmpty`,
    ///   `.busy` while another process has the store open, `.corruptRepository`,
    ///   `.malformedSnapshot`, `.unprovenSnapshot`, `.cancelled`, `.system`.
    /// - Complexity: two passes over the store's files.
    @discardableResult
    package func restore(
        _ snapshot: SnapshotManifest,
        to target: Target,
        options: RestoreOptions
    ) throws(VectorStoreError) -> Bool {
        try RestoreRun(self, snapshot, DataDirectory(path: target.path), options).run(target)
    }

    /// Whether the store that would be replaced can be read and is another one than the snapshot's,
    /// so that its keys and its audit trail would go with it.
    package func isOfAnotherStore(_ snapshot: SnapshotManifest, than target: Target) -> Bool {
        guard case .replacing(let path) = target else { return false }
        do throws(VectorStoreError) {
            return try Store(path: path).storeRecord().uuid.hexadecimal != snapshot.store
        } catch {
            return false
        }
    }

    /// Says whether ``restore(_:to:options:)`` could begin, and changes nothing.
    ///
    /// - Throws: what it would throw before it puts anything together.
    package func checkRestore(
        _ snapshot: SnapshotManifest,
        to target: Target
    ) throws(VectorStoreError) {
        let directory = DataDirectory(path: target.path)
        switch target {
        case .new:
            guard try !Store.exists(directory) else {
                throw .store(.exists(path: directory.path))
            }
        case .replacing: try RestoreRun.checkIsDataDirectory(directory)
        }
        for file in snapshot.files {
            for (hash, size) in zip(file.hashes, file.storedSizes)
            where chunks.storedByteCount(of: hash) != size {
                throw .backup(
                    .corruptRepository(
                        file: chunks.path(of: hash),
                        reason: "it is missing or cut short"
                    )
                )
            }
        }
    }
}

/// One restore.
private struct RestoreRun {
    private let repository: BackupRepository
    private let snapshot: SnapshotManifest
    private let directory: DataDirectory
    private let options: RestoreOptions

    init(
        _ repository: BackupRepository,
        _ snapshot: SnapshotManifest,
        _ directory: DataDirectory,
        _ options: RestoreOptions
    ) {
        self.repository = repository
        self.snapshot = snapshot
        self.directory = directory
        self.options = options
    }

    func run(_ target: BackupRepository.Target) throws(VectorStoreError) -> Bool {
        try repository.checkRestore(snapshot, to: target)
        guard case .new = target else { return try restore(to: target) }
        return try NewDirectory(directory).fill { () throws(VectorStoreError) in
            try restore(to: target)
        }
    }

    /// Restores into a directory that exists.
    private func restore(to target: BackupRepository.Target) throws(VectorStoreError) -> Bool {
        _ = try directory.inspectFileSystem()
        // A store that is in use is refused before hours of work, and again when it counts.
        try takeOpenLock { () throws(VectorStoreError) in try tidy() }
        let lock = try repository.lock(using: snapshot, lockTimeout: options.lockTimeout)
        let scratch = try ScratchDirectory(
            in: directory.path,
            prefix: DataDirectory.restorePrefix
        )
        var isInDoubt = false
        let result = Result { () throws(VectorStoreError) -> Bool in
            try work(in: scratch, target, &isInDoubt)
        }
        _ = consume lock
        // Until it is certain which of the two the medium has, neither is thrown away.
        guard !isInDoubt else { return try result.get() }
        do {
            // After the exchange it holds the old store.
            try scratch.remove()
        } catch {
            options.logger.warning("\(scratch.path) is left behind: \(error)")
        }
        return try result.get()
    }

    private func work(
        in scratch: ScratchDirectory,
        _ target: BackupRepository.Target,
        _ isInDoubt: inout Bool
    ) throws(VectorStoreError) -> Bool {
        let restored = try RestoredStore(
            snapshot,
            from: repository,
            at: scratch.path,
            options: options
        )
        _ = try restored.verify(depth: .checksums)
        try begin(newEpochOf: restored)
        try DurableFile.synchronizeFileSystem(of: scratch.path)
        var isCarried = false
        try takeOpenLock { () throws(VectorStoreError) in
            isCarried = try recordRestore(in: restored)
            try exchange(restored, target, &isInDoubt)
        }
        return isCarried
    }

    /// Removes what interrupted restores have left; an old store that was set aside comes back.
    private func tidy() throws(VectorStoreError) {
        for name in try DurableFile.names(in: directory.path)
        where name.hasPrefix(DataDirectory.restorePrefix) {
            let aside = Self.aside(directory.path + "/" + name + "/store")
            guard !DurableFile.isDirectory(directory.storePath), DurableFile.isDirectory(aside)
            else { continue }
            try DurableFile.rename(aside, to: directory.storePath)
        }
        // Before anything is removed: an exchange may not be on the medium yet.
        try DurableFile.synchronizeDirectory(directory.path)
        try ScratchDirectory.sweep(in: directory.path, prefix: DataDirectory.restorePrefix)
    }

    /// Where the old store waits for its end when names can't be exchanged in one step.
    private static func aside(_ new: String) -> String { new + "-old" }

    /// Refuses a directory that never was a data directory: a mistyped name must not become one.
    ///
    /// Nor must a foreign directory that happens to be called `store` be replaced.
    static func checkIsDataDirectory(_ directory: DataDirectory) throws(VectorStoreError) {
        let marks = DataDirectory.Lock.allCases.map(directory.lockPath) + [directory.catalogPath]
        guard marks.contains(where: DurableFile.isRegularFile) else {
            throw .store(.notFound(path: directory.path))
        }
        guard DurableFile.isDirectory(directory.storePath) else {
            var facts = stat()
            guard unsafe lstat(directory.storePath, &facts) != 0 else {
                throw .store(
                    .notADataDirectory(
                        path: directory.path,
                        reason:
                            "store in it is a link or a file, which nothing can be exchanged with"
                    )
                )
            }
            return
        }
        let names = try DurableFile.names(in: directory.storePath)
        guard names.isEmpty || names.contains("vectors") || names.contains("catalog.sqlite") else {
            throw .store(
                .notADataDirectory(path: directory.path, reason: "store/ in it holds other files")
            )
        }
    }

    private func takeOpenLock(
        _ body: () throws(VectorStoreError) -> Void
    ) throws(VectorStoreError) {
        let lock = try FileLock(
            path: directory.lockPath(.open),
            mode: .exclusive,
            lockTimeout: options.lockTimeout
        )
        try body()
        _ = consume lock
    }

    /// Gives the restored store an epoch of its own, so that a process that had the old one open
    /// notices.
    private func begin(newEpochOf restored: RestoredStore) throws(VectorStoreError) {
        // A store that can't be read may have had any epoch that the repository has seen.
        let known = try repository.listing().snapshots.map(\.manifest.epoch)
        let highest = max(snapshot.epoch, currentEpoch(), known.max() ?? 0)
        // Two restores of one snapshot go two ways: chance keeps their epochs apart.
        let epoch = (highest >> 20 + 1) << 20 | Int64.random(in: 0..<1 << 20)
        let store = try restored.open(.write)
        try store.write(checkpoint: .now) { db in
            var record = try StoreRecord(db)
            record.epoch = epoch
            try record.save(db)
        }
        shutCatalog(of: restored)
    }

    /// Brings the keys and the audit trail up to now; the caller keeps all others out of the store
    /// that is replaced.
    private func recordRestore(in restored: RestoredStore) throws(VectorStoreError) -> Bool {
        let carried = CarriedAccess(
            of: directory.catalogPath,
            store: snapshot.store,
            logger: options.logger
        )
        let store = try restored.open(.write)
        let revoked = try store.write(checkpoint: .now) { db in
            try CatalogSchema.migrate(db)
            let revoked = try carried?.save(into: db, by: options.context) ?? []
            try AuditLog.record(
                action: .restoreBackup,
                object: "snapshot \(snapshot.id) in \(repository.absolutePath)",
                outcome: "the store of \(snapshot.created)"
                    + (carried != nil ? "" : ", keys and audit trail, too"),
                by: options.context,
                in: db
            )
            return revoked
        }
        for key in revoked {
            options.logger.warning("key \(key.id) '\(key.name)' is revoked, as in the snapshot")
        }
        shutCatalog(of: restored)
        return carried != nil
    }

    private func shutCatalog(of restored: RestoredStore) {
        let catalog = restored.directory.catalogPath
        for suffix in ["", "-wal", "-shm"] { _ = unsafe chmod(catalog + suffix, 0o600) }
    }

    /// The epoch of the store that is there; 0 when it can't be read, as is likely just now.
    private func currentEpoch() -> Int64 {
        guard DurableFile.isRegularFile(directory.catalogPath) else { return 0 }
        do throws(VectorStoreError) {
            return try Store(path: directory.path).storeRecord().epoch
        } catch {
            options.logger.info("the store that is replaced can't be read: \(error)")
            return 0
        }
    }

    /// Puts the restored store in its place; the caller holds `LOCK.open` exclusively.
    private func exchange(
        _ restored: RestoredStore,
        _ target: BackupRepository.Target,
        _ isInDoubt: inout Bool
    ) throws(VectorStoreError) {
        let (new, old) = (restored.directory.storePath, directory.storePath)
        if case .new = target, try Store.exists(directory) {
            throw .store(.exists(path: directory.path))
        }
        for lock in DataDirectory.Lock.allCases where lock != .open {
            _ = try FileLock(
                path: directory.lockPath(lock),
                mode: .shared,
                lockTimeout: options.lockTimeout
            )
        }
        if DurableFile.isDirectory(old) {
            try exchange(new, old, &isInDoubt)
        } else {
            try DurableFile.rename(new, to: old)
        }
        isInDoubt = true
        try DurableFile.synchronizeDirectory(directory.path)
        isInDoubt = false
    }

    private func exchange(
        _ new: String,
        _ old: String,
        _ isInDoubt: inout Bool
    ) throws(VectorStoreError) {
        do throws(VectorStoreError) {
            try DurableFile.exchange(new, with: old)
        } catch .file(.system(_, _, let code)) where code == EINVAL || code == ENOSYS {
            // A file system without exchange: for a moment there is no store, and running it
            // again mends an interruption just then.
            let aside = Self.aside(new)
            try DurableFile.rename(old, to: aside)
            isInDoubt = true
            do {
                try DurableFile.rename(new, to: old)
            } catch {
                try DurableFile.rename(aside, to: old)
                isInDoubt = false
                throw error
            }
        }
    }
}
