extension FilterExpression {
    /// Parentheses and `not` may nest this deep.
    package static let nestingDepthMax = 128
    /// A filter may have this many words and signs.
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
        case .path(let field):
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
        on field: FieldPath
    ) throws(FilterSyntaxError) -> FilterExpression {
        switch token.kind {
        case .sign(let sign) where sign != "(" && sign != ")" && sign != ",":
            try advance()
            return try comparison(of: field, sign: sign)
        case .keyword("and"), .keyword("or"), .sign(")"), .end:
            return .isTrue(field)
        case .keyword(let word):
            return try wordPredicate(on: field, word: word)
        default:
            throw failure(.comparison)
        }
    }

    private mutating func wordPredicate(
        on field: FieldPath,
        word: String
    ) throws(FilterSyntaxError) -> FilterExpression {
        guard ["in", "not", "contains", "prefix", "exists", "is"].contains(word) else {
            throw failure(.comparison)
        }
        try advance()
        switch word {
        case "in":
            return .isIn(field, try valueList())
        case "not":
            guard try take(keyword: "in") else { throw failure(.inAfterNot) }
            return .not(.isIn(field, try valueList()))
        case "contains":
            return .contains(field, try value())
        case "prefix":
            return .hasPrefix(field, try prefixText())
        case "exists":
            return .exists(field)
        default:
            let isNegated = try take(keyword: "not")
            guard try take(keyword: "null") else {
                throw failure(isNegated ? .isNull : .null)
            }
            return isNegated ? .not(.isNull(field)) : .isNull(field)
        }
    }

    private mutating func comparison(
        of field: FieldPath,
        sign: String
    ) throws(FilterSyntaxError) -> FilterExpression {
        if case .keyword("null") = token.kind {
            throw failure(.isNull)
        }
        let value = try value()
        return switch sign {
        case "!=": .not(.comparison(field, .equal, value))
        case "<": .comparison(field, .less, value)
        case "<=": .comparison(field, .lessOrEqual, value)
        case ">": .comparison(field, .greater, value)
        case ">=": .comparison(field, .greaterOrEqual, value)
        default: .comparison(field, .equal, value)
        }
    }

    private mutating func valueList() throws(FilterSyntaxError) -> [FilterValue] {
        guard try take(sign: "(") else { throw failure(.openingParenthesis) }
        var values: [FilterValue] = []
        repeat {
            values.append(try value())
        } while try take(sign: ",")
        guard try take(sign: ")") else { throw failure(.commaOrParenthesis) }
        return values
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

    private mutating func prefixText() throws(FilterSyntaxError) -> [UInt8] {
        guard case .text(let text) = token.kind else {
            throw failure(isDoubleQuoted ? .singleQuotes : .text)
        }
        try advance()
        return text
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

    private mutating func take(sign: String) throws(FilterSyntaxError) -> Bool {
        guard case .sign(sign) = token.kind else { return false }
        try advance()
        return true
    }
}
