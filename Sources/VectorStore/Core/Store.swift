import GRDB
import Glibc
import Logging
import Synchronization

/// An open data directory.
///
/// A store may be used from several threads and by several processes at once: writers take turns
/// batch by batch, readers see one committed state and wait for nobody. Every change is durable
/// before its call returns.
public final class Store: Sendable {
    /// The data directory as the user named it.
    public let path: String

    let directory: DataDirectory
    let options: StoreOptions
    /// Whether the medium is mounted read-only.
    public let isReadOnlyMedium: Bool

    /// The directory or file of the store that other users may read, if there is one.
    public let pathReadableByOthers: String?

    let identity: DataDirectory.Identity
    /// Held shared, but for the time between ``rest()`` and ``resume()``.
    let openLock: Mutex<FileLock?>
    /// On a read-only medium: held shared, so that nobody remounts it writable and writes
    /// meanwhile.
    private let mediumLock: FileLock?
    /// Nil when each snapshot maps its files itself.
    let keptFiles: KeptFiles?
    private let readers: Mutex<[CatalogConnection]>
    /// Only the leader of the queue uses it.
    let writer: Mutex<CatalogConnection?>
    let writeQueue = WriteQueue()
    let opened: StoreRecord

    /// Opens the store in a data directory.
    ///
    /// - Parameters:
    ///   - path: the data directory.
    ///   - options: what for, and how long to wait.
    /// - Throws: `.dataDirectoryNotFound`, `.busy` while a restore runs, `.newerFormat`, `.corrupt`
    ///   and system errors.
    /// - Complexity: constant; no data is loaded.
    public init(path: String, options: StoreOptions = StoreOptions()) throws(VectorStoreError) {
        let directory = DataDirectory(path: path)
        let isReadOnlyMedium = try directory.inspect()
        pathReadableByOthers = try StoreModes(directory).check()
        self.path = directory.path
        self.directory = directory
        self.options = options
        self.isReadOnlyMedium = isReadOnlyMedium
        keptFiles = options.keepsFiles ? KeptFiles() : nil
        if isReadOnlyMedium, options.access == .write { throw .readOnly(path: directory.path) }
        openLock = Mutex(
            try FileLock(
                path: directory.lockPath(.open),
                mode: .shared,
                patience: options.patience
            )
        )
        guard let identity = try directory.identity() else {
            throw .dataDirectoryNotFound(path: directory.path)
        }
        self.identity = identity
        if isReadOnlyMedium {
            mediumLock = try FileLock(
                path: directory.lockPath(.write),
                mode: .shared,
                patience: options.patience
            )
            try Self.checkLogIsEmpty(directory)
        } else {
            mediumLock = nil
        }
        let connection = try Self.connect(directory, options, isReadOnlyMedium: isReadOnlyMedium)
        opened = try connection.read { db in
            try CatalogSchema.checkIsCatalog(db)
            return try StoreRecord(db)
        }
        readers = Mutex(options.access == .read ? [connection] : [])
        writer = Mutex(options.access == .write ? connection : nil)
        options.logger.debug(
            "opened",
            metadata: [
                "path": "\(path)", "sequence": .stringConvertible(opened.commitSequence),
                "access": "\(options.access)",
            ]
        )
    }

    private static func connect(
        _ directory: DataDirectory,
        _ options: StoreOptions,
        isReadOnlyMedium: Bool
    ) throws(VectorStoreError) -> CatalogConnection {
        let access: CatalogConnection.Access =
            if isReadOnlyMedium { .immutable } else {
                options.access == .write ? .readWrite : .readOnly
            }
        return try CatalogConnection(
            path: directory.catalogPath,
            access: access,
            busySeconds: options.patience.seconds
        )
    }

    /// A log with transactions can't be read back without writing; without them the catalog would
    /// show an older state and say nothing.
    private static func checkLogIsEmpty(_ directory: DataDirectory) throws(VectorStoreError) {
        var facts = stat()
        guard unsafe stat(directory.catalogPath + "-wal", &facts) == 0 else { return }
        guard facts.st_size == 0 else {
            throw .unrecoveredLogOnReadOnlyMedium(path: directory.path)
        }
    }

    // MARK: Reading

    /// Runs a body inside one read transaction on a connection of its own.
    func read<Value>(
        _ body: (Database) throws -> Value
    ) throws(VectorStoreError) -> Value {
        let connection: CatalogConnection
        if let idle = readers.withLock({ $0.popLast() }) {
            connection = idle
        } else {
            var options = options
            options.access = .read
            connection = try Self.connect(directory, options, isReadOnlyMedium: isReadOnlyMedium)
        }
        defer { readers.withLock { $0.append(connection) } }
        return try connection.read(body)
    }

    // MARK: Facts

    /// The number of transactions that this store has seen.
    public func commitSequence() throws(VectorStoreError) -> UInt64 {
        try read { db in try StoreRecord(db).commitSequence }
    }

    /// The collection's row, or `.collectionNotFound`.
    func record(of name: CollectionName, in db: Database) throws -> CollectionRecord {
        guard let record = try CollectionRecord.find(name, in: db) else {
            throw VectorStoreError.collectionNotFound(name: name.text, dataDirectory: path)
        }
        return record
    }
}
