import VectorStore

/// Points in the order of a value of their payloads.
struct PointSorting {
    private let order: PointOrder
    private let kind: OrderValue.Kind
    private let start: OrderValue?

    /// Finds out what is sorted by.
    ///
    /// - Throws: 400 where no index says what kind of values the key has.
    init(_ order: PointOrder, of name: CollectionName, _ store: Store) throws {
        let facts = CollectionFacts(try store.notes.all(of: name))
        let index = try facts.indexes().first { PayloadPath($0.field) == order.key }
        guard
            let kind = index.flatMap({ CreateIndexRequest.Kind(rawValue: $0.kind)?.order })
        else {
            throw RequestError.badRequest(
                "No range index for `order_by` key: `\(FilterField.payload(order.key.steps))`. "
                    + "Please create one to use `order_by`."
            )
        }
        self.order = order
        self.kind = kind
        start = order.start.flatMap { OrderValue(start: $0, kind) }
    }

    /// The first points; one comes once for each of its values.
    ///
    /// - Complexity: O(points).
    func points(
        in reader: CollectionReader,
        passing filter: PointFilter?,
        limit: Int
    ) throws -> [(value: OrderValue, point: StoredPoint)] {
        var found: [(value: OrderValue, id: PointID)] = []
        try reader.forEachPoint(filter: filter) { point in
            let values = try DocumentValue.all(at: order.key.steps, in: point.payload.span)
            for value in OrderValue.all(values, kind) where isWanted(value) {
                found.append((value, point.id))
            }
            return true
        }
        found.sort { first, second in
            if first.value != second.value {
                return order.isDescending
                    ? second.value < first.value : first.value < second.value
            }
            let (left, right) = (RequestPointID(first.id), RequestPointID(second.id))
            return order.isDescending ? right < left : left < right
        }
        let first = found.prefix(limit)
        var points: [StoredPoint] = []
        _ = try reader.forEachPoint(withIDs: first.map(\.id)) { points.append($0) }
        return zip(first, points).map { ($0.value, $1) }
    }

    private func isWanted(_ value: OrderValue) -> Bool {
        guard let start else { return true }
        return order.isDescending ? !(start < value) : !(value < start)
    }
}
