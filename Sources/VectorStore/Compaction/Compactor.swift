import Glibc
import Logging

/// Makes one segment of several files of a collection.
///
/// The caller holds `LOCK.compact` from before the input is chosen until after the commit:
/// no other process replaces the files meanwhile. Writers go on; what they delete is dead in the
/// new segment from its first moment.
struct Compactor {
    /// What is compacted, as the catalog had it when it was chosen.
    struct Input {
        let collection: CollectionRecord
        let files: [any VectorFile]
        /// The commit sequence at that moment, for the segment's header.
        let sequence: UInt64
    }

    /// What the catalog says after the commit.
    struct Outcome {
        let after: CollectionInfo
        /// Whether there was nothing to publish, because no point lives any more.
        let isWithoutSegment: Bool
        /// Files that the catalog no longer names.
        let retiredPaths: [String]
    }

    private let store: Store
    private let input: Input
    private let options: CompactionOptions
    private let file = UniqueID.random()

    init(_ input: Input, of store: Store, options: CompactionOptions) {
        self.store = store
        self.input = input
        self.options = options
    }

    private var directory: DataDirectory { store.directory }
    private var configuration: CollectionConfiguration { input.collection.configuration }
    private var cancellation: Cancellation { store.options.context.cancellation }

    private var temporaryPath: String {
        directory.temporaryPath(collection: input.collection.uuid, file: file)
    }

    /// Builds the segment and puts it in the place of its input.
    ///
    /// - Throws: `.corrupt` at a damaged row of the input, `.cancelled`,
    ///   `CollectionError.notFound` when the collection was dropped meanwhile, and system errors.
    ///   Then everything is as it was.
    func run() throws(VectorStoreError) -> Outcome {
        let rows = try CompactionRows.gather(
            input.files,
            dimension: configuration.dimension,
            cancellation: cancellation
        )
        do throws(VectorStoreError) {
            if rows.count > 0 { try write(build(rows), rows) }
            let outcome = try publish(rows)
            // Not renamed when the last of its points died meanwhile.
            if rows.count > 0, outcome.isWithoutSegment { removeTemporary() }
            store.options.logger.debug(
                "indexed",
                metadata: [
                    "collection": "\(input.collection.name)",
                    "rows": .stringConvertible(rows.count),
                    "files_merged": .stringConvertible(input.files.count),
                ]
            )
            return outcome
        } catch {
            removeTemporary()
            if case .file(.system(_, _, ENOENT)) = error { try checkCollection() }
            throw error
        }
    }

    /// Tells a collection that was dropped, with its directory, from other reasons.
    private func checkCollection() throws(VectorStoreError) {
        try store.read { db in
            _ = try currentCollection(in: db)
        }
    }

    private func currentCollection(in db: CatalogReader) throws -> CollectionRecord {
        guard let record = try CollectionRecord.find(uuid: input.collection.uuid, in: db) else {
            throw VectorStoreError.collection(
                .notFound(name: input.collection.name.text, dataDirectory: directory.path)
            )
        }
        return record
    }

    // MARK: Building

    private func build(_ rows: IndexRows) throws(VectorStoreError) -> BuiltIndex {
        options.willIndex(rows.count)
        let cancellation = cancellation
        let tell = options.progress
        var builder = IndexBuilder(configuration: configuration)
        builder.threadCount = options.threadCount
        builder.progress = { indexed, total in
            tell(indexed, total)
            return !cancellation.isCancelled
        }
        do throws(IndexBuilder.Cancelled) {
            return try builder.build(rows, adopting: adopted(rows))
        } catch {
            throw .cancelled
        }
    }

    /// The graph that is taken over: that of the segment with the most live rows.
    private func adopted(_ rows: IndexRows) -> IndexBuilder.Adopted? {
        guard !options.rebuilds,
            let largest = input.files.compactMap({ $0 as? SegmentReader })
                .max(by: { $0.record.liveCount < $1.record.liveCount }),
            largest.record.deletedCount * 5 <= largest.rowCount,
            isIntact(largest)
        else { return nil }
        var next = 0
        let newSlots = (0..<largest.rowCount).map { slot -> UInt32? in
            guard !largest.deletions.contains(slot) else { return nil }
            let key = largest.key(at: slot)
            while rows.keys[next] < key { next += 1 }
            return UInt32(next)
        }
        return IndexBuilder.Adopted(view: largest.index, newSlots: newSlots)
    }

