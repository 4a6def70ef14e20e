import Glibc
import Logging
import Synchronization

extension Store {
    /// When the write-ahead log is emptied after a transaction.
    enum Checkpoint: Sendable {
        /// Now: this was the last transaction of a command.
        case now
        /// When the log has grown: more transactions follow.
        case whenLarge
    }

    /// Makes sure that this store can be written, as opening it for writing does.
    ///
    /// - Throws: what opening it for writing throws.
    package func prepareWriting() throws(VectorStoreError) {
        guard !isReadOnlyMedium else { throw .store(.readOnly(path: path)) }
        _ = try session.writingConnection()
    }

    /// Runs a body inside one write transaction, under the write lock, and makes it durable.
    ///
    /// - Parameters:
    ///   - checkpoint: when the write-ahead log is emptied.
    ///   - isCancellable: whether the request's cancellation undoes the transaction.
    ///   - dryRun: whether all is undone once the body has run.
    ///   - lockTimeout: how long to wait for the lock; nil waits as the store does.
    ///   - undo: takes back what the body has changed outside of the catalog, when the transaction
    ///     fails or is a dry run; the lock is still held.
    ///   - body: changes the catalog.
    /// - Returns: what the body returns.
    /// - Throws: `.busy` when another process holds the lock too long, `StoreError.replaced`
    ///   when this is no longer the store that was opened.
    func write<Value>(
        checkpoint: Checkpoint,
        isCancellable: Bool = false,
        dryRun: Bool = false,
        lockTimeout: LockTimeout? = nil,
        undo: () throws(VectorStoreError) -> Void = {},
        _ body: (CatalogWriter) throws -> Value
    ) throws(VectorStoreError) -> Value {
        try write(
            checkpoint: checkpoint,
            isShared: false,
            isCancellable: isCancellable,
            dryRun: dryRun,
            lockTimeout: lockTimeout,
            undo: undo
        ) { db, _ in try body(db) }
    }

