/// One range of a payload index's rows: what a leaf of a filter asks of an indexed field.
struct IndexCondition {
    let field: FieldPath
    let kinds: [PayloadIndex.Kind]
    /// The part of the condition that is about the value; empty when any value will do.
    var clauses: [String] = []
    var arguments: [FilterSQLValue] = []

    /// Whether a point has at most one row that can meet this, so that two conditions on one point
    /// can be asked of one row.
    var isAboutScalar: Bool { kinds.allSatisfy { $0.ofElement != nil } }

    func sql(table: String) -> String {
        let list = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let kind = kinds.count == 1 ? "kind = \(list)" : "kind IN (\(list))"
        let conditions = ["field = ?", kind] + clauses
        return "SELECT key FROM \(table) WHERE " + conditions.joined(separator: " AND ")
    }

    var allArguments: [FilterSQLValue] { [.text(field.description)] + arguments }
}

extension IndexCondition {
    private init(
        _ field: FieldPath,
        _ kind: PayloadIndex.Kind,
        _ sign: String,
        _ value: FilterValue
    ) {
        self.init(field: field, kinds: [kind])
        add(sign, value.bound)
    }

    private mutating func add(_ sign: String, _ value: FilterSQLValue) {
        clauses.append("value \(sign) \(value.placeholder)")
        arguments.append(value)
    }

    /// The ranges of which a leaf needs one to be met; none when nothing can meet it.
    static func alternatives(for leaf: FilterExpression) -> [IndexCondition] {
        switch leaf {
        case .and, .or, .not:
            []
        case .comparison(let field, .equal, let value):
            [IndexCondition(field, value.kind, "=", value)]
        case .comparison(_, _, .boolean):
            []
        case .comparison(let field, let comparison, let value):
            [IndexCondition(field, value.kind, comparison.sign, value)]
        case .isIn(let field, let values):
            [PayloadIndex.Kind.boolean, .number, .text].compactMap { kind in
                list(field, kind, values.filter { $0.kind == kind })
            }
        case .contains(let field, let value):
            value.kind.ofElement.map { [IndexCondition(field, $0, "=", value)] } ?? []
        case .hasPrefix(let field, let prefix):
            [beginning(field, with: prefix)]
        case .exists(let field):
            [IndexCondition(field: field, kinds: PayloadIndex.Kind.ofMembers)]
        case .isNull(let field):
            [IndexCondition(field: field, kinds: [.null])]
        case .isTrue(let field):
            [IndexCondition(field, .boolean, "=", .boolean(true))]
        }
    }

    private static func list(
        _ field: FieldPath,
        _ kind: PayloadIndex.Kind,
        _ values: [FilterValue]
    ) -> IndexCondition? {
        guard !values.isEmpty else { return nil }
        let bound = values.map(\.bound)
        let list = bound.map(\.placeholder).joined(separator: ", ")
        return IndexCondition(
            field: field,
            kinds: [kind],
            clauses: ["value IN (\(list))"],
            arguments: bound
        )
    }

    private static func beginning(_ field: FieldPath, with prefix: [UInt8]) -> IndexCondition {
        var condition = IndexCondition(field: field, kinds: [.text])
        guard !prefix.isEmpty else { return condition }
        condition.add(">=", FilterSQLValue(text: prefix))
        if let end = firstText(behind: prefix) {
            condition.add("<", FilterSQLValue(text: end))
        }
        return condition
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
