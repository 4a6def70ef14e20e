/// Fields of a filter that no point has.
public struct MissingFields: Equatable, Sendable {
    /// The fields as they are written in filters, in the filter's order.
    public let names: [String]
    /// How many points were looked at; nil for all of them.
    public let sampleCount: Int?
}

extension CollectionReader {
    /// Points whose payloads are read to find out which fields there are.
    static let fieldSampleCount = 100_000
    /// Fields of one filter that are looked for.
    private static let soughtFieldCountMax = 64

    /// Finds out which fields of a filter no point has, to explain why the filter finds nothing.
    ///
    /// A field with an index is looked up there. For the others payloads are read until each field
    /// was seen, the first 100,000 at most. A field of which the filter asks only whether it exists
    /// is not looked for.
    ///
    /// - Parameter filter: the filter.
    /// - Returns: no names where all fields were seen, or where there are no points.
    /// - Throws: `.corrupt` when a row that is read is damaged.
    public func missingFields(of filter: PointFilter) throws(VectorStoreError) -> MissingFields {
        let sought = Self.soughtFields(of: filter.expression)
        guard record.pointCount > 0, !sought.isEmpty else {
            return MissingFields(names: [], sampleCount: nil)
        }
        return try mappingErrors {
            let indexed = Set(try IndexedFields.all(of: record.id, in: db))
            func hasIndex(_ field: FilterField) -> Bool {
                field.path.map { indexed.contains($0) } ?? false
            }
            let fromIndexes = try sought.filter { try hasIndex($0) && !indexHolds($0) }
            let fromPayloads = try notSeen(sought.filter { !hasIndex($0) })
            let missing = Set(fromIndexes + fromPayloads)
            let isSample = !fromPayloads.isEmpty && record.pointCount > Self.fieldSampleCount
            return MissingFields(
                names: sought.filter { missing.contains($0) }.map(\.description),
                sampleCount: isSample ? Self.fieldSampleCount : nil
            )
        }
    }

    private static func soughtFields(of expression: FilterExpression) -> [FilterField] {
        var fields: [FilterField] = []
        for leaf in expression.leaves {
            if case .exists = leaf { continue }
            if let field = leaf.field, field != .id, !fields.contains(field) {
                fields.append(field)
            }
            if fields.count == soughtFieldCountMax { break }
        }
        return fields
    }

    private func indexHolds(_ field: FilterField) throws -> Bool {
        guard let path = field.path else { return false }
        return try IndexedFields.holdsAny(path, of: record.id, in: db)
    }

    /// The fields that none of the first points has.
    private func notSeen(_ fields: [FilterField]) throws -> [FilterField] {
        var rest = fields.map { (field: $0, filter: PayloadFilter(.exists($0))) }
        guard !rest.isEmpty else { return [] }
        let statement = try PointStatements.inOrderOfKeys(of: record.id, in: db)
        var readCount = 0
        while try !rest.isEmpty && readCount < Self.fieldSampleCount && statement.step() {
            readCount += 1
            let row = try PointRow(statement, path: path)
            rest = try rest.filter { try !$0.filter.matches(row.payload.span) }
        }
        return rest.map(\.field)
    }
}
