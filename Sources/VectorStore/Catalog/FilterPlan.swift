/// How a filter is answered by SQL: from payload indexes and ids as far as they go, and the rest by
/// reading payloads.
///
/// The condition is about a collection's table of points under the alias `p`. It calls
/// `payload_matches` at most once per row, and asks the indexes first. Everything that the user
/// wrote is bound, never part of the SQL.
package struct FilterPlan: Sendable {
    /// How many conditions are put to the indexes.
    ///
    /// SQL deals with a limited number of nested and compound queries. What goes beyond this limit
    /// and the next is answered by reading payloads.
    static let indexedLeafCountMax = 64
    /// How deep `and` and `or` may stand in one another to be put to the indexes.
    static let indexedNestingDepthMax = 8

    /// An SQL condition, to stand after `WHERE` or `AND`.
    package let condition: String
    /// The values of the condition's `?`, in their order.
    package let arguments: [FilterSQLValue]
    /// What is to be registered for the condition by ``PayloadMatcher``; none or one.
    package let payloadFilters: [PayloadFilter]
    /// The keys, where the indexes alone can tell; nil where payloads must be read.
    package let indexedKeys: IndexedKeys?

    /// Whether no payload is read.
    package var isFullyIndexed: Bool { indexedKeys != nil }

    /// Whether ``FilterValueList`` must be registered for the condition.
    package var needsValueLists: Bool {
        arguments.contains { if case .list = $0 { true } else { false } }
    }

    /// Plans a filter for a collection with indexes on some fields.
    ///
    /// The collection's index table must exist if there are indexed fields. A text in the filter of
    /// more than ``PayloadIndex/textByteCountMax`` bytes is looked for in payloads, as the index
    /// does not keep texts of that length whole.
    ///
    /// - Parameters:
    ///   - expression: the filter.
    ///   - indexedFields: the fields with an index; nil to ask no index at all, not even that of
    ///     the ids.
    ///   - collection: the collection's number.
    package init(
        _ expression: FilterExpression,
        indexedFields: Set<FieldPath>?,
        collection: Int64
    ) {
        var builder = FilterPlanBuilder(
            indexedFields: indexedFields,
            tables: FilterTables(collection: collection)
        )
        condition = builder.condition(for: expression.normalForm, depth: 0)
        arguments = builder.arguments
        payloadFilters = builder.payloadFilters
        indexedKeys = builder.payloadFilters.isEmpty ? builder.keys : nil
    }
}

private struct FilterPlanBuilder {
    let indexedFields: Set<FieldPath>?
    let tables: FilterTables
    private(set) var arguments: [FilterSQLValue] = []
    private(set) var payloadFilters: [PayloadFilter] = []
    /// The last keys that went into the condition: all of it when there is no payload filter.
    private(set) var keys: IndexedKeys?
    private var leafCount = 0

    init(indexedFields: Set<FieldPath>?, tables: FilterTables) {
        self.indexedFields = indexedFields
        self.tables = tables
    }

    /// Writes the condition for an expression in normal form.
    ///
    /// The terms of an `and` or `or` that the index can answer become one question to it. If one
    /// term is left that it can answer in part, that is planned in the same way; all else is read
    /// from the payload in one go.
    mutating func condition(for expression: FilterExpression, depth: Int) -> String {
        if isIndexed(expression) {
            return indexedCondition(for: expression)
        }
        let indexed = expression.terms.filter(isIndexed)
        let others = expression.terms.filter { !isIndexed($0) }
        let first = expression.joined(indexed)
        guard !indexed.isEmpty, isIndexed(first), depth < FilterPlan.indexedNestingDepthMax else {
            return payloadCondition(for: expression)
        }
        let firstCondition = indexedCondition(for: first)
        let second = expression.joined(others)
        let secondCondition =
            others.count == 1
            ? condition(for: second, depth: depth + 1) : payloadCondition(for: second)
        return "(\(firstCondition) \(expression.conjunction) \(secondCondition))"
    }

    private mutating func indexedCondition(for expression: FilterExpression) -> String {
        let keys = IndexedKeys(expression, tables)
        let leaves = expression.leaves
        leafCount += leaves.count
        self.keys = keys
        // Asked of the row itself, so that rows in the order of ids need not be sorted.
        if leaves.allSatisfy({ $0.field == .id }) { return idCondition(for: expression) }
        arguments += keys.arguments
        return keys.condition(on: "p.key")
    }

    /// Writes a condition that is about nothing but the id.
    private mutating func idCondition(for expression: FilterExpression) -> String {
        switch expression {
        case .not(let term):
            return "NOT \(idCondition(for: term))"
        case .and(let terms), .or(let terms):
            let parts = terms.map { idCondition(for: $0) }
            return "(\(parts.joined(separator: " \(expression.conjunction) ")))"
        default:
            guard let range = IndexCondition.alternatives(for: expression).first else { return "0" }
            arguments += range.arguments
            return range.clauses.isEmpty ? "1" : "(\(range.conjunction(on: "p.id")))"
        }
    }

    private mutating func payloadCondition(for expression: FilterExpression) -> String {
        arguments.append(.integer(Int64(payloadFilters.count)))
        let filter = PayloadFilter(expression)
        payloadFilters.append(filter)
        if filter.needsKey { return "payload_matches(?, p.payload, p.id, p.key)" }
        return "payload_matches(?, p.payload\(filter.needsID ? ", p.id" : ""))"
    }

    /// Tells whether the index can answer an expression, and within the limits of SQL.
    private func isIndexed(_ expression: FilterExpression) -> Bool {
        let leaves = expression.leaves
        return !leaves.isEmpty
            && leafCount + leaves.count <= FilterPlan.indexedLeafCountMax
            && expression.nestingDepth <= FilterPlan.indexedNestingDepthMax
            && leaves.allSatisfy(isIndexedLeaf)
    }

    private func isIndexedLeaf(_ leaf: FilterExpression) -> Bool {
        indexedFields.map { IndexCondition.canAnswer(leaf, indexedFields: $0) } ?? false
    }
}

extension FilterExpression {
    /// Some of this `and`'s or `or`'s terms, put together as they were.
    fileprivate func joined(_ terms: [FilterExpression]) -> FilterExpression {
        if terms.count == 1 { return terms[0] }
        if case .and = self { return .and(terms) }
        return .or(terms)
    }

    fileprivate var conjunction: String {
        if case .and = self { return "AND" }
        return "OR"
    }
}
