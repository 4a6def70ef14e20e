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
    private let writer: Mutex<CatalogConnection?>
    private let opened: StoreRecord

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

    private static func connectForWriting(
        _ directory: DataDirectory,
        _ options: StoreOptions
    ) throws(VectorStoreError) -> CatalogConnection {
        try CatalogConnection(
            path: directory.catalogPath,
            access: .readWrite,
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
        _ body: (CatalogReader) throws -> Value
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

    // MARK: Writing

    /// When the write-ahead log is emptied after a transaction.
    enum Checkpoint: Sendable {
        /// Now: this was the last transaction of a command.
        case now
        /// When the log has grown: more transactions follow.
        case whenLarge
    }

    /// The log's size past which a bulk load empties it.
    private static let largeLogByteCount = 32 << 20

    /// Makes sure that this store can be written, as opening it for writing does.
    ///
    /// - Throws: what opening it for writing throws.
    package func prepareWriting() throws(VectorStoreError) {
        guard !isReadOnlyMedium else { throw .readOnly(path: path) }
        let (directory, options) = (directory, options)
        try writer.withLock { (slot: inout CatalogConnection?) throws(VectorStoreError) in
            guard slot == nil else { return }
            slot = try Self.connectForWriting(directory, options)
        }
    }

    /// Runs a body inside one write transaction, under the write lock, and makes it durable.
    ///
    /// - Parameters:
    ///   - checkpoint: when the write-ahead log is emptied.
    ///   - stopsOnSignal: whether a signal to stop undoes the transaction.
    ///   - patience: how long to wait for the lock; nil waits as the store does.
    ///   - undo: takes back what the body has changed outside of the catalog, when the transaction
    ///     fails; the lock is still held.
    ///   - body: changes the catalog.
    /// - Returns: what the body returns.
    /// - Throws: `.busy` when another process holds the lock too long, `.dataDirectoryReplaced`
    ///   when this is no longer the store that was opened.
    func write<Value>(
        checkpoint: Checkpoint,
        stopsOnSignal: Bool = false,
        patience: Patience? = nil,
        undo: () throws(VectorStoreError) -> Void = {},
        _ body: (CatalogWriter) throws -> Value
    ) throws(VectorStoreError) -> Value {
        guard !isReadOnlyMedium else { throw .readOnly(path: path) }
        let directory = directory
        let options = options
        let patience = patience ?? options.patience
        let identity = identity
        let opened = opened
        var result: Value?
        try writer.withLock { (slot: inout CatalogConnection?) throws(VectorStoreError) in
            // Before the lock too: its file must not be made in somebody else's directory.
            try Self.check(directory, is: identity)
            let lock = try WriteLock(directory, patience: patience)
            try Self.check(directory, is: identity)
            if slot == nil { slot = try Self.connectForWriting(directory, options) }
            guard let connection = slot else { preconditionFailure("connected just now") }
            let logByteCount = Self.byteCount(directory.catalogPath + "-wal")
            do throws(VectorStoreError) {
                result = try connection.write(stopsOnSignal: stopsOnSignal) { db in
                    let record = try StoreRecord(db)
                    guard record.uuid == opened.uuid, record.epoch == opened.epoch else {
                        throw VectorStoreError.dataDirectoryReplaced(path: directory.path)
                    }
                    return try body(db)
                }
            } catch {
                Self.cutLog(directory, to: logByteCount, options.logger)
                do throws(VectorStoreError) {
                    try undo()
                } catch let second {
                    // The first is what went wrong; whoever looks at the change finds it.
                    options.logger.warning("a change could not be taken back: \(second)")
                }
                throw error
            }
            Self.emptyLog(connection, directory, checkpoint, options.logger)
            options.logger.debug(
                "committed",
                metadata: ["path": "\(directory.path)"]
            )
            _ = consume lock
        }
        guard let result else { preconditionFailure("a transaction returns or throws") }
        return result
    }

    /// Refuses to go on when the path leads to another store than the one that was opened.
    func checkIdentity() throws(VectorStoreError) {
        try Self.check(directory, is: identity)
    }

    private static func check(
        _ directory: DataDirectory,
        is identity: DataDirectory.Identity
    ) throws(VectorStoreError) {
        guard try directory.identity() == identity else {
            throw .dataDirectoryReplaced(path: directory.path)
        }
    }

    /// Takes a failed transaction's pages out of the log.
    ///
    /// That frees the space that a full disk lacks. And when it was the forcing to the medium that
    /// failed, they are complete: the next process to open the catalog would take them for
    /// committed,
    /// though this one has told its user that they are not. All that was committed before lies
    /// within
    /// the length that the log had.
    private static func cutLog(_ directory: DataDirectory, to byteCount: Int, _ logger: Logger) {
        let path = directory.catalogPath + "-wal"
        guard Self.byteCount(path) > byteCount else { return }
        do {
            let log = try FileDescriptor(opening: path, flags: O_RDWR)
            _ = try SystemCall.run(.truncate, path: path) {
                ftruncate(log.number, off_t(byteCount))
            }
            try log.synchronize()
        } catch {
            logger.warning("a failed transaction may come back from the log: \(error)")
        }
    }

    /// Empties the log; the transaction is durable already, so a failure here is only told.
    private static func emptyLog(
        _ connection: CatalogConnection,
        _ directory: DataDirectory,
        _ checkpoint: Checkpoint,
        _ logger: Logger
    ) {
        if checkpoint == .whenLarge {
            var facts = stat()
            guard unsafe stat(directory.catalogPath + "-wal", &facts) == 0,
                facts.st_size >= largeLogByteCount
            else { return }
        }
        do {
            try connection.checkpoint()
        } catch {
            logger.warning("the write-ahead log stays full; the next write tries to empty it")
            logger.debug("emptying the write-ahead log: \(error)")
        }
    }

    /// Empties the log at the end of a command that wrote several batches.
    ///
    /// A busy lock is no error: whoever holds it empties the log.
    public func finishWriting() {
        do {
            try writer.withLock { (slot: inout CatalogConnection?) throws(VectorStoreError) in
                guard let connection = slot else { return }
                let patience = Patience(
                    seconds: min(options.patience.seconds, 1),
                    pendingSignal: { 0 }
                )
                let lock = try WriteLock(directory, patience: patience)
                try connection.checkpoint()
                _ = consume lock
            }
        } catch {
            options.logger.info("the next writer empties the write-ahead log: \(error)")
        }
    }

    // MARK: Facts

    /// The number of transactions that this store has seen.
    public func commitSequence() throws(VectorStoreError) -> UInt64 {
        try read { db in try StoreRecord(db).commitSequence }
    }

    /// The collection's row, or `.collectionNotFound`.
    func record(of name: CollectionName, in db: CatalogReader) throws -> CollectionRecord {
        guard let record = try CollectionRecord.find(name, in: db) else {
            throw VectorStoreError.collectionNotFound(name: name.text, dataDirectory: path)
        }
        return record
    }
}
