extension FilterExpression {
    /// Parentheses and `not` may nest this deep.
    package static let nestingDepthMax = 128
    /// A filter may have this many words and signs, not counting those of lists.
    package static let tokenCountMax = FilterTokenizer.tokenCountMax

    /// Reads a filter such as `field = 'text' and (size >= 100 or tags contains 'x')`.
    ///
    /// `or` binds loosest, then `and`, then `not`. Words of the language may be in capitals.
    package init(parsing text: String) throws(FilterSyntaxError) {
        var parser = try FilterParser(text)
        self = try parser.wholeFilter()
    }
}

/// A recursive descent parser with one token of look-ahead.
private struct FilterParser {
    private var tokenizer: FilterTokenizer
    private var token: FilterToken
    private var depth = 0
    private var listedCount = 0

    init(_ text: String) throws(FilterSyntaxError) {
        tokenizer = FilterTokenizer(text)
        token = try tokenizer.next()
    }

    mutating func wholeFilter() throws(FilterSyntaxError) -> FilterExpression {
        let expression = try disjunction()
        guard case .end = token.kind else { throw failure(.conjunction) }
        return expression
    }

    private mutating func disjunction() throws(FilterSyntaxError) -> FilterExpression {
        var terms = [try conjunction()]
        while try take(keyword: "or") {
            terms.append(try conjunction())
        }
        return terms.count == 1 ? terms[0] : .or(terms)
    }

    private mutating func conjunction() throws(FilterSyntaxError) -> FilterExpression {
        var terms = [try condition()]
        while try take(keyword: "and") {
            terms.append(try condition())
        }
        return terms.count == 1 ? terms[0] : .and(terms)
    }

    private mutating func condition() throws(FilterSyntaxError) -> FilterExpression {
        switch token.kind {
        case .keyword("not"):
            return .not(try nested { parser throws(FilterSyntaxError) in try parser.condition() })
        case .sign("("):
            let inner = try nested { parser throws(FilterSyntaxError) in
                try parser.disjunction()
            }
            guard try take(sign: ")") else { throw failure(.closingParenthesis) }
            return inner
        case .field(let field):
            try advance()
            return try predicate(on: field)
        default:
            throw failure(.condition)
        }
    }

    private mutating func nested(
        _ body: (inout FilterParser) throws(FilterSyntaxError) -> FilterExpression
    ) throws(FilterSyntaxError) -> FilterExpression {
        guard depth < FilterExpression.nestingDepthMax else { throw failure(.lessNesting) }
        depth += 1
        try advance()
        let expression = try body(&self)
        depth -= 1
        return expression
    }
}

// MARK: - Conditions on one field

extension FilterParser {
    private mutating func predicate(
        on field: FilterField
    ) throws(FilterSyntaxError) -> FilterExpression {
        switch token.kind {
        case .sign(let sign) where sign != "(" && sign != ")" && sign != ",":
            try advance()
            return try comparison(of: field, sign: sign)
        case .keyword("and"), .keyword("or"), .sign(")"), .end:
            guard field != .id else { throw failure(.comparison) }
            return .isTrue(field)
        default:
            return try wordPredicate(on: field)
        }
    }

    private mutating func wordPredicate(
        on field: FilterField
    ) throws(FilterSyntaxError) -> FilterExpression {
        if let predicate = try negatablePredicate(on: field) { return predicate }
        if try take(keyword: "not") {
            guard let predicate = try negatablePredicate(on: field) else {
                throw failure(.inAfterNot)
            }
            return .not(predicate)
        }
        if try take(keyword: "contains") { return .contains(field, try value()) }
        if try take(keyword: "prefix") { return .hasPrefix(field, try text()) }
        if try take(keyword: "exists") { return .exists(field) }
        guard try take(keyword: "is") else { throw failure(.comparison) }
        let isNegated = try take(keyword: "not")
        guard try take(keyword: "null") else {
            throw failure(isNegated ? .isNull : .null)
        }
        return isNegated ? .not(.isNull(field)) : .isNull(field)
    }

    /// The predicates that may have a `not` in front; nil where none of them begins.
    ///
    /// `like`, `ilike` and `between` are words of the language in this place only, so that fields
    /// may have these names.
    private mutating func negatablePredicate(
        on field: FilterField
    ) throws(FilterSyntaxError) -> FilterExpression? {
        if try take(keyword: "in") { return .isIn(field, try valueList(for: field)) }
        if try take(word: "like") { return .like(field, try pattern(ignoresCase: false)) }
        if try take(word: "ilike") { return .like(field, try pattern(ignoresCase: true)) }
        guard try take(word: "between") else { return nil }
        let lower = try bound(of: field)
        guard try take(keyword: "and") else { throw failure(.andInRange) }
        return .between(field, lower, try bound(of: field))
    }

