import Glibc
import Logging

/// The upkeep of a store: ``Store/maintenance``.
public struct StoreMaintenance {
    let store: Store

    /// Makes everything of a collection one segment without dead rows, and gives space back.
    ///
    /// Others read and write meanwhile; they wait only for the two short transactions at the
    /// beginning and the end.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - options: threads, whether to build anew, and who is told.
    /// - Returns: the numbers before and after; the same where nothing was to be done.
    /// - Throws: `CollectionError.notFound`, `.busy` while another process compacts or writes,
    ///   `.corrupt` at a damaged row, `.cancelled`, and system errors; then all points are as
    ///   they were.
    /// - Complexity: O(rows × log rows); less where most rows are in one segment already.
    @discardableResult
    public func compact(
        _ name: CollectionName,
        options: CompactionOptions = CompactionOptions()
    ) throws(VectorStoreError) -> CompactionResult {
        let before = try store.collection(name)
        let plan = CompactionPlan.all(rebuilds: options.rebuilds)
        let lockTimeout = store.options.lockTimeout
        guard !before.fields.isEmpty else {
            let result = try compact(name, plan, options, lockTimeout: lockTimeout)
            giveCatalogSpaceBack()
            return result
        }
        for set in Self.vectorSets(of: before) {
            _ = try compact(set, plan, options, lockTimeout: lockTimeout)
        }
        giveCatalogSpaceBack()
        return CompactionResult(before: before, after: try store.collection(name))
    }

    /// The names under which the catalog keeps a collection's vectors: its own and its fields'.
    private static func vectorSets(of collection: CollectionInfo) -> [CollectionName] {
        var sets: [CollectionName] = collection.configuration.hasVectors ? [collection.name] : []
        for field in collection.fields {
            if case .dense = field.kind { sets.append(collection.name.field(field.name)) }
        }
        return sets
    }

    /// Indexes what no segment has yet, once that is enough to be worth it.
    ///
    /// Small segments are merged with it, so that their number grows with the logarithm of the
    /// rows.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - threshold: how many live rows outside of segments are enough.
    ///   - options: threads, and who is told.
    /// - Returns: the numbers before and after; nil when there was too little, or when another
    ///   process compacts.
    /// - Throws: as ``compact(_:options:)`` does, except for a compaction that is under way.
    public func compactIfDue(
        _ name: CollectionName,
        threshold: Int,
        options: CompactionOptions = CompactionOptions()
    ) throws(VectorStoreError) -> CompactionResult? {
        let before = try store.collection(name)
        guard before.unindexedPointCount >= max(threshold, 1) else { return nil }
        guard !before.fields.isEmpty else { return try indexIfDue(name, threshold, options) }
        for set in Self.vectorSets(of: before) { _ = try indexIfDue(set, threshold, options) }
        let after = try store.collection(name)
        return after == before ? nil : CompactionResult(before: before, after: after)
    }

    /// Indexes the vectors of one set.
    private func indexIfDue(
        _ name: CollectionName,
        _ threshold: Int,
        _ options: CompactionOptions
    ) throws(VectorStoreError) -> CompactionResult? {
        guard try store.setInfo(name).unindexedPointCount >= max(threshold, 1) else { return nil }
        var lockTimeout = store.options.lockTimeout
        lockTimeout.seconds = 0
        do throws(VectorStoreError) {
            return try compact(name, .growing, options, lockTimeout: lockTimeout)
        } catch .store(.busy(DataDirectory.Lock.compact.rawValue, _, _)) {
            store.options.logger.info("\(name) is not indexed: another process compacts")
            return nil
        }
    }

    /// Says what ``compact(_:options:)`` would do, and changes nothing.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - rebuilds: whether a new graph would be built.
    /// - Returns: the numbers before and, estimated, after.
    /// - Throws: `CollectionError.notFound`.
    public func wouldCompact(
        _ name: CollectionName,
        rebuilds: Bool = false
    ) throws(VectorStoreError) -> CompactionResult {
        let directory = store.directory
        return try store.read { db in
            let record = try store.record(of: name, in: db)
            let before = try Store.info(record, in: db, directory: directory)
            var (segmentCount, byteCount) = (0, 0)
            for set in try [record] + CollectionRecord.fields(of: name, in: db) {
                let after = try Self.wouldCompact(set, rebuilds, in: db, directory: directory)
                segmentCount += after.segmentCount
                byteCount += after.byteCount
            }
            return CompactionResult(
                collection: name,
                segmentCountBefore: before.segmentCount,
                segmentCountAfter: segmentCount,
                byteCountBefore: before.byteCount,
                byteCountAfter: byteCount
            )
        }
    }

