extension Store {
    /// Makes an index on a payload field, so that filters on it need not read payloads.
    ///
    /// - Parameters:
    ///   - field: the field, as it is written in filters.
    ///   - name: the collection.
    ///   - dryRun: whether to undo it in the end; then no point is changed.
    /// - Returns: how many points the collection has, and the commit sequence.
    /// - Throws: `.indexExists`, `.invalidFieldPath`, `.limitExceeded`.
    /// - Complexity: reads every payload of the collection once.
    public func createIndex(
        on field: String,
        in name: CollectionName,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> ChangeResult {
        let path = try Self.fieldPath(field)
        let catalogPath = directory.catalogPath
        return try write(checkpoint: .now, dryRun: dryRun) { db in
            var record = try record(of: name, in: db)
            try Self.checkNotIndexed(path, of: record, in: db)
            try IndexedFields.insert(path, of: record.id, in: db)
            let index = try PayloadIndexWriter(fields: [path], of: record, in: db)
            let rows = try PointStatements.all(of: record.id, in: db)
            while try rows.step() {
                let row = try PointRow(rows, path: catalogPath)
                try index.insert(key: row.key, payload: row.payload[...])
            }
            record.sequence = try StoreRecord.advance(db)
            try record.save(db)
            try audit.record(.createIndex, "collection \(name)", outcome: "on \(path)", in: db)
            return ChangeResult(
                matchedCount: record.pointCount,
                changedCount: dryRun ? 0 : record.pointCount,
                sequence: record.sequence
            )
        }
    }

    /// Removes an index on a payload field.
    ///
    /// - Parameters:
    ///   - field: the field, as it is written in filters.
    ///   - name: the collection.
    ///   - dryRun: whether to undo it in the end.
    /// - Returns: the commit sequence.
    /// - Throws: `.indexNotFound`, `.invalidFieldPath`.
    @discardableResult
    public func dropIndex(
        on field: String,
        in name: CollectionName,
        dryRun: Bool = false
    ) throws(VectorStoreError) -> UInt64 {
        let path = try Self.fieldPath(field)
        return try write(checkpoint: .now, dryRun: dryRun) { db in
            var record = try record(of: name, in: db)
            guard try IndexedFields.all(of: record.id, in: db).contains(path) else {
                throw VectorStoreError.collection(
                    .indexNotFound(field: path.description, collection: name.text)
                )
            }
            try IndexedFields.delete(path, of: record.id, in: db)
            try PayloadIndexWriter.removeAll(of: path, in: record.id, db)
            try db.releaseFreePages()
            record.sequence = try StoreRecord.advance(db)
            try record.save(db)
            try audit.record(.dropIndex, "collection \(name)", outcome: "on \(path)", in: db)
            return record.sequence
        }
    }

    private static func checkNotIndexed(
        _ path: FieldPath,
        of record: CollectionRecord,
        in db: CatalogReader
    ) throws {
        let fields = try IndexedFields.all(of: record.id, in: db)
        guard !fields.contains(path) else {
            throw VectorStoreError.collection(
                .indexExists(field: path.description, collection: record.name.text)
            )
        }
        guard fields.count < Limits.indexedFieldCount else {
            throw VectorStoreError.point(
                .limitExceeded(
                    limit: "indexes",
                    maximum: Limits.indexedFieldCount,
                    got: fields.count + 1
                )
            )
        }
    }

    private static func fieldPath(_ text: String) throws(VectorStoreError) -> FieldPath {
        do throws(FieldPathSyntaxError) {
            return try FieldPath(parsing: text)
        } catch {
            throw .point(.invalidFieldPath(text))
        }
    }
}