    private mutating func comparison(
        of field: FilterField,
        sign: String
    ) throws(FilterSyntaxError) -> FilterExpression {
        if case .keyword("null") = token.kind {
            throw failure(.isNull)
        }
        switch sign {
        case "!=": return .not(.comparison(field, .equal, try equated(to: field)))
        case "<": return .comparison(field, .less, try bound(of: field))
        case "<=": return .comparison(field, .lessOrEqual, try bound(of: field))
        case ">": return .comparison(field, .greater, try bound(of: field))
        case ">=": return .comparison(field, .greaterOrEqual, try bound(of: field))
        default: return .comparison(field, .equal, try equated(to: field))
        }
    }

    private mutating func valueList(
        for field: FilterField
    ) throws(FilterSyntaxError) -> [FilterValue] {
        guard case .sign("(") = token.kind else { throw failure(.openingParenthesis) }
        tokenizer.isInList = true
        try advance()
        var values: [FilterValue] = []
        repeat {
            guard listedCount < Limits.filterValueCount else { throw failure(.fewerValues) }
            listedCount += 1
            values.append(try equated(to: field))
        } while try take(sign: ",")
        guard case .sign(")") = token.kind else { throw failure(.commaOrParenthesis) }
        tokenizer.isInList = false
        try advance()
        return values
    }
}

// MARK: - Values

extension FilterParser {
    /// A value that a field can equal: an id may be given as the whole number that it looks like.
    private mutating func equated(to field: FilterField) throws(FilterSyntaxError) -> FilterValue {
        guard field == .id, case .number(let number) = token.kind else {
            return try bound(of: field)
        }
        guard case .integer(let integer) = number else { throw failure(.idText) }
        try advance()
        return .text(Array(String(integer).utf8))
    }

    /// A value to order by; ids are ordered as texts, so a number would mislead.
    private mutating func bound(of field: FilterField) throws(FilterSyntaxError) -> FilterValue {
        guard field == .id else { return try value() }
        guard case .text = token.kind else {
            throw failure(isDoubleQuoted ? .singleQuotes : .idText)
        }
        return try value()
    }

    private mutating func value() throws(FilterSyntaxError) -> FilterValue {
        let value: FilterValue
        switch token.kind {
        case .text(let text): value = .text(text)
        case .number(let number): value = .number(number)
        case .keyword("true"): value = .boolean(true)
        case .keyword("false"): value = .boolean(false)
        default: throw failure(isDoubleQuoted ? .singleQuotes : .value)
        }
        try advance()
        return value
    }

    private mutating func text() throws(FilterSyntaxError) -> [UInt8] {
        guard case .text(let text) = token.kind else {
            throw failure(isDoubleQuoted ? .singleQuotes : .text)
        }
        try advance()
        return text
    }

    private mutating func pattern(ignoresCase: Bool) throws(FilterSyntaxError) -> TextPattern {
        let place = token
        guard let pattern = TextPattern(try text(), ignoresCase: ignoresCase) else {
            throw tokenizer.error(place.range, .escaped)
        }
        return pattern
    }
}

// MARK: - Tokens

extension FilterParser {
    private var isDoubleQuoted: Bool {
        tokenizer.source[token.range].hasPrefix("\"")
    }

    private func failure(_ expected: FilterSyntaxError.Expected) -> FilterSyntaxError {
        tokenizer.error(token.range, expected)
    }

    private mutating func advance() throws(FilterSyntaxError) {
        token = try tokenizer.next()
    }

    private mutating func take(keyword: String) throws(FilterSyntaxError) -> Bool {
        guard case .keyword(keyword) = token.kind else { return false }
        try advance()
        return true
    }

    /// Takes a word that the language keeps for itself in some places only.
    private mutating func take(word: String) throws(FilterSyntaxError) -> Bool {
        guard case .field = token.kind, tokenizer.source[token.range].lowercased() == word else {
            return false
        }
        try advance()
        return true
    }

    private mutating func take(sign: String) throws(FilterSyntaxError) -> Bool {
        guard case .sign(sign) = token.kind else { return false }
        try advance()
        return true
    }
}
