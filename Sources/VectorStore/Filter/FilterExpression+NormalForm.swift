extension FilterExpression {
    /// The same filter with `not` on leaves only and no `and` in an `and`, no `or` in an `or`.
    var normalForm: FilterExpression { normalForm(isNegated: false) }

    private func normalForm(isNegated: Bool) -> FilterExpression {
        switch self {
        case .not(let term):
            return term.normalForm(isNegated: !isNegated)
        case .and(let terms), .or(let terms):
            let isAnd = if case .and = self { !isNegated } else { isNegated }
            let inner = terms.map { $0.normalForm(isNegated: isNegated) }
                .flatMap { isAnd ? $0.termsOfAnd : $0.termsOfOr }
            if inner.count == 1 { return inner[0] }
            return isAnd ? .and(inner) : .or(inner)
        default:
            return isNegated ? .not(self) : self
        }
    }

    private var termsOfAnd: [FilterExpression] {
        if case .and(let terms) = self { return terms }
        return [self]
    }

    private var termsOfOr: [FilterExpression] {
        if case .or(let terms) = self { return terms }
        return [self]
    }

    /// The terms of an `and` or an `or`; none for anything else.
    var terms: [FilterExpression] {
        switch self {
        case .and(let terms), .or(let terms): terms
        default: []
        }
    }

    /// The leaves, from left to right.
    var leaves: [FilterExpression] {
        switch self {
        case .and(let terms), .or(let terms): terms.flatMap(\.leaves)
        case .not(let term): term.leaves
        default: [self]
        }
    }

    /// How many `and` and `or` stand in one another.
    var nestingDepth: Int {
        switch self {
        case .and(let terms), .or(let terms): 1 + (terms.map(\.nestingDepth).max() ?? 0)
        case .not(let term): term.nestingDepth
        default: 0
        }
    }
}
