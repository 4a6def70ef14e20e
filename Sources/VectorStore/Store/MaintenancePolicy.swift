import Logging

/// When the upkeep of a store is due; the host reads it from its settings.
public struct MaintenancePolicy: Equatable, Sendable {
    /// Points outside of segments from which on a collection is indexed; nil leaves indexing to
    /// ``StoreMaintenance/compact(_:options:)``.
    public var indexingThreshold: Int?
    /// Bytes from which on the write-ahead log is emptied.
    public var logByteCount: Int

    /// Takes the limits.
    ///
    /// - Parameters:
    ///   - indexingThreshold: points outside of segments from which on a collection is indexed;
    ///     nil for never.
    ///   - logByteCount: bytes from which on the write-ahead log is emptied.
    public init(indexingThreshold: Int?, logByteCount: Int = 4 << 20) {
        self.indexingThreshold = indexingThreshold
        self.logByteCount = logByteCount
    }
}

extension StoreMaintenance {
    /// Does what is due after points of one collection were written: indexes it, once that pays.
    ///
    /// A command calls this after its acknowledgement, a server after many.
    ///
    /// - Parameters:
    ///   - policy: when it pays.
    ///   - name: the collection.
    ///   - options: threads, and who is told.
    /// - Returns: what was done; nil when nothing was due or another process does it.
    /// - Throws: as ``compact(_:options:)`` does; all points are as they were.
    @discardableResult
    public func run(
        _ policy: MaintenancePolicy,
        after name: CollectionName,
        options: CompactionOptions = CompactionOptions()
    ) throws(VectorStoreError) -> CompactionResult? {
        guard let threshold = policy.indexingThreshold else { return nil }
        return try compactIfDue(name, threshold: threshold, options: options)
    }

    /// Does all that is due, in all collections.
    ///
    /// A long-lived host calls it at its start and now and then, from one thread. It lets go of
    /// retired files, removes what killed writers have left, empties a large write-ahead log, and
    /// indexes collections. What other processes are at is left to them.
    ///
    /// - Parameters:
    ///   - policy: what is due, and when.
    ///   - options: threads, and who is told.
    /// - Returns: the compactions that were done.
    /// - Throws: the first error of a compaction, `.cancelled`, and the catalog's errors; what was
    ///   done until then stays done.
    /// - Complexity: O(collections + files) when nothing is due.
    @discardableResult
    public func run(
        _ policy: MaintenancePolicy,
        options: CompactionOptions = CompactionOptions()
    ) throws(VectorStoreError) -> [CompactionResult] {
        try store.refresh()
        try sweep()
        if store.directory.logByteCount >= policy.logByteCount { store.finishWriting() }
        var results: [CompactionResult] = []
        for collection in try store.collections() {
            try store.options.context.cancellation.check()
            let result = try run(policy, after: collection.name, options: options)
            if let result { results.append(result) }
        }
        return results
    }

    /// Removes vector files that no commit names; not while another process writes.
    private func sweep() throws(VectorStoreError) {
        let (directory, logger) = (store.directory, store.options.logger)
        var lockTimeout = store.options.lockTimeout
        lockTimeout.seconds = 0
        do throws(VectorStoreError) {
            try store.write(checkpoint: .whenLarge, lockTimeout: lockTimeout) { db in
                try Sweeper(directory: directory, logger: logger).sweepAll(db)
            }
        } catch .store(.busy) {
            logger.debug("nothing is swept: another process writes")
        }
    }
}