    /// Runs a body inside a write transaction that other callers' bodies may share.
    ///
    /// - Parameters:
    ///   - checkpoint: when the write-ahead log is emptied.
    ///   - isShared: whether the transaction may hold the changes of several callers. Each is
    ///     undone for itself when its body fails; all are when the commit fails.
    ///   - isCancellable: whether the request's cancellation undoes the transaction.
    ///   - dryRun: whether all is undone once the body has run; then nobody shares it.
    ///   - lockTimeout: how long to wait for the lock; nil waits as the store does.
    ///   - undo: takes back what the body has changed outside of the catalog, when the transaction
    ///     fails or is a dry run; the lock is still held.
    ///   - body: changes the catalog. It may run in another caller's thread while this one waits.
    /// - Returns: what the body returns, once it is durable.
    /// - Throws: as `write(checkpoint:)` does; the error of the commit reaches all that share it.
    func write<Value>(
        checkpoint: Checkpoint,
        isShared: Bool,
        isCancellable: Bool = false,
        dryRun: Bool = false,
        lockTimeout: LockTimeout? = nil,
        undo: () throws(VectorStoreError) -> Void = {},
        _ body: (CatalogWriter, WriteGroup) throws -> Value
    ) throws(VectorStoreError) -> Value {
        guard !isReadOnlyMedium else { throw .store(.readOnly(path: path)) }
        var value: Value?
        var failure: VectorStoreError?
        withoutActuallyEscaping(body) { body in
            withoutActuallyEscaping(undo) { undo in
                let write = QueuedWrite(
                    isShared: isShared && !dryRun,
                    isDryRun: dryRun,
                    checkpoint: checkpoint,
                    undo: undo
                ) { value = try body($0, $1) }
                do throws(VectorStoreError) {
                    try session.writeQueue.run(
                        write,
                        lockTimeout: lockTimeout ?? options.lockTimeout
                    ) {
                        lockTimeout in
                        lead(write, isCancellable: isCancellable, lockTimeout)
                    }
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        guard let value else { preconditionFailure("a transaction returns or throws") }
        return value
    }

    /// How many callers wait for the write that another caller leads.
    package var waitingWriterCount: Int { session.writeQueue.waitingCount }

    /// Whether a caller of this process writes, or waits for other processes to let it.
    package var isLedByAWriter: Bool { session.writeQueue.isLed }

    // MARK: The leader

    /// Takes the lock, and ends a write and those that share its transaction.
    private func lead(_ write: QueuedWrite, isCancellable: Bool, _ lockTimeout: LockTimeout) {
        do throws(VectorStoreError) {
            // Before the lock too: its file must not be made in another store's directory.
            try session.checkIdentity()
            let lock = try WriteLock(directory, lockTimeout: lockTimeout)
            try session.checkIdentity()
            commit(write, isCancellable: isCancellable, on: try session.writingConnection())
            _ = consume lock
        } catch {
            session.writeQueue.end(write, error)
        }
    }

    /// Commits a write, and those that share its transaction, and tells their callers.
    private func commit(
        _ write: QueuedWrite,
        isCancellable: Bool,
        on connection: CatalogConnection
    ) {
        let logByteCount = directory.logByteCount
        let group = WriteGroup()
        var members = [write]
        var refused: [(QueuedWrite, VectorStoreError?)] = []
        do throws(VectorStoreError) {
            try connection.write(
                until: isCancellable ? options.context.cancellation : nil,
                dryRun: write.isDryRun
            ) { db in
                try session.checkRecord(db)
                try write.run(db, group)
                while write.isShared, members.count < WriteGroup.changeCountMax,
                    let next = session.writeQueue.takeShared()
                {
                    members.append(next)
                    group.beginChange()
                    do throws(VectorStoreError) {
                        try db.savepoint { try next.run(db, group) }
                    } catch {
                        // SQLite may have undone everything, as it does on a full disk.
                        guard db.isOpen else { throw error }
                        group.takeBack()
                        members.removeLast()
                        refused.append((next, error))
                    }
                }
                try group.settle(db)
            }
        } catch {
            Self.cutLog(directory, to: logByteCount, options.logger)
            end(members, with: error)
            end(refused)
            return
        }
        guard !write.isDryRun else {
            Self.cutLog(directory, to: logByteCount, options.logger)
            end(members, with: nil)
            return
        }
        let checkpoint = members.contains { $0.checkpoint == .now } ? Checkpoint.now : .whenLarge
        Self.emptyLog(connection, directory, checkpoint, options.logger)
        options.logger.debug(
            "committed",
            metadata: ["path": "\(directory.path)", "changes": .stringConvertible(members.count)]
        )
        // Before the callers go on: what they have deleted gives its space back.
        removeRetired(group.retiredPaths)
        end(refused)
        for member in members { session.writeQueue.end(member, nil) }
    }

    /// Unlinks files that the commit no longer names; readers that have them mapped keep them.
    func removeRetired(_ paths: [String]) {
        for path in paths {
            do {
                try DurableFile.remove(path)
            } catch {
                // The commit is durable; the next writer's sweep finds the file again.
                options.logger.warning("a retired file stays for now: \(path): \(error)")
            }
        }
    }

    private func end(_ writes: [QueuedWrite], with error: VectorStoreError?) {
        end(writes.map { ($0, error) })
    }

    /// Ends writes that failed or were dry runs, each after what it changed outside of the catalog
    /// is taken back.
    private func end(_ undone: [(QueuedWrite, VectorStoreError?)]) {
        for (write, error) in undone {
            do throws(VectorStoreError) {
                try write.undo?()
            } catch let second {
                // The first is what went wrong; the next look at the change finds the second.
                options.logger.warning("a change could not be taken back: \(second)")
            }
            session.writeQueue.end(write, error)
        }
    }

    // MARK: The log

    /// The log's size past which a bulk load empties it.
    private static let largeLogByteCount = 32 << 20

    /// Takes a failed transaction's pages out of the log.
    ///
    /// That frees the space that a full disk lacks. And when it was the forcing to the medium that
    /// failed, they are complete: the next process to open the catalog would take them for
    /// committed, though this one has told its user that they are not. All that was committed
    /// before lies within the length that the log had.
    private static func cutLog(_ directory: DataDirectory, to byteCount: Int, _ logger: Logger) {
        let path = directory.catalogPath + "-wal"
        guard DurableFile.byteCount(of: path) ?? 0 > byteCount else { return }
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
        guard checkpoint == .now || directory.logByteCount >= largeLogByteCount else { return }
        do {
            try connection.checkpoint()
        } catch {
            logger.warning("the write-ahead log stays full; the next write tries to empty it")
            logger.debug("emptying the write-ahead log: \(error)")
        }
    }

    /// Empties the log at the end of a command that wrote several batches.
    ///
    /// A busy lock is no error: the process that holds it empties the log.
    public func finishWriting() {
        guard session.hasWritingConnection else { return }
        let lockTimeout = LockTimeout(seconds: min(options.context.lockTimeout, 1))
        let turn = QueuedWrite(isShared: false, checkpoint: .now, undo: {}) { _, _ in }
        do throws(VectorStoreError) {
            try session.writeQueue.run(turn, lockTimeout: lockTimeout) { lockTimeout in
                do throws(VectorStoreError) {
                    let lock = try WriteLock(directory, lockTimeout: lockTimeout)
                    try session.writingConnection().checkpoint()
                    _ = consume lock
                    session.writeQueue.end(turn, nil)
                } catch {
                    session.writeQueue.end(turn, error)
                }
            }
        } catch {
            options.logger.info("the next writer empties the write-ahead log: \(error)")
        }
    }
}
