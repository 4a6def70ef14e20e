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
    /// The field that a leaf of the tree asks about; nil for `and`, `or` and `not`.
    package var field: FilterField? {
        switch self {
        case .and, .or, .not: nil
        case .comparison(let field, _, _), .between(let field, _, _), .isIn(let field, _),
            .contains(let field, _), .hasPrefix(let field, _), .like(let field, _),
            .exists(let field), .isNull(let field), .isTrue(let field):
            field
        }
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
