import Logging

extension StoreBackups {
    /// Brings one collection of a snapshot back, beside the living ones.
    ///
    /// It gets files of its own and appears in one transaction. Its graphs are taken over as they
    /// are.
    ///
    /// - Parameters:
    ///   - name: the collection in the snapshot.
    ///   - newName: what it is called here.
    ///   - snapshot: the snapshot.
    ///   - repository: where it lies.
    ///   - options: threads, and who is told.
    /// - Returns: the commit sequence.
    /// - Throws: `.collectionNotInSnapshot`,
    ///   `CollectionError.exists`, `.busy` while another process compacts or writes,
    ///   `.corruptRepository`, `.malformedSnapshot`, `.unprovenSnapshot`, `.cancelled`,
    ///   `.system`.
    /// - Complexity: a restore of the catalog and of the collection's files, and one more pass over
    ///   them; tails and points are copied under the write lock.
    package func restore(
        _ name: CollectionName,
        as newName: CollectionName,
        from snapshot: SnapshotManifest,
        in repository: BackupRepository,
        options: RestoreOptions
    ) throws(VectorStoreError) -> UInt64 {
        try store.prepareWriting()
        try ScratchDirectory.sweep(in: store.directory.path, prefix: DataDirectory.restorePrefix)
        try checkRestore(name, as: newName, from: snapshot, in: repository)
        let lock = try repository.lock(using: snapshot, lockTimeout: options.lockTimeout)
        let compaction = try FileLock(
            path: store.directory.lockPath(.compact),
            mode: .exclusive,
            lockTimeout: options.lockTimeout
        )
        try store.session.checkIdentity()
        let scratch = try ScratchDirectory(
            in: store.directory.path,
            prefix: DataDirectory.restorePrefix
        )
        let result = Result { () throws(VectorStoreError) in
            let restored = try RestoredStore(
                catalogOf: snapshot,
                from: repository,
                at: scratch.path,
                options: options
            )
            try restored.restoreFiles(of: Self.sets(of: name, in: snapshot))
            _ = try restored.verify(depth: .checksums, only: name)
            let source = try restored.open(.read)
            let outcome = "'\(name)' of the snapshot \(restored.manifest.id)"
            return try copy(name, of: source, as: newName, outcome)
        }
        do {
            try scratch.remove()
        } catch {
            store.options.logger.info("the next restore removes \(scratch.path): \(error)")
        }
        _ = consume lock
        _ = consume compaction
        return try result.get()
    }

    /// Says whether a collection could be brought back, and changes nothing.
    package func checkRestore(
        _ name: CollectionName,
        as newName: CollectionName,
        from snapshot: SnapshotManifest,
        in repository: BackupRepository
    ) throws(VectorStoreError) {
        guard snapshot.collections.contains(where: { $0.name == name.text }) else {
            throw .backup(
                .collectionNotInSnapshot(
                    name: name.text,
                    snapshot: snapshot.id,
                    repository: repository.path
                )
            )
        }
        let isTaken = try store.read { db in try CollectionRecord.find(newName, in: db) != nil }
        if isTaken { throw .collection(.exists(name: newName.text)) }
    }

    /// Copies a collection of another store into this one.
    ///
    /// - Parameters:
    ///   - name: the collection there.
    ///   - source: the other store; every row that is copied is checked.
    ///   - newName: what it is called here.
    ///   - outcome: what the audit trail says of it.
    /// - Returns: the commit sequence.
    /// - Throws: `CollectionError.notFound`, `.exists`, `.corrupt`, `.busy`, `.cancelled`, and
    ///   system errors.
    func copy(
        _ name: CollectionName,
        of source: Store,
        as newName: CollectionName,
        _ outcome: String
    ) throws(VectorStoreError) -> UInt64 {
        try CatalogConnection.mappingErrors(path: source.path, operation: "read") {
            try source.withReader(of: name) { snapshot in
                var sets = [CollectionAdoption(of: snapshot, as: newName, by: store)]
                for field in snapshot.info.fields {
                    sets.append(
                        CollectionAdoption(
                            of: try snapshot.field(field.name),
                            as: newName.field(field.name),
                            by: store
                        )
                    )
                }
                return try publish(sets, as: newName, outcome)
            }
        }
    }

    /// The collection in a snapshot, and its fields.
    private static func sets(
        of name: CollectionName,
        in snapshot: SnapshotManifest
    ) -> [SnapshotManifest.Collection] {
        snapshot.collections.filter { CollectionName(unchecked: $0.name).collection == name }
    }

    /// Copies a collection and its fields, and names them in one transaction.
    private func publish(
        _ sets: [CollectionAdoption],
        as name: CollectionName,
        _ outcome: String
    ) throws -> UInt64 {
        do {
            let segments = try sets.map { try $0.copySegments() }
            return try store.write(checkpoint: .now, isCancellable: true) { db in
                try store.checkIsFree(name, in: db)
                // The files may be of kinds that a catalog of an older program does not know.
                try CatalogSchema.migrate(db)
                let sequence = try StoreRecord.advance(db)
                for (set, copies) in zip(sets, segments) {
                    try set.publish(copies, sequence, in: db)
                }
                try store.audit.record(
                    .restoreBackup,
                    "collection \(name)",
                    outcome: outcome,
                    in: db
                )
                return sequence
            }
        } catch {
            // Nothing names the directories.
            for set in sets { try set.removeCopies() }
            throw error
        }
    }
}

/// Copies one set of vectors, with its points, of one store into another.
private struct CollectionAdoption {
    private let snapshot: CollectionReader
    private let name: CollectionName
    private let store: Store
    private let uuid = UniqueID.random()

