/// One range of a payload index's rows, or of ids: what a leaf of a filter asks of an index.
struct IndexCondition {
    /// Where the range lies.
    enum Source: Equatable {
        case ids
        /// Rows of one field of the payload index, of these kinds.
        case field(FieldPath, [PayloadIndex.Kind])
    }

    let source: Source
    /// The part of the condition that is about the value; empty when any value will do.
    var clauses: [String] = []
    var arguments: [FilterSQLValue] = []
    /// Whether several rows of one point may meet this.
    var mayRepeat = false

    /// Whether a point has at most one row that can meet this, so that two conditions on one point
    /// can be asked of one row.
    var isAboutScalar: Bool {
        switch source {
        case .ids: true
        case .field(_, let kinds): kinds.allSatisfy { $0.ofElement != nil }
        }
    }

    /// A `SELECT` of the points' keys.
    func sql(_ tables: FilterTables) -> String {
        switch source {
        case .ids:
            let condition = clauses.isEmpty ? "" : " WHERE " + conjunction(on: "id")
            return "SELECT key FROM \(tables.points)" + condition
        case .field(_, let kinds):
            let list = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            let kind = kinds.count == 1 ? "kind = \(list)" : "kind IN (\(list))"
            let value = clauses.isEmpty ? "" : " AND " + conjunction(on: "value")
            return "SELECT \(mayRepeat ? "DISTINCT " : "")key FROM \(tables.index) "
                + "WHERE field = ? AND \(kind)\(value)"
        }
    }

    /// The clauses, on a column.
    func conjunction(on column: String) -> String {
        clauses.map { "\(column) \($0)" }.joined(separator: " AND ")
    }

    var allArguments: [FilterSQLValue] {
        switch source {
        case .ids: arguments
        case .field(let field, _): [.text(field.description)] + arguments
        }
    }
}

/// The tables of one collection.
struct FilterTables {
    let index: String
    let points: String

    init(collection: Int64) {
        index = PayloadIndex.tableName(collection: collection)
        points = "points_\(collection)"
    }
}

extension IndexCondition {
    /// The ranges of which a leaf needs one to be met; none when nothing can meet it.
    ///
    /// The leaf is one that ``canAnswer(_:indexedFields:)`` says yes to.
    static func alternatives(for leaf: FilterExpression) -> [IndexCondition] {
        guard let field = leaf.field else { return [] }
        switch leaf {
        case .and, .or, .not, .document, .atLeast, .hasVector, .isKey: return []
        case .isInteger(_, let integers):
            let values = integers.map { FilterValue.number(.integer($0)) }
            return [range(on: field, .number)].compactMap { $0?.with(values)?.writtenAsInteger }
        case .range(_, let range):
            return [self.range(on: field, .number)].compactMap { $0?.in(range) }
        case .comparison(_, .equal, let value):
            return [IndexCondition(on: field, value.kind)].compactMap { $0?.with("=", value) }
        case .comparison(_, _, .boolean), .between(_, .boolean, _): return []
        case .comparison(_, let comparison, let value):
            return [range(on: field, value.kind)].compactMap { $0?.with(comparison.sign, value) }
        case .between(_, let lower, let upper):
            guard lower.kind == upper.kind else { return [] }
            return [range(on: field, lower.kind)].compactMap {
                $0?.with(">=", lower).with("<=", upper)
            }
        case .isIn(_, let values):
            return [PayloadIndex.Kind.boolean, .number, .text].compactMap { kind in
                range(on: field, kind)?.with(values.filter { $0.kind == kind })
            }
        case .contains(_, let value):
            guard let path = field.path, let kind = value.kind.ofElement else { return [] }
            return [IndexCondition(source: .field(path, [kind])).with("=", value)]
        case .hasPrefix(_, let prefix):
            return [range(on: field, .text)].compactMap { $0?.beginning(with: prefix) }
        case .like(_, let pattern):
            return pattern.plainForm(of: field).map { alternatives(for: $0) } ?? []
        case .exists:
            return alternatives(field, PayloadIndex.Kind.ofMembers)
        case .isNull:
            return field == .id ? [] : alternatives(field, [.null])
        case .isTrue:
            return alternatives(for: .comparison(field, .equal, .boolean(true)))
        }
    }

    /// Tells whether an index alone can answer a leaf.
    static func canAnswer(_ leaf: FilterExpression, indexedFields: Set<FieldPath>) -> Bool {
        guard let field = leaf.field else { return false }
        if case .like(_, let pattern) = leaf, pattern.plainForm(of: field) == nil { return false }
        if field == .id { return true }
        // The index keeps no longer texts whole.
        guard leaf.texts.allSatisfy({ $0.count <= PayloadIndex.textByteCountMax }) else {
            return false
        }
        if let path = field.path { return indexedFields.contains(path) }
        guard let path = field.pathOfElements else { return false }
        // Of elements it keeps texts, numbers and booleans.
        switch leaf {
        case .contains, .exists, .isNull: return false
        default: return indexedFields.contains(path)
        }
    }

