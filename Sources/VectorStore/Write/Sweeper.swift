import Glibc
import Logging

/// Removes vector files that no commit names: the remains of writes that were cut short.
///
/// Only files with names of our own making are touched: `vectors/<uuid>/<uuid>.tail`, `.seg` and
/// `.tmp`. The caller holds `LOCK.write`, so no other writer is between giving a file its name and
/// committing that; a `.tmp` may be one that is being built, and goes only while no process
/// compacts. What can't be removed waits for the next sweep; no write fails for it.
struct Sweeper {
    let directory: DataDirectory
    let logger: Logger
    /// Whether the caller holds `LOCK.compact` and builds nothing yet.
    var holdsCompactionLock = false

    /// Sweeps one collection's directory.
    func sweep(_ record: CollectionRecord, in db: CatalogReader) throws {
        guard let named = try namedFiles(db) else { return }
        logging { () throws(VectorStoreError) in
            try sweep(directory.collectionPath(record.uuid), keeping: named)
        }
    }

    /// Sweeps everything, and the directories of collections that are gone.
    func sweepAll(_ db: CatalogReader) throws {
        let records = try CollectionRecord.all(in: db)
        guard let named = try namedFiles(db) else { return }
        let known = Set(records.map(\.uuid))
        logging { () throws(VectorStoreError) in
            for name in try DurableFile.names(in: directory.vectorsPath) {
                guard let uuid = UniqueID(hexadecimal: name[...]) else { continue }
                let path = directory.collectionPath(uuid)
                try sweep(path, keeping: named)
                if !known.contains(uuid) { try DurableFile.removeDirectory(path) }
            }
        }
    }

    /// Sweeps what restores have left that were killed; those that run hold a lock on theirs.
    func sweepRestores() {
        logging { () throws(VectorStoreError) in
            try ScratchDirectory.sweep(in: directory.path, prefix: DataDirectory.restorePrefix)
        }
    }

    /// The files that the catalog names, whatever collection they are said to belong to.
    ///
    /// - Returns: nil when a row is damaged: what it named can't be told from a remainder.
    private func namedFiles(_ db: CatalogReader) throws -> Set<UniqueID>? {
        var named: Set<UniqueID> = []
        for file in try FileRecord.scan(in: db) {
            guard case .success(let record) = file else {
                logger.warning("nothing is swept: a vector file's row is damaged")
                return nil
            }
            named.insert(record.uuid)
        }
        return named
    }

    private func sweep(_ path: String, keeping named: Set<UniqueID>) throws(VectorStoreError) {
        var unfinished: [String] = []
        for name in try DurableFile.names(in: path) {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let uuid = UniqueID(hexadecimal: parts[0]),
                !named.contains(uuid), DurableFile.isRegularFile(path + "/" + name)
            else { continue }
            switch parts[1] {
            case "tail", "seg": try remove(path + "/" + name)
            case "tmp": unfinished.append(path + "/" + name)
            default: continue
            }
        }
        try sweep(unfinished: unfinished)
    }

    private func sweep(unfinished paths: [String]) throws(VectorStoreError) {
        guard !paths.isEmpty else { return }
        guard !holdsCompactionLock else {
            for path in paths { try remove(path) }
            return
        }
        do throws(VectorStoreError) {
            let lock = try FileLock(
                path: directory.lockPath(.compact),
                mode: .exclusive,
                lockTimeout: LockTimeout(seconds: 0)
            )
            for path in paths { try remove(path) }
            _ = consume lock
        } catch .store(.busy) {
            logger.info("unfinished files stay: another process compacts")
        }
    }

    private func remove(_ path: String) throws(VectorStoreError) {
        logger.info("removing a file that no commit names: \(path)")
        try DurableFile.remove(path)
    }

    private func logging(_ body: () throws(VectorStoreError) -> Void) {
        do {
            try body()
        } catch {
            logger.warning("remains of an earlier write stay for now: \(error)")
        }
    }
}