    /// Whether a segment's own index may be carried on: damage must not get a new checksum.
    private func isIntact(_ segment: SegmentReader) -> Bool {
        var problem: String?
        segment.verifyBlocks { _, found in problem = problem ?? found }
        segment.verifyIndex(full: false) { _, found in problem = problem ?? found }
        guard let problem else { return true }
        store.options.logger.warning("the index is built anew: \(segment.path): \(problem)")
        return false
    }

    private func write(_ index: BuiltIndex, _ rows: IndexRows) throws(VectorStoreError) {
        _ = try SegmentWriter.write(
            index,
            rows: rows,
            configuration: configuration,
            collection: input.collection.uuid,
            file: file,
            sequence: input.sequence,
            to: temporaryPath
        )
        try cancellation.check()
    }

    private func removeTemporary() {
        do {
            try DurableFile.remove(temporaryPath)
        } catch {
            store.options.logger.info("the next sweep removes \(temporaryPath): \(error)")
        }
    }

    // MARK: Publishing

    private func publish(_ rows: IndexRows) throws(VectorStoreError) -> Outcome {
        try store.write(checkpoint: .now) { db in
            let record = try currentCollection(in: db)
            let named = try FileRecord.all(of: record.id, in: db)
            var segment = FileRecord(
                uuid: file,
                collection: record.id,
                kind: .segment,
                rowCount: rows.count,
                firstKey: rows.keys.first ?? 0,
                lastKey: rows.keys.last ?? 0
            )
            var dead = try deletions(of: rows, named, in: db)
            segment.deletedCount = dead.count
            return try undoingRename {
                if segment.liveCount > 0 {
                    try rename(record)
                    try segment.save(db)
                    try dead.save(of: segment, in: db)
                }
                let retiredPaths = try retire(named, of: record, in: db)
                return Outcome(
                    after: try Store.info(record, in: db, directory: directory),
                    isWithoutSegment: segment.liveCount == 0,
                    retiredPaths: retiredPaths
                )
            }
        }
    }

    /// The rows whose points died since the input was chosen.
    private func deletions(
        of rows: IndexRows,
        _ named: [FileRecord],
        in db: CatalogReader
    ) throws -> DeletionBitmap {
        var dead = DeletionBitmap()
        for file in input.files {
            let now = try named.first { $0.uuid == file.record.uuid }
                .map { try DeletionBitmap(of: $0, in: db) }
            // A writer takes a file out of the catalog when its last row dies.
            let slots =
                now?.slots(missingIn: file.deletions)
                ?? (0..<file.rowCount).filter { !file.deletions.contains($0) }
            for slot in slots {
                if let place = rows.slot(of: file.key(at: slot)) { _ = dead.insert(place) }
            }
        }
        return dead
    }

    private var segmentPath: String {
        directory.segmentPath(collection: input.collection.uuid, file: file)
    }

    private func rename(_ record: CollectionRecord) throws(VectorStoreError) {
        let (old, new) = (temporaryPath, segmentPath)
        _ = try SystemCall.run(.rename, path: old) { unsafe Glibc.rename(old, new) }
        try DurableFile.synchronizeDirectory(directory.collectionPath(record.uuid))
    }

    /// Takes the file away again when the transaction that names it is certain to be undone.
    ///
    /// After a commit that failed nothing is certain: what it left behind is for the next sweep,
    /// which reads the catalog first.
    private func undoingRename<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            do {
                try DurableFile.remove(segmentPath)
            } catch let failure {
                store.options.logger.info("the next sweep removes \(segmentPath): \(failure)")
            }
            throw error
        }
    }

    /// Takes the input out of the catalog; returns where it lies.
    private func retire(
        _ named: [FileRecord],
        of record: CollectionRecord,
        in db: CatalogWriter
    ) throws -> [String] {
        let inputs = Set(input.files.map(\.record.uuid))
        let retired = named.filter { inputs.contains($0.uuid) }
        for file in retired { try file.delete(db) }
        _ = try StoreRecord.advance(db)
        return retired.map { directory.path(of: $0, collection: record.uuid) }
    }
}
