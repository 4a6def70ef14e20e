import Glibc
import Logging
import Synchronization

/// What the requests of a process to one open store have in common: locks, connections, files.
final class StoreSession: Sendable {
    let directory: DataDirectory
    /// Whether the medium is mounted read-only.
    let isReadOnlyMedium: Bool
    /// The directory or file of the store that other users may read, if there is one.
    let pathReadableByOthers: String?
    let identity: DataDirectory.Identity
    /// Held shared, but for the time between ``Store/rest()`` and ``Store/resume()``.
    let openLock: Mutex<FileLock?>
    /// On a read-only medium: held shared, so that no process remounts it writable and writes
    /// meanwhile.
    private let mediumLock: FileLock?
    /// Nil when each snapshot maps its files itself.
    let fileCache: FileCache?
    let writeQueue = WriteQueue()
    /// What the catalog said of the store when it was opened.
    let opened: StoreRecord
    private let busySeconds: Double
    private let readers: Mutex<IdleReaders>
    /// Only the leader of the queue uses it.
    private let writer: Mutex<CatalogConnection?>

    /// Connections that are kept for later readers; what more of them needed at once is closed.
    static let idleReaderCountMax = 8

    private struct IdleReaders {
        var connections: [CatalogConnection]
        /// How often all that they keep was to be let go of.
        var refreshCount = 0
    }

    /// Opens a data directory; see ``Store/init(path:options:)``.
    init(path: String, options: StoreOptions) throws(VectorStoreError) {
        let directory = DataDirectory(path: path)
        let isReadOnlyMedium = try directory.inspect()
        pathReadableByOthers = try StoreModes(directory).check()
        self.directory = directory
        self.isReadOnlyMedium = isReadOnlyMedium
        let lockTimeout = options.lockTimeout
        busySeconds = lockTimeout.seconds
        fileCache = options.keepsFiles ? FileCache() : nil
        if isReadOnlyMedium, options.access == .write {
            throw .store(.readOnly(path: directory.path))
        }
        openLock = Mutex(
            try FileLock(path: directory.lockPath(.open), mode: .shared, lockTimeout: lockTimeout)
        )
        guard let identity = try directory.identity() else {
            throw .store(.notFound(path: directory.path))
        }
        self.identity = identity
        if isReadOnlyMedium {
            mediumLock = try FileLock(
                path: directory.lockPath(.write),
                mode: .shared,
                lockTimeout: lockTimeout
            )
            try Self.checkLogIsEmpty(directory)
        } else {
            mediumLock = nil
        }
        let connection = try CatalogConnection(
            path: directory.catalogPath,
            access: isReadOnlyMedium
                ? .immutable : options.access == .write ? .readWrite : .readOnly,
            busySeconds: busySeconds,
            remembers: options.keepsFiles && options.access == .read
        )
        opened = try connection.read(until: options.context.cancellation) { db in
            try CatalogSchema.checkIsCatalog(db)
            return try StoreRecord(db)
        }
        readers = Mutex(IdleReaders(connections: options.access == .read ? [connection] : []))
        writer = Mutex(options.access == .write ? connection : nil)
        options.logger.debug(
            "opened",
            metadata: [
                "path": "\(path)", "sequence": .stringConvertible(opened.commitSequence),
                "access": "\(options.access)",
            ]
        )
    }

    /// A log with transactions can't be read back without writing; without them the catalog would
    /// show an older state and say nothing.
    private static func checkLogIsEmpty(_ directory: DataDirectory) throws(VectorStoreError) {
        var facts = stat()
        guard unsafe stat(directory.catalogPath + "-wal", &facts) == 0 else { return }
        guard facts.st_size == 0 else {
            throw .store(.unrecoveredLogOnReadOnlyMedium(path: directory.path))
        }
    }

    // MARK: Reading

    /// Runs a body inside one read transaction on a connection of its own.
    func read<Value>(
        until cancellation: Cancellation,
        _ body: (CatalogReader) throws -> Value
    ) throws(VectorStoreError) -> Value {
        try withPooledConnection { connection throws(VectorStoreError) in
            try connection.read(until: cancellation, body)
        }
    }

    /// Lets go of kept files when anything was committed since the last call.
    func refresh() throws(VectorStoreError) {
        let isChanged = try withPooledConnection { connection throws(VectorStoreError) in
            try connection.read { db in
                try CatalogSchema.checkVersion(db)
                return try connection.noticesChange(in: db)
            }
        }
        guard isChanged else { return }
        fileCache?.removeAll()
        readers.withLock { readers in
            readers.refreshCount += 1
            for connection in readers.connections { connection.forget() }
        }
    }

    private func withPooledConnection<Value>(
        _ body: (CatalogConnection) throws(VectorStoreError) -> Value
    ) throws(VectorStoreError) -> Value {
        let connection: CatalogConnection
        let (idle, refreshCount) = readers.withLock {
            ($0.connections.popLast(), $0.refreshCount)
        }
        if let idle {
            connection = idle
        } else {
            connection = try CatalogConnection(
                path: directory.catalogPath,
                access: isReadOnlyMedium ? .immutable : .readOnly,
                busySeconds: busySeconds,
                remembers: fileCache != nil
            )
        }
        defer {
            readers.withLock { readers in
                if readers.refreshCount != refreshCount { connection.forget() }
                if readers.connections.count < Self.idleReaderCountMax {
                    readers.connections.append(connection)
                }
            }
        }
        return try body(connection)
    }

    // MARK: Writing

    /// The one connection that writes; the queue's leader has it to itself.
    func writingConnection() throws(VectorStoreError) -> CatalogConnection {
        let (path, busySeconds) = (directory.catalogPath, busySeconds)
        return try writer.withLock { (slot: inout CatalogConnection?) throws(VectorStoreError) in
            if let connection = slot { return connection }
            let connection = try CatalogConnection(
                path: path,
                access: .readWrite,
                busySeconds: busySeconds
            )
            slot = connection
            return connection
        }
    }

    /// Whether anything was written, or was to be.
    var hasWritingConnection: Bool { writer.withLock { $0 != nil } }

    /// Refuses to go on when the path leads to another store than the one that was opened.
    func checkIdentity() throws(VectorStoreError) {
        guard try directory.identity() == identity else {
            throw .store(.replaced(path: directory.path))
        }
    }

    /// Refuses a catalog that is another one than that which was opened.
    func checkRecord(_ db: CatalogReader) throws {
        let record = try StoreRecord(db)
        guard record.uuid == opened.uuid, record.epoch == opened.epoch else {
            throw VectorStoreError.store(.replaced(path: directory.path))
        }
    }
}
