/// A filter as a tree: what the text of a filter says, before anything is known about indexes.
///
/// `a != b` is kept as `not (a = b)`, `a not in (…)` as `not (a in (…))`, and `a is not null` as
/// `not (a is null)`, so a member that is missing makes them true. A field that leads through an
/// array to several values makes a condition true when it is true of one of them.
package indirect enum FilterExpression: Equatable, Sendable {
    /// True when all are; true when there are none.
    case and([FilterExpression])
    /// True when one is; false when there are none.
    case or([FilterExpression])
    case not(FilterExpression)
    /// False for a missing or differently typed member. Booleans know `=` only.
    case comparison(FilterField, FilterComparison, FilterValue)
    /// True when the member is at least the first value and at most the second, both of its type.
    case between(FilterField, FilterValue, FilterValue)
    /// True when the member equals one of the values.
    case isIn(FilterField, [FilterValue])
    /// True for an array with an element that equals the value; a text contains nothing.
    case contains(FilterField, FilterValue)
    /// True for a text whose UTF-8 begins with these bytes.
    case hasPrefix(FilterField, [UInt8])
    /// True for a text that fits the pattern from its beginning to its end.
    case like(FilterField, TextPattern)
    /// True when the member is there, even when it is null.
    case exists(FilterField)
    /// True when the member is there and null.
    case isNull(FilterField)
    /// True when the member is `true`.
    case isTrue(FilterField)
    /// True for a number that is written as one of these integers: `1` and not `1.0`.
    case isInteger(FilterField, [Int64])
    /// True for a number in the range.
    case range(FilterField, FilterRange)
    /// True when the values at a place of the payload meet a condition.
    case document(DocumentCondition)
    /// True when so many of the terms are.
    case atLeast(Int, [FilterExpression])
    /// True for a point that has a vector in this field. What decides it is found out before a
    /// filter is planned: see ``resolvingVectors(_:)``.
    case hasVector(String)
    /// True for a point with one of these keys.
    case isKey(KeySet)
}

/// How a member is compared with a value.
package enum FilterComparison: Equatable, Sendable {
    case equal
    case less
    case lessOrEqual
    case greater
    case greaterOrEqual
}

/// A value that stands in a filter.
package enum FilterValue: Equatable, Sendable {
    /// Decoded UTF-8; texts are equal when their bytes are.
    case text([UInt8])
    case number(PayloadNumber)
    case boolean(Bool)
}

extension FilterExpression {
    /// The field that a leaf of the tree asks about; nil for all that is no leaf or has no one
    /// value to ask about.
    package var field: FilterField? {
        switch self {
        case .and, .or, .not, .document, .atLeast, .hasVector, .isKey: nil
        case .comparison(let field, _, _), .between(let field, _, _), .isIn(let field, _),
            .contains(let field, _), .hasPrefix(let field, _), .like(let field, _),
            .exists(let field), .isNull(let field), .isTrue(let field), .isInteger(let field, _),
            .range(let field, _):
            field
        }
    }

    /// The same filter with all that asks about vectors replaced.
    ///
    /// - Parameter replacement: what to ask instead of whether a point has a vector in a field,
    ///   such as `isKey`, or `and([])` where all have one.
    /// - Returns: the filter.
    /// - Throws: what `replacement` throws.
    package func resolvingVectors<Failure: Error>(
        _ replacement: (String) throws(Failure) -> FilterExpression
    ) throws(Failure) -> FilterExpression {
        switch self {
        case .hasVector(let field): return try replacement(field)
        case .and(let terms): return .and(try Self.resolving(terms, replacement))
        case .or(let terms): return .or(try Self.resolving(terms, replacement))
        case .atLeast(let count, let terms):
            return .atLeast(count, try Self.resolving(terms, replacement))
        case .not(let term): return .not(try term.resolvingVectors(replacement))
        default: return self
        }
    }

    private static func resolving<Failure: Error>(
        _ terms: [FilterExpression],
        _ replacement: (String) throws(Failure) -> FilterExpression
    ) throws(Failure) -> [FilterExpression] {
        try terms.map { term throws(Failure) in try term.resolvingVectors(replacement) }
    }
}

extension FilterValue {
    /// Orders values the way that sorted lists of them are kept: booleans, numbers, texts.
    static func order(_ first: FilterValue, _ second: FilterValue) -> Int {
        switch (first, second) {
        case (.boolean(let first), .boolean(let second)):
            (first ? 1 : 0) - (second ? 1 : 0)
        case (.number(let first), .number(let second)):
            PayloadNumber.order(first, second)
        case (.text(let first), .text(let second)):
            first == second ? 0 : first.lexicographicallyPrecedes(second) ? -1 : 1
        default:
            first.rank - second.rank
        }
    }

    private var rank: Int {
        switch self {
        case .boolean: 0
        case .number: 1
        case .text: 2
        }
    }
}
