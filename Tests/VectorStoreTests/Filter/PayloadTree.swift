import VectorStore

/// A payload read into a tree in the plainest way, to compare with.
indirect enum PayloadTree: Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case real(Double)
    case text([UInt8])
    case array([PayloadTree])
    case object([(name: [UInt8], value: PayloadTree)])

    static func == (first: PayloadTree, second: PayloadTree) -> Bool {
        switch (first, second) {
        case (.null, .null): true
        case (.boolean(let first), .boolean(let second)): first == second
        case (.integer(let first), .integer(let second)): first == second
        case (.real(let first), .real(let second)): first == second
        case (.text(let first), .text(let second)): first == second
        case (.array(let first), .array(let second)): first == second
        case (.object(let first), .object(let second)):
            first.map(\.name) == second.map(\.name) && first.map(\.value) == second.map(\.value)
        default: false
        }
    }

    init(_ json: String) {
        var reader = PayloadTreeReader(Array(json.unicodeScalars))
        self = reader.value()
    }

    /// All values at the end of some steps.
    func values(_ steps: ArraySlice<FilterField.Step>) -> [PayloadTree] {
        guard let step = steps.first else { return [self] }
        let rest = steps.dropFirst()
        switch (step, self) {
        case (.member(let name), .object(let members)):
            return members.first { $0.name == name }?.value.values(rest) ?? []
        case (.anyElement, .array(let elements)):
            return elements.flatMap { $0.values(rest) }
        case (.element(let number), .array(let elements)):
            return elements.indices.contains(number) ? elements[number].values(rest) : []
        default:
            return []
        }
    }
}

/// Reads only what the tests themselves wrote.
private struct PayloadTreeReader {
    let scalars: [Unicode.Scalar]
    var index = 0

    private static let controls: [Unicode.Scalar: UInt16] = [
        "b": 8, "t": 9, "n": 10, "f": 12, "r": 13,
    ]

    mutating func value() -> PayloadTree {
        switch scalars[index] {
        case "{": object()
        case "[": array()
        case "\"": .text(Array(string().utf8))
        default: literal()
        }
    }

    init(_ scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    private mutating func object() -> PayloadTree {
        var members: [(name: [UInt8], value: PayloadTree)] = []
        index += 1
        while scalars[index] != "}" {
            if scalars[index] == "," { index += 1 }
            let name = Array(string().utf8)
            index += 1
            members.append((name, value()))
        }
        index += 1
        return .object(members)
    }

    private mutating func array() -> PayloadTree {
        var elements: [PayloadTree] = []
        index += 1
        while scalars[index] != "]" {
            if scalars[index] == "," { index += 1 }
            elements.append(value())
        }
        index += 1
        return .array(elements)
    }

    private mutating func literal() -> PayloadTree {
        var text = ""
        while index < scalars.count, !",]}".unicodeScalars.contains(scalars[index]) {
            text.unicodeScalars.append(scalars[index])
            index += 1
        }
        switch text {
        case "null": return .null
        case "true", "false": return .boolean(text == "true")
        default: return Int64(text).map { .integer($0) } ?? .real(Double(text) ?? .nan)
        }
    }

    private mutating func string() -> String {
        var units: [UInt16] = []
        index += 1
        while scalars[index] != "\"" {
            guard scalars[index] == "\\" else {
                units += String(scalars[index]).utf16
                index += 1
                continue
            }
            let letter = scalars[index + 1]
            index += 2
            if letter == "u" {
                let digits = String(String.UnicodeScalarView(scalars[index..<index + 4]))
                units.append(UInt16(digits, radix: 16) ?? 0)
                index += 4
            } else {
                units.append(Self.controls[letter] ?? UInt16(letter.value))
            }
        }
        index += 1
        return String(decoding: units, as: UTF16.self)
    }
}

// MARK: - Filters over trees

extension PayloadTree {
    func passes(_ filter: FilterExpression, id: String = "") -> Bool {
        switch filter {
        case .and(let terms): return terms.allSatisfy { passes($0, id: id) }
        case .or(let terms): return terms.contains { passes($0, id: id) }
        case .not(let term): return !passes(term, id: id)
        case .atLeast(let count, let terms):
            return terms.count { passes($0, id: id) } >= count
        case .document(let condition): return meets(condition)
        default:
            guard let field = filter.field else { return false }
            guard case .payload(let steps) = field else {
                return PayloadTree.text(Array(id.utf8)).meets(filter)
            }
            return values(steps[...]).contains { $0.meets(filter) }
        }
    }

