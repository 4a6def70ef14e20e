/// Keeps the entries of a collection's payload indexes in step with its payloads.
///
/// A field of sparse vectors has an entry for each component of each vector instead.
struct PayloadIndexWriter {
    private let fields: [FieldPath]
    private let isSparse: Bool
    private let insertEntry: CatalogStatement?
    private let deleteEntry: CatalogStatement?
    private let deleteKey: CatalogStatement?

    init(of record: CollectionRecord, in catalog: CatalogWriter) throws {
        try self.init(
            fields: IndexedFields.all(of: record.id, in: catalog),
            of: record,
            in: catalog
        )
    }

    init(fields: [FieldPath], of record: CollectionRecord, in catalog: CatalogWriter) throws {
        self.fields = fields
        self.isSparse = record.isSparse
        guard !fields.isEmpty || isSparse else {
            insertEntry = nil
            deleteEntry = nil
            deleteKey = nil
            return
        }
        insertEntry = try CatalogStatement(catalog, PayloadIndex.insertSQL(collection: record.id))
        deleteEntry = try CatalogStatement(catalog, PayloadIndex.deleteSQL(collection: record.id))
        let table = PayloadIndex.tableName(collection: record.id)
        deleteKey = try CatalogStatement(catalog, "DELETE FROM \(table) WHERE key = ?")
    }

    /// Whether there is nothing to keep, so that old payloads need not be read.
    var isEmpty: Bool { fields.isEmpty && !isSparse }

    /// Adds what the indexes hold of a payload.
    func insert(key: Int64, payload: ArraySlice<UInt8>) throws {
        guard let insertEntry else { return }
        try forEachEntry(of: payload, key: key) { arguments in
            for (place, value) in arguments.enumerated() {
                insertEntry.bind(value, at: Int32(place + 1))
            }
            try insertEntry.run()
        }
    }

    /// Removes what the indexes hold of the payload that a point had.
    func delete(key: Int64, payload: [UInt8]) throws {
        guard let deleteEntry else { return }
        try forEachEntry(of: payload[...], key: key) { arguments in
            for (place, value) in arguments.enumerated() {
                deleteEntry.bind(value, at: Int32(place + 1))
            }
            try deleteEntry.run()
        }
    }

    /// Removes all entries of a point whose payload can't be read any more, by reading every entry.
    func deleteAll(key: Int64) throws {
        guard let deleteKey else { return }
        deleteKey.bind(key, at: 1)
        try deleteKey.run()
    }

    /// Removes all entries of a field that has no index any more.
    static func removeAll(
        of field: FieldPath,
        in collection: Int64,
        _ catalog: CatalogWriter
    ) throws {
        let entries = try CatalogStatement(
            catalog,
            PayloadIndex.deleteFieldSQL(collection: collection)
        )
        entries.bind(field.description, at: 1)
        try entries.run()
    }

    private func forEachEntry(
        of payload: ArraySlice<UInt8>,
        key: Int64,
        _ body: ([FilterSQLValue]) throws -> Void
    ) throws {
        if isSparse {
            let vector = try SparseVector(stored: Array(payload))
            for entry in SparseIndex.entries(of: vector) { try body(entry.arguments(key: key)) }
        }
        for field in fields {
            for entry in try PayloadIndex.entries(forField: field, payload: payload.span) {
                try body(entry.arguments(key: key))
            }
        }
    }
}
