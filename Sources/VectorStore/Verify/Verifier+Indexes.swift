extension Verifier {
    /// Compares each payload index with the payloads it was made from.
    func verifyIndexes(_ record: CollectionRecord, _ fields: [FieldPath]) throws {
        for field in fields {
            let expected = try expectedEntries(record, field)
            let stored = try CatalogStatement(
                db,
                PayloadIndex.entriesSQL(collection: record.id)
            )
            stored.bind(field.description, at: 1)
            var count = 0
            var mismatches = 0
            while try stored.step() {
                count += 1
                if !expected.contains(Self.entryText(stored)) { mismatches += 1 }
            }
            guard mismatches > 0 || count != expected.count else { continue }
            try find(
                directory.catalogPath,
                nil,
                "collection \(record.name): the index on \(field) does not match the payloads",
                repair: .recreatePayloadIndex(collection: record.name, field: field.description)
            )
        }
    }

    /// Compares the entries of a field's sparse vectors with the vectors.
    func verifySparseIndex(_ record: CollectionRecord) throws {
        let rows = try PointStatements.all(of: record.id, in: db)
        var expected: Set<String> = []
        while try rows.step() {
            guard let row = try undamaged(rows) else { continue }
            for entry in SparseIndex.entries(of: try SparseVector(stored: row.payload)) {
                expected.insert("\(entry.field)|\(row.key)|\(entry.value)")
            }
        }
        var count = 0
        let stored = try SparseIndex.all(of: record.id, in: db)
        while try stored.step() {
            count += 1
            let value = FilterSQLValue.real(stored.real(1))
            guard expected.contains("\(stored.text(0))|\(stored.integer(2))|\(value)") else {
                count = -1
                break
            }
        }
        guard count != expected.count else { return }
        try find(
            directory.catalogPath,
            nil,
            "collection \(record.name): the index of its sparse vectors does not match them",
            repair: .restoreStore
        )
    }

    /// Checks that each row of a field has its point.
    func verifyField(_ record: CollectionRecord) throws {
        guard record.name.isField else { return }
        guard let root = try CollectionRecord.find(record.name.collection, in: db) else {
            throw VectorStoreError.corrupt(
                directory.catalogPath,
                "field \(record.name) belongs to no collection"
            )
        }
        let statement = try PointStatements.countWithoutPoint(
            field: record.id,
            of: root.id,
            in: db
        )
        let count = try statement.step() ? statement.integer(0) : 0
        guard count > 0 else { return }
        try find(
            directory.catalogPath,
            nil,
            "collection \(record.name): \(count) vectors belong to no point",
            repair: .restoreStore
        )
    }

    private func expectedEntries(
        _ record: CollectionRecord,
        _ field: FieldPath
    ) throws -> Set<String> {
        let scratch = try CatalogStatement(db, PayloadIndex.boundEntrySQL)
        let rows = try PointStatements.all(of: record.id, in: db)
        var expected: Set<String> = []
        while try rows.step() {
            guard let row = try undamaged(rows) else { continue }
            let payload = row.payload
            let entries = try PayloadIndex.entries(forField: field, payload: payload.span)
            for entry in entries {
                for (place, value) in entry.arguments(key: row.key).enumerated() {
                    scratch.bind(value, at: Int32(place + 1))
                }
                guard try scratch.step() else { continue }
                expected.insert(Self.entryText(scratch))
                scratch.reset()
            }
        }
        return expected
    }

    /// The current row, or nil when it is damaged, which ``verifyPoints(_:)`` has told.
    private func undamaged(_ rows: CatalogStatement) throws -> PointRow? {
        do {
            return try PointRow(rows, path: directory.catalogPath)
        } catch VectorStoreError.file(.corrupt) {
            return nil
        }
    }

    /// An entry as one text, the same for the stored and the expected one.
    private static func entryText(_ row: CatalogStatement) -> String {
        "\(row.text(1))|\(row.integer(3))|\(row.text(2))"
    }
}
