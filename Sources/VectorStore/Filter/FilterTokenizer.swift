/// A word or sign of a filter's text.
struct FilterToken {
    enum Kind {
        /// A place in a payload, or `$id`.
        case field(FilterField)
        /// A bare word that the language keeps for itself, in lower case.
        case keyword(String)
        case text([UInt8])
        case number(PayloadNumber)
        /// One of `= != < <= > >= ( ) ,`.
        case sign(String)
        /// A character that has no place in a filter.
        case stray
        case end
    }

    let kind: Kind
    let range: Range<String.Index>
}

/// Cuts a filter's text into tokens, one at a time.
struct FilterTokenizer {
    static let tokenCountMax = 10_000
    private static let foundCharacterCountMax = 40

    let source: String
    private var index: String.Index
    private var tokenCount = 0
    /// Whether a list of values is open, whose words and signs are not counted.
    var isInList = false

    init(_ source: String) {
        self.source = source
        index = source.startIndex
    }

    mutating func next() throws(FilterSyntaxError) -> FilterToken {
        while let scalar, scalar.isFilterBlank {
            advance()
        }
        let start = index
        guard let scalar else { return FilterToken(kind: .end, range: start..<start) }
        tokenCount += isInList ? 0 : 1
        guard tokenCount <= Self.tokenCountMax else {
            throw error(start..<start, .fewerTokens)
        }
        let kind = try kind(beginningWith: scalar)
        return FilterToken(kind: kind, range: start..<index)
    }

    /// The error that a part of the text is not what it should be.
    func error(
        _ range: Range<String.Index>,
        _ expected: FilterSyntaxError.Expected
    ) -> FilterSyntaxError {
        FilterSyntaxError(
            position: source[..<range.lowerBound].count + 1,
            found: String(source[range].prefix(Self.foundCharacterCountMax)),
            expected: expected
        )
    }

    private var scalar: Unicode.Scalar? {
        index < source.endIndex ? source.unicodeScalars[index] : nil
    }

    private mutating func advance() {
        source.unicodeScalars.formIndex(after: &index)
    }

    private mutating func kind(
        beginningWith scalar: Unicode.Scalar
    ) throws(FilterSyntaxError) -> FilterToken.Kind {
        switch scalar {
        case "'":
            return .text(try text())
        case "(", ")", ",", "=":
            advance()
            return .sign(String(scalar))
        case "<", ">", "!":
            return comparisonSign(beginningWith: scalar)
        case "-", "0"..."9":
            return .number(try number())
        case "$":
            return .field(try id())
        case _ where scalar == "\"" || FieldPath.startsName(scalar):
            return try fieldOrKeyword()
        default:
            advance()
            return .stray
        }
    }

    private mutating func comparisonSign(beginningWith first: Unicode.Scalar) -> FilterToken.Kind {
        advance()
        if scalar == "=" {
            advance()
            return .sign("\(first)=")
        }
        return first == "!" ? .stray : .sign(String(first))
    }

    private mutating func text() throws(FilterSyntaxError) -> [UInt8] {
        let start = index
        var text = ""
        advance()
        while let scalar {
            advance()
            if scalar == "'" {
                guard self.scalar == "'" else { return Array(text.utf8) }
                advance()
            }
            text.unicodeScalars.append(scalar)
        }
        throw error(start..<index, .closingQuote)
    }

    private mutating func number() throws(FilterSyntaxError) -> PayloadNumber {
        let start = index
        while let scalar,
            scalar.isDigit || FieldPath.continuesName(scalar) || scalar == "."
                || scalar == "+"
        {
            advance()
        }
        let bytes = Array(source.utf8[start..<index])
        guard let number = PayloadNumber(bytes.span, bytes.indices) else {
            throw error(start..<index, .number)
        }
        return number
    }

    private mutating func id() throws(FilterSyntaxError) -> FilterField {
        let start = index
        advance()
        while let scalar, FieldPath.continuesName(scalar) {
            advance()
        }
        guard source[start..<index] == "$id" else { throw error(start..<index, .id) }
        return .id
    }

    private mutating func fieldOrKeyword() throws(FilterSyntaxError) -> FilterToken.Kind {
        var reader = FieldPathReader(source: source, index: index)
        let start = index
        do {
            let field = try reader.filterField()
            index = reader.index
            let word = source[start..<index]
            return FieldPath.isKeyword(String(word)) ? .keyword(word.lowercased()) : .field(field)
        } catch {
            throw FilterSyntaxError(error)
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isFilterBlank: Bool {
        isASCII ? self == " " || ("\t"..."\r").contains(self) : properties.isWhitespace
    }

    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}

extension FilterSyntaxError {
    fileprivate init(_ error: FieldPathSyntaxError) {
        let expected: Expected =
            switch error.expected {
            case .name, .end: .fieldName
            case .closingQuote: .closingDoubleQuote
            case .shorterPath: .shorterPath
            case .element: .element
            }
        self.init(position: error.position, found: error.found, expected: expected)
    }
}
