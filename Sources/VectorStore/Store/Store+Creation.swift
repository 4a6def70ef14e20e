import Glibc

extension Store {
    /// Makes a data directory with an empty store, durable before the call returns.
    ///
    /// Everything is built under another name and appears with one rename, so that a power cut
    /// leaves a store or none.
    ///
    /// - Parameters:
    ///   - path: the directory; made with mode 0700 when missing, taken when empty.
    ///   - ifMissing: whether a store that is there already is welcome.
    ///   - lockTimeout: how long to wait for another process that does the same.
    /// - Returns: whether a store was made.
    /// - Throws: `StoreError.exists`, `StoreError.directoryNotEmpty` and system errors.
    @discardableResult
    public static func create(
        path: String,
        ifMissing: Bool = false,
        lockTimeout: LockTimeout = LockTimeout()
    ) throws(VectorStoreError) -> Bool {
        let directory = DataDirectory(path: path)
        if try exists(directory) { return try checkExisting(directory, ifMissing) }
        return try NewDirectory(directory).fill { () throws(VectorStoreError) in
            try create(in: directory, ifMissing: ifMissing, lockTimeout: lockTimeout)
        }
    }

    /// Makes a store in a directory that exists.
    private static func create(
        in directory: DataDirectory,
        ifMissing: Bool,
        lockTimeout: LockTimeout
    ) throws(VectorStoreError) -> Bool {
        _ = try directory.inspectFileSystem()
        let lock = try FileLock(
            path: directory.lockPath(.open),
            mode: .exclusive,
            lockTimeout: lockTimeout
        )
        if try exists(directory) { return try checkExisting(directory, ifMissing) }
        for other in DataDirectory.Lock.allCases where other != .open {
            _ = try FileLock(
                path: directory.lockPath(other),
                mode: .shared,
                lockTimeout: lockTimeout
            )
        }
        try build(directory)
        _ = consume lock
        return true
    }

    /// Says what ``create(path:ifMissing:lockTimeout:)`` would do, and changes nothing.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - ifMissing: whether a store that is there already is welcome.
    /// - Returns: whether a store would be made.
    /// - Throws: what the creation would throw.
    public static func wouldCreate(path: String, ifMissing: Bool) throws(VectorStoreError) -> Bool {
        let directory = DataDirectory(path: path)
        return try exists(directory) ? checkExisting(directory, ifMissing) : true
    }

    private static func checkExisting(
        _ directory: DataDirectory,
        _ ifMissing: Bool
    ) throws(VectorStoreError) -> Bool {
        guard ifMissing else { throw .store(.exists(path: directory.path)) }
        // A directory that the next command refuses is of no use.
        _ = try StoreModes(directory).check()
        return false
    }

    /// Whether a store is there; throws when something else is in its place.
    static func exists(_ directory: DataDirectory) throws(VectorStoreError) -> Bool {
        var facts = stat()
        guard unsafe stat(directory.path, &facts) == 0 else {
            if errno == ENOENT { return false }
            throw .system("stat", directory.path, errno)
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw .store(.notADataDirectory(path: directory.path, reason: "it is not a directory"))
        }
        if unsafe stat(directory.catalogPath, &facts) == 0 { return true }
        let foreign = try DurableFile.names(in: directory.path).filter { name in
            DataDirectory.Lock(rawValue: name) == nil && !isUnfinished(name)
                && name != "config.yaml" && name != "lost+found"
        }
        guard foreign.isEmpty else { throw .store(.directoryNotEmpty(path: directory.path)) }
        return false
    }

    private static func isUnfinished(_ name: String) -> Bool {
        (name.hasPrefix("store-") && name.hasSuffix(".tmp"))
            || name.hasPrefix(DataDirectory.restorePrefix)
    }

    private static func build(_ directory: DataDirectory) throws(VectorStoreError) {
        let name = UniqueID.random()
        let scratch = directory.path + "/store-" + name.hexadecimal + ".tmp"
        do throws(VectorStoreError) {
            try build(directory, in: scratch)
        } catch {
            do throws(VectorStoreError) {
                if DurableFile.isDirectory(scratch) { try DurableFile.removeTree(scratch) }
            } catch {
                // The next creation removes it; the first error is the one to tell.
            }
            throw error
        }
        try removeUnfinished(directory)
    }

    private static func build(
        _ directory: DataDirectory,
        in scratch: String
    ) throws(VectorStoreError) {
        try DurableFile.makeDirectory(scratch)
        try DurableFile.makeDirectory(scratch + "/vectors")
        let catalog = scratch + "/catalog.sqlite"
        do {
            // Made by us first: SQLite would obey the umask.
            let file = try DurableFile.create(catalog)
            try file.synchronize()
        }
        do {
            let connection = try CatalogConnection(
                path: catalog,
                access: .readWrite,
                busySeconds: 1
            )
            try connection.prepareEmptyFile()
            try connection.write { db in
                try CatalogSchema.migrate(db)
                try StoreRecord(new: UniqueID.random()).save(db)
            }
            try connection.checkpoint()
        }
        for suffix in ["", "-wal", "-shm"] { _ = unsafe chmod(catalog + suffix, 0o600) }
        try DurableFile.synchronizeDirectory(scratch)
        _ = try SystemCall.run(.rename, path: scratch) {
            unsafe rename(scratch, directory.storePath)
        }
        try DurableFile.synchronizeDirectory(directory.path)
    }

    /// Removes what an interrupted creation left; the caller holds `LOCK.open` exclusively.
    private static func removeUnfinished(_ directory: DataDirectory) throws(VectorStoreError) {
        for name in try DurableFile.names(in: directory.path)
        where isUnfinished(name) && name.hasPrefix("store-") {
            let scratch = directory.path + "/" + name
            for file in ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"] {
                try DurableFile.remove(scratch + "/" + file)
            }
            try DurableFile.removeDirectory(scratch + "/vectors")
            try DurableFile.removeDirectory(scratch)
        }
    }
}
