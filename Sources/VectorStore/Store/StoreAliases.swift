/// Another name of a collection.
public struct CollectionAliasInfo: Equatable, Sendable {
    /// The name.
    public let name: CollectionName
    /// The collection.
    public let collection: CollectionName
}

/// A change of the aliases of a store.
public enum AliasChange: Equatable, Sendable {
    /// Makes an alias, or turns one to another collection.
    case create(CollectionName, of: CollectionName)
    /// Removes an alias; one that is not there is no error.
    case delete(CollectionName)
    /// Gives an alias another name.
    case rename(CollectionName, to: CollectionName)
}

/// The other names of the collections of a store: ``Store/aliases``.
public struct StoreAliases: Sendable {
    let store: Store

    /// All aliases, ordered by name.
    public func all() throws(VectorStoreError) -> [CollectionAliasInfo] {
        try store.read { db in
            let aliases = try CollectionAlias.all(in: db)
            guard !aliases.isEmpty else { return [] }
            let collections = try CollectionRecord.collections(in: db)
            return aliases.compactMap { alias in
                collections.first { $0.id == alias.collection }.map {
                    CollectionAliasInfo(name: alias.name, collection: $0.name)
                }
            }
        }
    }

    /// The collection that a name means: one of that name, or that of an alias.
    ///
    /// - Parameter name: a collection or an alias.
    /// - Returns: the collection's own name.
    /// - Throws: `CollectionError.notFound`.
    public func collectionName(
        resolving name: CollectionName
    ) throws(VectorStoreError) -> CollectionName {
        try store.read { db in
            try CollectionSnapshot.find(called: name, in: db)?.record.name
                ?? store.record(of: name, in: db).name
        }
    }

    /// Changes aliases: all of it, in order, or nothing.
    ///
    /// - Parameter changes: the changes.
    /// - Returns: the commit sequence.
    /// - Throws: `CollectionError.notFound` for a collection, `.exists` for an alias with a
    ///   collection's name, `.aliasNotFound`.
    @discardableResult
    public func change(_ changes: [AliasChange]) throws(VectorStoreError) -> UInt64 {
        try store.write(checkpoint: .now) { db in
            try CatalogSchema.migrate(db)
            for change in changes { try apply(change, in: db) }
            return try StoreRecord.advance(db)
        }
    }

    private func apply(_ change: AliasChange, in db: CatalogWriter) throws {
        switch change {
        case .create(let name, let collection):
            let record = try store.record(of: collection, in: db)
            try checkIsNoCollection(name, in: db)
            try CollectionAlias(name, of: record.id).save(db)
        case .delete(let name):
            try CollectionAlias.find(name, in: db)?.delete(db)
        case .rename(let old, let new):
            guard let alias = try CollectionAlias.find(old, in: db) else {
                throw VectorStoreError.collection(.aliasNotFound(old.text))
            }
            try checkIsNoCollection(new, in: db)
            try alias.delete(db)
            try CollectionAlias(new, of: alias.collection).save(db)
        }
    }

    private func checkIsNoCollection(_ name: CollectionName, in db: CatalogReader) throws {
        guard try CollectionRecord.find(name, in: db) == nil else {
            throw VectorStoreError.collection(.exists(name: name.text))
        }
    }
}