    /// Tells whether a leaf is true of this value.
    private func meets(_ leaf: FilterExpression) -> Bool {
        switch leaf {
        case .and, .or, .not: return false
        case .comparison(_, let comparison, let value): return meets(comparison, value)
        case .between(_, let lower, let upper):
            return meets(.greaterOrEqual, lower) && meets(.lessOrEqual, upper)
        case .isIn(_, let values): return values.contains { meets(.equal, $0) }
        case .contains(_, let value):
            guard case .array(let elements) = self else { return false }
            return elements.contains { $0.meets(.equal, value) }
        case .hasPrefix(_, let prefix):
            guard case .text(let text) = self else { return false }
            return text.starts(with: prefix)
        case .like(_, let pattern):
            guard case .text(let text) = self else { return false }
            return PlainPattern(pattern).fits(String(decoding: text, as: UTF8.self))
        case .exists: return true
        case .isNull: return self == .null
        case .isTrue: return self == .boolean(true)
        case .isInteger(_, let integers):
            guard case .integer(let integer) = self else { return false }
            return integers.contains(integer)
        case .range(_, let range):
            let lower = range.lower.map {
                meets($0.isIncluded ? .greaterOrEqual : .greater, .number($0.value))
            }
            let upper = range.upper.map {
                meets($0.isIncluded ? .lessOrEqual : .less, .number($0.value))
            }
            return isNumber && lower ?? true && upper ?? true
        case .document, .atLeast, .hasVector, .isKey: return false
        }
    }

    func meets(_ comparison: FilterComparison, _ value: FilterValue) -> Bool {
        if case .boolean(let first) = self, case .boolean(let second) = value {
            return comparison == .equal && first == second
        }
        guard let order = order(value) else { return false }
        return switch comparison {
        case .equal: order == 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }

    private func order(_ value: FilterValue) -> Int? {
        switch (self, value) {
        case (.text(let first), .text(let second)):
            first == second ? 0 : first.lexicographicallyPrecedes(second) ? -1 : 1
        case (.integer(let first), .number(.integer(let second))):
            first < second ? -1 : first == second ? 0 : 1
        case (.real(let first), .number(.real(let second))):
            first < second ? -1 : first == second ? 0 : 1
        case (.integer(let first), .number(.real(let second))):
            Self.order(first, second)
        case (.real(let first), .number(.integer(let second))):
            -Self.order(second, first)
        default:
            nil
        }
    }

    /// Rounding keeps the order, so only numbers that round to the same need an exact look.
    private static func order(_ first: Int64, _ second: Double) -> Int {
        let rounded = Double(first)
        if rounded != second { return rounded < second ? -1 : 1 }
        let exact = Int128(second)
        return Int128(first) < exact ? -1 : Int128(first) == exact ? 0 : 1
    }
}

/// A pattern, tried out in the plainest way.
private struct PlainPattern {
    let parts: [(scalar: Unicode.Scalar, isEscaped: Bool)]
    let ignoresCase: Bool

    init(_ pattern: TextPattern) {
        var parts: [(Unicode.Scalar, Bool)] = []
        var scalars = Array(String(decoding: pattern.text, as: UTF8.self).unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            if scalar == "\\", let escaped = scalars.popFirst() {
                parts.append((escaped, true))
            } else {
                parts.append((scalar, false))
            }
        }
        self.parts = parts
        ignoresCase = pattern.ignoresCase
    }

    /// Each part meets every place that can be reached with those before it.
    func fits(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var reached: Set<Int> = [0]
        for part in parts {
            if part.scalar == "%", !part.isEscaped {
                reached = Set((reached.min() ?? scalars.count + 1)..<(scalars.count + 1))
                if reached.isEmpty { return false }
                continue
            }
            let isAny = part.scalar == "_" && !part.isEscaped
            let next = reached.filter { place in
                place < scalars.count && (isAny || isSame(scalars[place], part.scalar))
            }
            reached = Set(next.map { $0 + 1 })
            if reached.isEmpty { return false }
        }
        return reached.contains(scalars.count)
    }

    private func isSame(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
        guard ignoresCase, first != second else { return first == second }
        return String(first).lowercased().unicodeScalars.elementsEqual(
            String(second).lowercased().unicodeScalars
        )
    }
}
