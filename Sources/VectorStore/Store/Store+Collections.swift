import Logging

extension Store {
    /// All collections, ordered by name.
    public func collections() throws(VectorStoreError) -> [CollectionInfo] {
        try read { db in
            try CollectionRecord.all(in: db).map {
                try Self.info($0, in: db, directory: directory)
            }
        }
    }

    /// One collection.
    ///
    /// - Parameter name: the collection's name.
    /// - Returns: its counts and sizes.
    /// - Throws: `CollectionError.notFound`.
    public func collection(_ name: CollectionName) throws(VectorStoreError) -> CollectionInfo {
        try read { db in try Self.info(record(of: name, in: db), in: db, directory: directory) }
    }

    /// Makes a collection.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - configuration: what it keeps for life.
    ///   - ifMissing: whether one of the same configuration is welcome.
    /// - Returns: whether it was made now.
    /// - Throws: `CollectionError.exists`.
    @discardableResult
    public func createCollection(
        _ name: CollectionName,
        configuration: CollectionConfiguration,
        ifMissing: Bool = false
    ) throws(VectorStoreError) -> Bool {
        // Looked up before the lock is taken: asking again must not wait for a writer.
        if try wouldCreateCollection(name, configuration, ifMissing: ifMissing) == false {
            return false
        }
        guard !KeyRedaction.holdsKey(name.text) else { throw .collection(.invalidName(name.text)) }
        let directory = directory
        guard configuration.dimension <= options.limits.dimension else {
            throw .point(
                .limitExceeded(
                    limit: "dimension",
                    maximum: options.limits.dimension,
                    got: configuration.dimension
                )
            )
        }
        return try write(checkpoint: .now) { db in
            if let existing = try CollectionRecord.find(name, in: db) {
                try Self.checkExisting(existing, configuration, ifMissing)
                return false
            }
            let sequence = try StoreRecord.advance(db)
            let record = try CollectionRecord.create(
                name,
                configuration: configuration,
                sequence: sequence,
                in: db
            )
            try DurableFile.makeDirectory(directory.collectionPath(record.uuid))
            try audit.record(.createCollection, "collection \(name)", in: db)
            return true
        }
    }

    /// Says whether ``createCollection(_:configuration:ifMissing:)`` would make a collection.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - configuration: what it would keep for life.
    ///   - ifMissing: whether one of the same configuration is welcome.
    /// - Returns: whether it would be made.
    /// - Throws: `CollectionError.exists`.
    public func wouldCreateCollection(
        _ name: CollectionName,
        _ configuration: CollectionConfiguration,
        ifMissing: Bool
    ) throws(VectorStoreError) -> Bool {
        try read { db in
            guard let existing = try CollectionRecord.find(name, in: db) else { return true }
            try Self.checkExisting(existing, configuration, ifMissing)
            return false
        }
    }

    private static func checkExisting(
        _ existing: CollectionRecord,
        _ configuration: CollectionConfiguration,
        _ ifMissing: Bool
    ) throws {
        guard ifMissing, existing.configuration == configuration else {
            throw VectorStoreError.collection(.exists(name: existing.name.text))
        }
    }

    /// Gives a collection another name.
    ///
    /// - Parameters:
    ///   - name: the name it has.
    ///   - newName: the name it gets.
    ///   - dryRun: whether only to check that it could be done.
    /// - Returns: the commit sequence.
    /// - Throws: `CollectionError.notFound`, `CollectionError.exists`.
    @discardableResult
    public func renameCollection(
        _ name: CollectionName,
        to newName: CollectionName,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> UInt64 {
        func check(_ db: CatalogReader) throws -> CollectionRecord {
            guard !KeyRedaction.holdsKey(newName.text) else {
                throw VectorStoreError.collection(.invalidName(newName.text))
            }
            let record = try record(of: name, in: db)
            guard try CollectionRecord.find(newName, in: db) == nil else {
                throw VectorStoreError.collection(.exists(name: newName.text))
            }
            return record
        }
        if dryRun { return try read { db in try check(db).sequence } }
        return try write(checkpoint: .now) { db in
            var record = try check(db)
            record.name = newName
            record.sequence = try StoreRecord.advance(db)
            try record.save(db)
            try audit.record(
                .renameCollection,
                "collection \(name)",
                outcome: "now \(newName)",
                in: db
            )
            return record.sequence
        }
    }

    /// Removes a collection with all its points, and gives the space back.
    ///
    /// - Parameter name: the collection's name.
    /// - Returns: the commit sequence.
    /// - Throws: `CollectionError.notFound`.
    @discardableResult
    public func dropCollection(_ name: CollectionName) throws(VectorStoreError) -> UInt64 {
        let sequence = try write(checkpoint: .whenLarge) { db in
            let record = try record(of: name, in: db)
            try record.delete(db)
            let points = "\(record.pointCount) points"
            let sequence = try StoreRecord.advance(db)
            try audit.record(
                .dropCollection,
                "collection \(name)",
                outcome: "with \(points)",
                in: db
            )
            return sequence
        }
        // A step of its own: the points are gone for good before space is looked for, and stay
        // gone if it is not found.
        do throws(VectorStoreError) {
            try write(checkpoint: .now) { db in
                try db.releaseFreePages()
                try Sweeper(directory: directory, logger: options.logger).sweepAll(db)
            }
        } catch {
            options.logger.warning("the space of \(name) is not given back yet: \(error)")
        }
        return sequence
    }

    static func info(
        _ record: CollectionRecord,
        in db: CatalogReader,
        directory: DataDirectory
    ) throws -> CollectionInfo {
        var sizes = VectorFileSizes()
        for file in try FileRecord.all(of: record.id, in: db) {
            sizes.add(file, of: record, in: directory)
        }
        return CollectionInfo(
            name: record.name,
            configuration: record.configuration,
            pointCount: record.pointCount,
            unindexedPointCount: sizes.unindexedRowCount,
            segmentCount: sizes.segmentCount,
            byteCount: record.contentByteCount + sizes.byteCount,
            vectorByteCount: sizes.byteCount,
            reclaimableByteCount: sizes.reclaimableByteCount,
            sequence: record.sequence,
            indexedFields: try IndexedFields.all(of: record.id, in: db).map(\.description)
        )
    }
}
