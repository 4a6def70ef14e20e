/// The texts that a host keeps with the collections of a store: ``Store/notes``.
public struct StoreNotes: Sendable {
    let store: Store

    /// The texts that a host keeps with a collection; the engine reads nothing in them.
    ///
    /// - Parameter name: the collection.
    /// - Returns: each with its name.
    /// - Throws: `CollectionError.notFound`.
    public func all(of name: CollectionName) throws(VectorStoreError) -> [String: [UInt8]] {
        try store.read { db in
            try CollectionNotes.all(of: store.record(of: name, in: db).id, in: db)
        }
    }

    /// Writes texts that a host keeps with a collection.
    ///
    /// - Parameters:
    ///   - notes: each with its name, valid UTF-8; nil removes one.
    ///   - name: the collection.
    /// - Returns: the commit sequence.
    /// - Throws: `CollectionError.notFound`, `.busy` and system errors.
    @discardableResult
    public func set(
        _ notes: [String: [UInt8]?],
        of name: CollectionName
    ) throws(VectorStoreError) -> UInt64 {
        try store.write(checkpoint: .now) { db in
            try CatalogSchema.migrate(db)
            let record = try store.record(of: name, in: db)
            for (note, text) in notes {
                try CollectionNotes.save(text, as: note, of: record.id, in: db)
            }
            return try StoreRecord.advance(db)
        }
    }
}
