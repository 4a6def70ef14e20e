import TestSupport
import VectorStore

extension SplitMix64 {
    /// A leaf for which the filter language has no words.
    mutating func richLeaf(depth: Int) -> FilterExpression {
        var field = place()
        while field == .id { field = place() }
        switch Int.random(in: 0..<4, using: &self) {
        case 0:
            let count = Int.random(in: 0...5, using: &self)
            return .isInteger(field, (0..<count).map { _ in integer() })
        case 1: return .range(field, FilterRange(lower: end(), upper: end()))
        default:
            guard case .payload(let steps) = field else { return .and([]) }
            return .document(DocumentCondition(steps, test(depth: depth)))
        }
    }

    private mutating func integer() -> Int64 {
        pick(FilterWords.numbers.compactMap { Int64($0) } + [100])
    }

    private mutating func end() -> FilterRange.End? {
        guard chance(75) else { return nil }
        let text = pick(FilterWords.numbers)
        let number = Int64(text).map { PayloadNumber.integer($0) } ?? .real(Double(text) ?? 0)
        return FilterRange.End(number, isIncluded: chance(50))
    }

    private mutating func test(depth: Int) -> DocumentCondition.Test {
        let count = Int.random(in: 0...3, using: &self)
        let texts = (0..<count).map { _ in Array(pick(FilterWords.texts).utf8) }
        switch Int.random(in: 0..<7, using: &self) {
        case 0: return .exceptTexts(texts)
        case 1: return .exceptIntegers((0..<count).map { _ in integer() })
        case 2: return .containsText(texts)
        case 3: return .isEmpty
        case 4: return .isNull
        case 5 where depth < 4: return .nested(expression(depth: depth + 1, richly: true))
        default:
            var range = CountRange()
            if chance(60) { range.atLeast = UInt64.random(in: 0...2, using: &self) }
            if chance(40) { range.below = UInt64.random(in: 0...4, using: &self) }
            if chance(20) { range.above = 0 }
            if chance(20) { range.atMost = 3 }
            return .count(range)
        }
    }
}

// MARK: - Document conditions over trees

extension PayloadTree {
    /// Tells in the plainest way whether a payload meets a condition.
    func meets(_ condition: DocumentCondition) -> Bool {
        let values = values(condition.steps[...])
        let flat = values.flatMap(\.elementsOrSelf)
        switch condition.test {
        case .exceptTexts(let texts):
            return flat.contains { value in
                value != .null && !texts.contains { value == .text($0) }
            }
        case .exceptIntegers(let integers):
            return flat.contains { value in
                value != .null && !integers.contains { value == .integer($0) }
            }
        case .containsText(let parts):
            return flat.contains { value in
                guard case .text(let text) = value else { return false }
                return parts.contains { Self.occurs($0, in: text) }
            }
        case .count(let range):
            return (values.isEmpty ? [.null] : values).contains { range.contains($0.elementCount) }
        case .isEmpty: return values.allSatisfy { $0.elementCount == 0 }
        case .isNull: return flat.contains(.null)
        case .nested(let filter):
            return values.filter(\.isArray).flatMap(\.elementsOrSelf).contains {
                $0.isObject && $0.passes(filter)
            }
        case .moment, .place: return false
        }
    }

    private static func occurs(_ part: [UInt8], in text: [UInt8]) -> Bool {
        (0...text.count).contains { text[$0...].starts(with: part) }
    }

    private var elementsOrSelf: [PayloadTree] {
        if case .array(let elements) = self { return elements }
        return [self]
    }

    private var elementCount: Int {
        switch self {
        case .null: 0
        case .array(let elements): elements.count
        default: 1
        }
    }

    var isNumber: Bool {
        switch self {
        case .integer, .real: true
        default: false
        }
    }

    private var isArray: Bool {
        if case .array = self { return true }
        return false
    }

    private var isObject: Bool {
        if case .object = self { return true }
        return false
    }
}