    init(of snapshot: CollectionReader, as name: CollectionName, by store: Store) {
        self.snapshot = snapshot
        self.name = name
        self.store = store
    }

    /// A segment that was written under its new name's temporary one.
    struct Copy {
        let original: any VectorFile
        let file: UniqueID
    }

    /// Makes its directory, with copies of the segments in it.
    func copySegments() throws -> [Copy] {
        try DurableFile.makeDirectory(store.directory.collectionPath(uuid))
        return try snapshot.files.readers.compactMap { file in
            try (file as? SegmentReader).map(copy)
        }
    }

    /// Removes the directory, if it was made.
    func removeCopies() throws(VectorStoreError) {
        let path = store.directory.collectionPath(uuid)
        if DurableFile.isDirectory(path) { try DurableFile.removeTree(path) }
    }

    /// Copies a segment; its rows' checksums and its blocks' depend on the file's name.
    private func copy(_ segment: SegmentReader) throws(VectorStoreError) -> Copy {
        // All rows, dead ones too: the graph leads over them.
        let whole = try SegmentReader(
            path: segment.path,
            collection: snapshot.record.uuid,
            configuration: snapshot.record.configuration
        )
        var rows = IndexRows(dimension: snapshot.record.configuration.dimension)
        try whole.appendLiveRows(to: &rows)
        let file = UniqueID.random()
        _ = try SegmentWriter.write(
            BuiltIndex(view: whole.index),
            rows: rows,
            configuration: snapshot.record.configuration,
            collection: uuid,
            file: file,
            sequence: segment.header.sequence,
            to: store.directory.temporaryPath(collection: uuid, file: file)
        )
        withExtendedLifetime(whole) {}
        return Copy(original: segment, file: file)
    }

    // MARK: Publishing

    /// Names the copies, and copies points and tails.
    func publish(_ segments: [Copy], _ sequence: UInt64, in db: CatalogWriter) throws {
        var record = try CollectionRecord.create(
            name,
            configuration: snapshot.record.configuration,
            uuid: uuid,
            sequence: sequence,
            in: db
        )
        record.nextKey = snapshot.record.nextKey
        record.pointCount = snapshot.record.pointCount
        record.digest = snapshot.record.digest
        record.contentByteCount = snapshot.record.contentByteCount
        try record.save(db)
        for (note, text) in try CollectionNotes.all(of: snapshot.record.id, in: snapshot.db) {
            try CollectionNotes.save(text, as: note, of: record.id, in: db)
        }
        try copyPoints(to: record, in: db)
        for segment in segments {
            let old = store.directory.temporaryPath(collection: uuid, file: segment.file)
            let new = store.directory.segmentPath(collection: uuid, file: segment.file)
            try DurableFile.rename(old, to: new)
            try save(segment.original, as: segment.file, of: record, in: db)
        }
        for file in snapshot.files.readers where !(file is SegmentReader) && file.rowCount > 0 {
            try copyTail(file, of: record, in: db)
        }
        try DurableFile.synchronizeDirectory(store.directory.collectionPath(uuid))
    }

    private func save(
        _ original: any VectorFile,
        as file: UniqueID,
        of record: CollectionRecord,
        in db: CatalogWriter
    ) throws {
        let copy = FileRecord(
            uuid: file,
            collection: record.id,
            kind: original.record.kind,
            rowCount: original.rowCount,
            deletedCount: original.record.deletedCount,
            firstKey: original.record.firstKey,
            lastKey: original.record.lastKey
        )
        try copy.save(db)
        var dead = DeletionBitmap()
        for slot in original.deletions.slots(missingIn: dead) { _ = dead.insert(slot) }
        try dead.save(of: copy, in: db)
    }

    /// Copies a tail, dead rows included, so that its slots stay the same.
    private func copyTail(
        _ tail: any VectorFile,
        of record: CollectionRecord,
        in db: CatalogWriter
    ) throws {
        let file = UniqueID.random()
        let empty = FileRecord(
            uuid: file,
            collection: record.id,
            kind: tail.record.kind,
            rowCount: 0,
            firstKey: 0,
            lastKey: 0
        )
        var writer = try TailWriter(
            empty,
            collection: uuid,
            dimension: record.configuration.dimension,
            in: store.directory
        )
        for slot in 0..<tail.rowCount {
            let vector = try tail.vector(at: slot)
            try writer.append(
                key: tail.key(at: slot),
                vector: vector[...],
                inverseNorm: tail.inverseNorm(at: slot)
            )
        }
        try writer.synchronize()
        try save(tail, as: file, of: record, in: db)
    }

    /// Copies the points' rows, each after its checksum was found right, and indexes them.
    private func copyPoints(to record: CollectionRecord, in db: CatalogWriter) throws {
        let fields = try IndexedFields.all(of: snapshot.record.id, in: snapshot.db)
        for field in fields { try IndexedFields.insert(field, of: record.id, in: db) }
        let index = try PayloadIndexWriter(fields: fields, of: record, in: db)
        let rows = try PointStatements.inOrderOfKeys(of: snapshot.record.id, in: snapshot.db)
        let insert = try PointStatements.insertCopy(of: record.id, in: db)
        while try rows.step() {
            let row = try PointRow(rows, path: snapshot.path)
            insert.bind(row.key, at: 1)
            insert.bind(row.id.text, at: 2)
            insert.bind(rows.isText(2) ? .text(rows.array(2)) : .block(rows.array(2)), at: 3)
            insert.bind(Int64(row.crc), at: 4)
            try insert.run()
            if !index.isEmpty { try index.insert(key: row.key, payload: row.payload[...]) }
        }
    }
}
