import TestSupport
import VectorStore

// MARK: - Words that payloads and filters share, so that they meet

enum FilterWords {
    static let names = ["a", "b", "c", "odd name", "\u{E9}", "e\u{301}", "", "a.b", "say \"hi\""]

    static let texts = [
        "", "A", "a", "ab", "abc", "\u{E9}", "e\u{301}", "x\u{0}y", "x", "\u{1F600}", "\u{FFFD}",
        "it's", "back\\slash", "line\nbreak", String(repeating: "k", count: 256),
        String(repeating: "k", count: 257), String(repeating: "k", count: 256) + "\u{1F600}",
        String(repeating: "k", count: 300), "AB", "\u{C9}", "\u{10FFFF}", "\u{D7FF}", "\u{E000}",
        "\u{7F}",
    ]

    static let numbers = [
        "0", "-0", "-0.0", "1", "1.0", "10e-1", "2", "1.5", "-1", "0.1", "9007199254740992",
        "9007199254740993", "9007199254740992.0", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "-9223372036854775809", "9223372036854775807.0", "1e400", "-1e400",
        "1e-400", "123456789012345678901234567890", "5e-324", "1.7976931348623157e308", "1E+2",
    ]
}

extension FilterWords {
    /// An id that filters of all kinds may find.
    static func id(_ key: Int64) -> String {
        ["id\(key)", "ID\(key)", "\u{E9}\(key)", "\(key)"][Int(key % 4)]
    }
}

extension SplitMix64 {
    mutating func field() -> FieldPath {
        let count = chance(70) ? 1 : Int.random(in: 2...3, using: &self)
        return FieldPath(components: (0..<count).map { _ in pick(FilterWords.names) })
    }
}

// MARK: - Payloads

extension SplitMix64 {
    /// A minified JSON object.
    mutating func payload(depth: Int = 0) -> String {
        let names = FilterWords.names.shuffled(using: &self).prefix(
            Int.random(in: 0...6, using: &self)
        )
        let members = names.map { "\(quoted($0)):\(value(depth: depth + 1))" }
        return "{" + members.joined(separator: ",") + "}"
    }

    mutating func value(depth: Int) -> String {
        switch Int.random(in: 0..<10, using: &self) {
        case 0: return pick(["true", "false"])
        case 1: return "null"
        case 2 where depth < 4, 3 where depth < 4: return payload(depth: depth)
        case 4 where depth < 4, 5 where depth < 4:
            let count = Int.random(in: 0...4, using: &self)
            let elements = (0..<count).map { _ in value(depth: depth + 1) }
            return "[" + elements.joined(separator: ",") + "]"
        case 6, 7: return pick(FilterWords.numbers)
        default: return quoted(pick(FilterWords.texts))
        }
    }

    /// A JSON string, some characters of which are escaped without need.
    mutating func quoted(_ text: String) -> String {
        let characters = text.unicodeScalars.map { scalar in
            if scalar == "\n", chance(50) { return "\\n" }
            if scalar == "\"" || scalar == "\\", chance(50) { return "\\\(scalar)" }
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            guard mustEscape || chance(5) else { return String(scalar) }
            return String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16, uppercase: chance(50))
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
        return "\"" + characters.joined() + "\""
    }
}

// MARK: - Filters

extension SplitMix64 {
    /// A filter; a rich one has parts for which the filter language has no words.
    mutating func expression(depth: Int = 0, richly: Bool = false) -> FilterExpression {
        if depth < 4, chance(50) {
            let terms = (0..<Int.random(in: 2...3, using: &self)).map { _ in
                expression(depth: depth + 1, richly: richly)
            }
            if richly, chance(20) {
                return .atLeast(Int.random(in: 0...4, using: &self), terms)
            }
            return chance(50) ? .and(terms) : .or(terms)
        }
        if chance(25) { return .not(expression(depth: depth + 1, richly: richly)) }
        return richly && chance(60) ? richLeaf(depth: depth) : leaf()
    }

    private mutating func leaf() -> FilterExpression {
        let field = place()
        if field == .id { return leafOfID() }
        switch Int.random(in: 0..<12, using: &self) {
        case 0: return .exists(field)
        case 1: return .isNull(field)
        case 2: return .isTrue(field)
        case 3: return .contains(field, value())
        case 4: return .hasPrefix(field, Array(pick(FilterWords.texts).utf8))
        case 5:
            let count = Int.random(in: 1...12, using: &self)
            return .isIn(field, (0..<count).map { _ in value() })
        case 6: return .between(field, value(), value())
        case 7, 8: return .like(field, pattern())
        default: return .comparison(field, pick(Self.comparisons), value())
        }
    }

    private static let comparisons: [FilterComparison] = [
        .equal, .less, .lessOrEqual, .greater, .greaterOrEqual,
    ]

    private mutating func leafOfID() -> FilterExpression {
        switch Int.random(in: 0..<9, using: &self) {
        case 0: return .exists(.id)
        case 1: return .isNull(.id)
        case 2: return .contains(.id, idValue())
        case 3: return .hasPrefix(.id, Array(pick(["", "i", "id1", "\u{E9}"]).utf8))
        case 4:
            let count = Int.random(in: 1...80, using: &self)
            return .isIn(.id, (0..<count).map { _ in idValue() })
        case 5: return .between(.id, idValue(), idValue())
        case 6: return .like(.id, pattern())
        default: return .comparison(.id, pick(Self.comparisons), idValue())
        }
    }

    private mutating func idValue() -> FilterValue {
        .text(Array(FilterWords.id(Int64.random(in: 0..<40, using: &self)).utf8))
    }

    /// What a condition is about: a path, elements of arrays, or the id.
    mutating func place() -> FilterField {
        if chance(12) { return .id }
        guard chance(40) else { return FilterField(field()) }
        var steps: [FilterField.Step] = []
        for name in field().components {
            steps.append(.member(name))
            while chance(50) {
                let number = Int.random(in: 0...3, using: &self)
                steps.append(chance(65) ? .anyElement : .element(number))
            }
        }
        return .payload(steps)
    }

    private mutating func pattern() -> TextPattern {
        let pieces = [
            "%", "%", "_", "a", "A", "b", "\\%", "\\\\", "\u{E9}", "\u{C9}", "x", "k", "kk",
            "\u{1F600}", "id", "1",
        ]
        while true {
            var text = (0..<Int.random(in: 0...4, using: &self)).map { _ in pick(pieces) }.joined()
            if chance(20) { text = pick(FilterWords.texts) + (chance(50) ? "%" : "") }
            if let pattern = TextPattern(Array(text.utf8), ignoresCase: chance(40)) {
                return pattern
            }
        }
    }

    private mutating func value() -> FilterValue {
        switch Int.random(in: 0..<5, using: &self) {
        case 0: return .boolean(chance(50))
        case 1, 2: return .text(Array(pick(FilterWords.texts).utf8))
        default:
            let text = pick(FilterWords.numbers)
            return .number(Int64(text).map { .integer($0) } ?? .real(Double(text) ?? 0))
        }
    }
}
