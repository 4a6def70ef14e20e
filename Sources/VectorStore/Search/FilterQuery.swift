/// A filter on one collection inside one transaction, ready to run.
struct FilterQuery {
    private let plan: FilterPlan?
    private let record: CollectionRecord
    private let db: CatalogReader

    /// Plans a filter with the indexes that the collection has at this moment.
    ///
    /// - Parameters:
    ///   - filter: nil lets all points pass.
    ///   - record: the collection.
    ///   - db: the transaction.
    ///   - usesIndexes: false to read payloads and nothing else.
    /// - Throws: the catalog's errors, while it looks which indexes there are.
    init(
        _ filter: PointFilter?,
        of record: CollectionRecord,
        in db: CatalogReader,
        usesIndexes: Bool = true
    ) throws {
        self.record = record
        self.db = db
        guard let filter else {
            plan = nil
            return
        }
        let expression = try filter.expression.resolvingVectors { field in
            let keys = try Self.keys(withVectorIn: field, of: record, in: db)
            return .isKey(KeySet { keys.contains($0) })
        }
        let fields = usesIndexes ? Set(try IndexedFields.all(of: record.id, in: db)) : nil
        plan = FilterPlan(expression, indexedFields: fields, collection: record.id)
    }

    /// The keys of the points that have a vector in a field; none for a field that is not there.
    private static func keys(
        withVectorIn field: String,
        of record: CollectionRecord,
        in db: CatalogReader
    ) throws -> Set<Int64> {
        var statement: CatalogStatement?
        if field.isEmpty {
            statement = try PointStatements.all(of: record.id, in: db)
        } else if VectorField.isName(field),
            let set = try CollectionRecord.find(record.name.field(field), in: db)
        {
            statement = try PointStatements.keys(withVectorIn: set.id, of: record.id, in: db)
        }
        var keys: Set<Int64> = []
        while let statement, try statement.step() {
            let key = statement.integer(0)
            if key > 0 || !field.isEmpty { keys.insert(key) }
        }
        return keys
    }

    /// Whether indexes alone can tell which points pass, or how many.
    var isFullyIndexed: Bool { plan?.isFullyIndexed ?? true }

    /// An SQL condition on the points' table under the alias `p`, ready for a statement.
    ///
    /// Where payloads are read, each row's checksum is looked at before its payload is believed.
    /// What the condition calls takes the place of what another filter's calls.
    ///
    /// - Throws: the catalog's errors.
    func condition() throws -> String {
        guard let plan else { return "1" }
        if plan.needsValueLists { try db.registerValueLists() }
        guard !plan.payloadFilters.isEmpty else { return plan.condition }
        try db.register(plan.payloadFilters)
        return "(\(RowCheckFunction.condition) AND \(plan.condition))"
    }

    /// Binds the condition's values and returns the number of the next one.
    func bind(_ statement: CatalogStatement) -> Int32 {
        Self.bind(plan?.arguments ?? [], to: statement)
    }

    private static func bind(_ values: [FilterSQLValue], to statement: CatalogStatement) -> Int32 {
        for (index, value) in values.enumerated() { statement.bind(value, at: Int32(index + 1)) }
        return Int32(values.count + 1)
    }

    /// The number of points that pass; no payload is read when the indexes can tell.
    func count() throws -> Int {
        guard let plan else { return record.pointCount }
        let condition = try condition()
        let statement = try PointStatements.count(
            of: record.id,
            found: plan.indexedKeys,
            passing: condition,
            in: db
        )
        _ = Self.bind(plan.indexedKeys?.arguments ?? plan.arguments, to: statement)
        let count = try statement.step() ? Int(statement.integer(0)) : 0
        return plan.indexedKeys?.isComplement == true ? record.pointCount - count : count
    }

    /// The keys that the points which pass have in a field, in no order.
    func keys(inField field: Int64) throws -> [Int64] {
        let statement = try PointStatements.keys(
            inField: field,
            of: record.id,
            passing: condition(),
            in: db
        )
        _ = bind(statement)
        var keys: [Int64] = []
        while try statement.step() { keys.append(statement.integer(0)) }
        return keys
    }

    /// The keys of the points that pass, in no order.
    func keys() throws -> [Int64] {
        let direct = plan?.indexedKeys.flatMap { $0.isComplement ? nil : $0 }
        let condition = try condition()
        let statement = try PointStatements.keys(
            of: record.id,
            found: direct,
            passing: condition,
            in: db
        )
        _ = Self.bind(direct?.arguments ?? plan?.arguments ?? [], to: statement)
        var keys: [Int64] = []
        while try statement.step() { keys.append(statement.integer(0)) }
        return keys
    }
}