    /// What one set of vectors would have after a compaction.
    private static func wouldCompact(
        _ record: CollectionRecord,
        _ rebuilds: Bool,
        in db: CatalogReader,
        directory: DataDirectory
    ) throws -> (segmentCount: Int, byteCount: Int) {
        let files = try FileRecord.all(of: record.id, in: db)
        guard !CompactionPlan.all(rebuilds: rebuilds).inputs(among: files).isEmpty else {
            var sizes = VectorFileSizes()
            for file in files { sizes.add(file, of: record, in: directory) }
            return (sizes.segmentCount, record.contentByteCount + sizes.byteCount)
        }
        let rowCount = files.reduce(0) { $0 + $1.liveCount }
        guard rowCount > 0 else { return (0, record.contentByteCount) }
        let segment = SegmentFormat.estimatedByteCount(
            rowCount: rowCount,
            configuration: record.configuration
        )
        return (1, record.contentByteCount + segment)
    }

    // MARK: Steps

    private func compact(
        _ name: CollectionName,
        _ plan: CompactionPlan,
        _ options: CompactionOptions,
        lockTimeout: LockTimeout
    ) throws(VectorStoreError) -> CompactionResult {
        guard !store.isReadOnlyMedium else { throw .store(.readOnly(path: store.path)) }
        // Before the lock too: its file must not be made in another store's directory.
        try store.session.checkIdentity()
        let lock = try FileLock(
            path: store.directory.lockPath(.compact),
            mode: .exclusive,
            lockTimeout: lockTimeout
        )
        try store.session.checkIdentity()
        let (input, before) = try choose(name, plan)
        guard !input.files.isEmpty else {
            _ = consume lock
            return CompactionResult(before: before, after: before)
        }
        try checkSpace(for: input)
        let outcome = try Compactor(input, of: store, options: options).run()
        _ = consume lock
        store.removeRetired(outcome.retiredPaths)
        return CompactionResult(before: before, after: outcome.after)
    }

    /// Finds out before the index is built, which takes long, that there is no room for it.
    private func checkSpace(for input: Compactor.Input) throws(VectorStoreError) {
        let path = store.directory.collectionPath(input.collection.uuid)
        let needed = SegmentFormat.estimatedByteCount(
            rowCount: max(input.files.reduce(0) { $0 + $1.record.liveCount }, 1),
            configuration: input.collection.configuration
        )
        let hasRoom = try DurableFile.freeByteCount(at: path) >= needed
        if !hasRoom { throw .system("write", path, ENOSPC) }
    }

    /// Seals the tail, so that later rows go into a new one, and opens what is to be compacted.
    private func choose(
        _ name: CollectionName,
        _ plan: CompactionPlan
    ) throws(VectorStoreError) -> (Compactor.Input, before: CollectionInfo) {
        let directory = store.directory
        let logger = store.options.logger
        return try store.write(checkpoint: .now) { db in
            let record = try store.record(of: name, in: db)
            let sweeper = Sweeper(
                directory: directory,
                logger: logger,
                holdsCompactionLock: true
            )
            try sweeper.sweep(record, in: db)
            sweeper.sweepRestores()
            let before = try Store.info(record, in: db, directory: directory)
            var files = try FileRecord.all(of: record.id, in: db)
            var sequence = try StoreRecord(db).commitSequence
            let seals = plan.sealsTail(among: files)
            for place in files.indices where seals && files[place].kind == .tail {
                // Programs that do not know this kind of file must not open the catalog any more.
                try CatalogSchema.migrate(db)
                files[place].kind = .sealed
                try files[place].save(db)
                sequence = try StoreRecord.advance(db)
            }
            let inputs = plan.inputs(among: files)
            let input = Compactor.Input(
                collection: record,
                files: try Self.open(inputs, of: record, in: db, directory: directory),
                sequence: sequence
            )
            return (input, before)
        }
    }

    private static func open(
        _ files: [FileRecord],
        of record: CollectionRecord,
        in db: CatalogReader,
        directory: DataDirectory
    ) throws -> [any VectorFile] {
        do {
            return try files.map { file in
                try VectorFiles.open(file, of: record, in: db, directory: directory)
            }
        } catch let vanished as VanishedFileError {
            throw vanished.damage
        }
    }

    /// Makes the catalog's file shorter by the pages that deleted points have left empty.
    private func giveCatalogSpaceBack() {
        do throws(VectorStoreError) {
            guard try store.read({ db in try db.hasFreePages() }) else { return }
            try store.write(checkpoint: .now) { db in try db.releaseFreePages() }
        } catch {
            store.options.logger.warning("the catalog's free space is not given back yet: \(error)")
        }
    }
}

extension CompactionResult {
    init(before: CollectionInfo, after: CollectionInfo) {
        self.init(
            collection: before.name,
            segmentCountBefore: before.segmentCount,
            segmentCountAfter: after.segmentCount,
            byteCountBefore: before.byteCount,
            byteCountAfter: after.byteCount
        )
    }
}
