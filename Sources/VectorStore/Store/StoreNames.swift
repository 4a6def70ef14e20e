/// The names in a store, for completing what is typed: ``Store/names``.
package struct StoreNames {
    let store: Store

    /// The names of collections that begin so, in their order; for completing what is typed.
    ///
    /// - Parameters:
    ///   - prefix: what they begin with.
    ///   - limit: how many at most.
    ///   - fromEnd: whether the last come first.
    /// - Returns: the names, whatever else may be wrong with their rows.
    /// - Throws: the catalog's errors.
    /// - Complexity: O(log *collections* + *limit*).
    package func collections(
        prefix: String,
        limit: Int,
        fromEnd: Bool = false
    ) throws(VectorStoreError) -> [String] {
        try store.read { db in
            try db.collectionNames(prefix: prefix, limit: limit, fromEnd: fromEnd)
        }
    }

    /// The ids in a collection that begin so, in the order of their bytes; none without one.
    ///
    /// - Parameters:
    ///   - name: the collection.
    ///   - prefix: what they begin with.
    ///   - limit: how many at most.
    ///   - fromEnd: whether the last come first.
    /// - Returns: the ids.
    /// - Throws: the catalog's errors.
    /// - Complexity: O(log *points* + *limit*).
    package func points(
        in name: CollectionName,
        prefix: String,
        limit: Int,
        fromEnd: Bool = false
    ) throws(VectorStoreError) -> [String] {
        try store.read { db in
            guard let record = try CollectionRecord.find(name, in: db) else { return [] }
            return try db.pointIDs(
                of: record.id,
                prefix: prefix,
                limit: limit,
                fromEnd: fromEnd
            )
        }
    }
}
