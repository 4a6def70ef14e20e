import Logging

extension Store {
    /// All collections, ordered by name.
    public func collections() throws(VectorStoreError) -> [CollectionInfo] {
        try read { db in
            try CollectionRecord.collections(in: db).map {
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
    ///   - dryRun: whether to undo it in the end.
    /// - Returns: whether it was made now, or would be.
    /// - Throws: `CollectionError.exists`.
    @discardableResult
    public func createCollection(
        _ name: CollectionName,
        configuration: CollectionConfiguration,
        ifMissing: Bool = false,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> Bool {
        // Looked up before the lock is taken: asking again must not wait for a writer.
        guard try isNewCollection(name, configuration, ifMissing: ifMissing) else { return false }
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
        var madePath: String?
        func undo() throws(VectorStoreError) {
            if let madePath { try DurableFile.removeDirectory(madePath) }
        }
        return try write(checkpoint: .now, dryRun: dryRun, undo: undo) { db in
            if let existing = try CollectionRecord.find(name, in: db) {
                try Self.checkExisting(existing, configuration, ifMissing)
                return false
            }
            try checkIsFree(name, in: db)
            let sequence = try StoreRecord.advance(db)
            let record = try CollectionRecord.create(
                name,
                configuration: configuration,
                sequence: sequence,
                in: db
            )
            let path = directory.collectionPath(record.uuid)
            madePath = path
            try DurableFile.makeDirectory(path)
            try audit.record(.createCollection, "collection \(name)", in: db)
            return true
        }
    }

    /// Whether a collection would be made, and none is there.
    private func isNewCollection(
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
    ///   - dryRun: whether to undo it in the end.
    /// - Returns: the commit sequence.
    /// - Throws: `CollectionError.notFound`, `CollectionError.exists`.
    @discardableResult
    public func renameCollection(
        _ name: CollectionName,
        to newName: CollectionName,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> UInt64 {
        try write(checkpoint: .now, dryRun: dryRun) { db in
            var record = try record(of: name, in: db)
            try checkIsFree(newName, in: db)
            let fields = try CollectionRecord.fields(of: name, in: db)
            record.name = newName
            record.sequence = try StoreRecord.advance(db)
            try record.save(db)
            for var field in fields {
                field.name = newName.field(field.name.fieldName ?? "")
                try field.save(db)
            }
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
    /// - Parameters:
    ///   - name: the collection's name.
    ///   - dryRun: whether to undo it in the end.
    /// - Returns: the commit sequence.
    /// - Throws: `CollectionError.notFound`.
    @discardableResult
    public func dropCollection(
        _ name: CollectionName,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> UInt64 {
        let sequence = try write(checkpoint: .whenLarge, dryRun: dryRun) { db in
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
        guard !dryRun else { return sequence }
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

    /// The counts and sizes of one set of vectors: a field's, or a collection's unnamed ones.
    func setInfo(_ name: CollectionName) throws(VectorStoreError) -> CollectionInfo {
        try read { db in
            try Self.info(
                record(of: name, in: db),
                fields: [],
                in: db,
                directory: directory
            )
        }
    }

    static func info(
        _ record: CollectionRecord,
        in db: CatalogReader,
        directory: DataDirectory
    ) throws -> CollectionInfo {
        let fields = try record.name.isField ? [] : CollectionRecord.fields(of: record.name, in: db)
        return try info(record, fields: fields, in: db, directory: directory)
    }

    private static func info(
        _ record: CollectionRecord,
        fields: [CollectionRecord],
        in db: CatalogReader,
        directory: DataDirectory
    ) throws -> CollectionInfo {
        var sizes = VectorFileSizes()
        for set in [record] + fields {
            for file in try FileRecord.all(of: set.id, in: db) {
                sizes.add(file, of: set, in: directory)
            }
        }
        let contentByteCount = fields.reduce(record.contentByteCount) { $0 + $1.contentByteCount }
        return CollectionInfo(
            name: record.name,
            configuration: record.configuration,
            pointCount: record.pointCount,
            unindexedPointCount: sizes.unindexedRowCount,
            indexedVectorCount: sizes.indexedRowCount,
            segmentCount: sizes.segmentCount,
            byteCount: contentByteCount + sizes.byteCount,
            vectorByteCount: sizes.byteCount,
            reclaimableByteCount: sizes.reclaimableByteCount,
            sequence: record.sequence,
            indexedFields: try IndexedFields.all(of: record.id, in: db).map(\.description),
            fields: try fields.compactMap { try $0.field }
        )
    }
}
