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
