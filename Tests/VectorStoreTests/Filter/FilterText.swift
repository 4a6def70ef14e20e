import VectorStore

extension FilterExpression {
    /// This filter as a user could write it.
    var text: String {
        switch self {
        case .and(let terms): return terms.map(\.term).joined(separator: " and ")
        case .or(let terms): return terms.map(\.term).joined(separator: " OR ")
        case .not(.comparison(let field, .equal, let value)): return "\(field)!=\(value.text)"
        case .not(.isNull(let field)): return "\(field) is not null"
        case .not(.isIn(let field, let values)): return "\(field) not in \(list(values))"
        case .not(.between(let field, let lower, let upper)):
            return "\(field) not between \(lower.text) and \(upper.text)"
        case .not(let term): return "not \(term.term)"
        case .comparison(let field, let comparison, let value):
            return "\(field)\(comparison.sign)\(value.text)"
        case .isIn(let field, let values): return "\(field) IN\(list(values))"
        case .contains(let field, let value): return "\(field) contains \(value.text)"
        case .hasPrefix(let field, let prefix):
            return "\(field) Prefix \(FilterValue.text(prefix).text)"
        case .between(let field, let lower, let upper):
            return "\(field) between \(lower.text) AND \(upper.text)"
        case .like(let field, let pattern):
            let word = pattern.ignoresCase ? "iLike" : "like"
            return "\(field) \(word)\(FilterValue.text(pattern.text).text)"
        case .exists(let field): return "\(field)\texists"
        case .isNull(let field): return "\(field) is null"
        case .isTrue(let field): return "\(field)"
        case .isInteger, .range, .document, .atLeast, .hasVector, .isKey:
            // The language has no words for these.
            return "\(self)"
        }
    }

    private var term: String {
        switch self {
        case .and, .or: "(\(text))"
        default: text
        }
    }

    private func list(_ values: [FilterValue]) -> String {
        "(" + values.map(\.text).joined(separator: ", ") + ")"
    }
}

extension FilterComparison {
    fileprivate var sign: String {
        switch self {
        case .equal: "="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: " > "
        case .greaterOrEqual: " >="
        }
    }
}

extension FilterValue {
    fileprivate var text: String {
        switch self {
        case .boolean(let boolean): return "\(boolean)"
        case .number(.integer(let integer)): return "\(integer)"
        case .number(.real(let real)):
            return real.isInfinite ? (real < 0 ? "-1e400" : "1e400") : "\(real)"
        case .text(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            let doubled = text.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined()
            return "'\(doubled)'"
        }
    }
}
