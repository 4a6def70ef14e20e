import VectorStore

/// Reading points of another collection for a query.
extension QueryRun {
    /// Lends a snapshot of another collection, which the caller must be permitted to read.
    ///
    /// - Throws: 403 and 404, and what the body throws.
    func withCollection<Value>(
        _ text: String,
        _ body: (CollectionReader) throws -> Value
    ) throws -> Value {
        let name = try server.resolve(text, in: store)
        try request.require(.read, on: name)
        return try store.withReader(of: name, body)
    }

    /// The points that groups are named after, by the groups' keys; some may be missing.
    func points(
        of keys: [PointGroups<(hit: QueryHit, point: StoredPoint)>.Key],
        _ lookup: GroupLookup
    ) throws -> [Int: [UInt8]] {
        try withCollection(lookup.collection) { other in
            let answer = try PointAnswer(of: other, lookup.payload, lookup.vectors)
            var found: [Int: [UInt8]] = [:]
            for (place, key) in keys.enumerated() {
                guard let id = key.pointID else { continue }
                let known = try server.wireIDs.pointID(id, in: other)
                _ = try other.forEachPoint(withIDs: [known]) { point in
                    var writer = JSONWriter()
                    try answer.write(point, to: &writer)
                    found[place] = writer.bytes
                }
            }
            return found
        }
    }
}

extension PointGroups.Key {
    /// The point that a group is named after; nil for a name that no point can have.
    fileprivate var pointID: RequestPointID? {
        switch self {
        case .integer(let integer): UInt64(exactly: integer).map { .number($0) }
        case .text(let text): RequestPointID(uuid: text)
        }
    }
}
