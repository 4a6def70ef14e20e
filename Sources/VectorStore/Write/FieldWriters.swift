/// The writers of a collection's named vector fields, each made when it is needed.
final class FieldWriters {
    private let records: [CollectionRecord]
    private let make: (CollectionRecord) throws -> PointWriter
    private var writers: [String: PointWriter] = [:]

    /// Reads which fields there are; a field has none itself.
    ///
    /// - Throws: the catalog's errors, `.corrupt`.
    init(
        of record: CollectionRecord,
        in db: CatalogWriter,
        directory: DataDirectory,
        limits: StoreLimits
    ) throws {
        records = try record.name.isField ? [] : CollectionRecord.fields(of: record.name, in: db)
        make = { try PointWriter($0, in: db, directory: directory, limits: limits) }
    }

    /// Whether the collection has none.
    var isEmpty: Bool { records.isEmpty }

    /// Whether the present change has changed anything in them.
    var haveChanged: Bool { writers.values.contains { $0.hasChanged } }

    /// The names of the fields.
    var names: [String] { records.compactMap(\.name.fieldName) }

    /// The writer of a field.
    ///
    /// - Throws: `CollectionError.fieldNotFound`, and what opening its files throws.
    func writer(of field: String, in collection: CollectionName) throws -> PointWriter {
        if let known = writers[field] { return known }
        guard let record = records.first(where: { $0.name.fieldName == field }) else {
            throw VectorStoreError.collection(
                .fieldNotFound(field: field, collection: collection.text)
            )
        }
        let writer = try make(record)
        // What the present change does can be taken back.
        writer.beginChange()
        writers[field] = writer
        return writer
    }

    /// Removes a point's vectors from all fields.
    func remove(_ id: PointID) throws {
        for record in records {
            guard let field = record.name.fieldName else { continue }
            try writer(of: field, in: record.name.collection).remove(id: id)
        }
    }

    // MARK: The changes of a group

    /// Notes that another change begins.
    func beginChange() {
        for writer in writers.values { writer.beginChange() }
    }

    /// Takes the last change back.
    func takeBack() {
        for writer in writers.values { writer.takeBack() }
    }

    /// Notes the sequence of a change.
    func end(_ sequence: UInt64) {
        for writer in writers.values where writer.hasChanged { writer.end(sequence) }
    }

    /// Writes all sums.
    func settle(_ group: WriteGroup) throws {
        for field in names { try writers[field]?.settle(group) }
    }
}