    private static func alternatives(
        _ field: FilterField,
        _ kinds: [PayloadIndex.Kind]
    ) -> [IndexCondition] {
        if field == .id { return [IndexCondition(source: .ids)] }
        return field.path.map { [IndexCondition(source: .field($0, kinds))] } ?? []
    }

    /// All values of one kind; nil where a field has none of that kind.
    private init?(on field: FilterField, _ kind: PayloadIndex.Kind) {
        if field == .id {
            guard kind == .text else { return nil }
            self.init(source: .ids)
        } else if let path = field.path {
            self.init(source: .field(path, [kind]))
        } else {
            guard let path = field.pathOfElements, let kind = kind.ofElement else { return nil }
            self.init(source: .field(path, [kind]))
        }
    }

    /// The same where more than one value will do: then an array may meet it more than once.
    private static func range(on field: FilterField, _ kind: PayloadIndex.Kind) -> IndexCondition? {
        var condition = IndexCondition(on: field, kind)
        condition?.mayRepeat = field.pathOfElements != nil
        return condition
    }

    private func with(_ sign: String, _ value: FilterSQLValue) -> IndexCondition {
        var condition = self
        condition.clauses.append("\(sign) \(value.placeholder)")
        condition.arguments.append(value)
        return condition
    }

    private func with(_ sign: String, _ value: FilterValue) -> IndexCondition {
        with(sign, value.bound)
    }

    /// The index keeps `1` and `1.0` as two types of one value.
    private var writtenAsInteger: IndexCondition {
        guard var clause = clauses.last else { return self }
        clause += " AND typeof(value) = 'integer'"
        var condition = self
        condition.clauses[clauses.count - 1] = clause
        return condition
    }

    private func `in`(_ range: FilterRange) -> IndexCondition {
        var condition = self
        if let lower = range.lower {
            condition = condition.with(
                lower.isIncluded ? ">=" : ">",
                FilterValue.number(lower.value)
            )
        }
        if let upper = range.upper {
            condition = condition.with(
                upper.isIncluded ? "<=" : "<",
                FilterValue.number(upper.value)
            )
        }
        return condition
    }

    private func with(_ values: [FilterValue]) -> IndexCondition? {
        guard !values.isEmpty else { return nil }
        var condition = self
        let bound = values.map(\.bound)
        guard bound.count <= FilterValueList.separateCountMax else {
            condition.clauses.append("IN (\(FilterValueList.sql))")
            condition.arguments += [.integer(Int64(bound.count)), .list(FilterValueList(bound))]
            return condition
        }
        let list = bound.map(\.placeholder).joined(separator: ", ")
        condition.clauses.append("IN (\(list))")
        condition.arguments += bound
        return condition
    }

    private func beginning(with prefix: [UInt8]) -> IndexCondition {
        guard !prefix.isEmpty else { return self }
        let condition = with(">=", FilterSQLValue(text: prefix))
        guard let end = Self.firstText(behind: prefix) else { return condition }
        return condition.with("<", FilterSQLValue(text: end))
    }

    /// The first text behind all that begin with the given one; nil when they are the last.
    ///
    /// Texts are ordered by their bytes, which for UTF-8 is the order of their characters' codes.
    private static func firstText(behind prefix: [UInt8]) -> [UInt8]? {
        var scalars = Array(String(decoding: prefix, as: UTF8.self).unicodeScalars)
        while let last = scalars.popLast() {
            let code = last.value == 0xD7FF ? 0xE000 : last.value + 1
            guard let next = Unicode.Scalar(code) else { continue }
            scalars.append(next)
            return scalars.flatMap { Array(String($0).utf8) }
        }
        return nil
    }
}

extension FilterExpression {
    /// The texts that a leaf compares with.
    fileprivate var texts: [[UInt8]] {
        let values: [FilterValue] =
            switch self {
            case .comparison(_, _, let value), .contains(_, let value): [value]
            case .between(_, let lower, let upper): [lower, upper]
            case .isIn(_, let values): values
            case .hasPrefix(_, let text): [.text(text)]
            case .like(_, let pattern): [.text(pattern.prefix)]
            default: []
            }
        return values.compactMap { value in
            if case .text(let text) = value { return text }
            return nil
        }
    }
}

extension FilterValue {
    /// The kind under which the index keeps a member with this value.
    fileprivate var kind: PayloadIndex.Kind {
        switch self {
        case .text: .text
        case .number: .number
        case .boolean: .boolean
        }
    }

    fileprivate var bound: FilterSQLValue {
        switch self {
        case .text(let text): FilterSQLValue(text: text)
        case .number(let number): FilterSQLValue(number)
        case .boolean(let boolean): .integer(boolean ? 1 : 0)
        }
    }
}

extension FilterComparison {
    fileprivate var sign: String {
        switch self {
        case .equal: "="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }
}
