/// A value of a payload for those who group, count and sort by it.
package enum DocumentValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    case number(PayloadNumber)
    case text(String)
    case array
    case object

    /// The values at the end of some steps, each array among them replaced by its elements.
    ///
    /// - Parameters:
    ///   - steps: the way to the values; a member first.
    ///   - payload: a minified JSON object.
    /// - Returns: the values in their order; none where nothing is there.
    /// - Throws: where the bytes can't be followed.
    package static func all(
        at steps: [FilterField.Step],
        in payload: Span<UInt8>
    ) throws(MalformedPayloadError) -> [DocumentValue] {
        var scanner = PayloadScanner(payload)
        var places: [Range<Int>] = []
        try scanner.collect(steps[...], into: &places)
        var values: [DocumentValue] = []
        for place in places {
            if payload[place.lowerBound] == JSONByte.openBracket {
                var elements: [Range<Int>] = []
                scanner.goBack(to: place.lowerBound)
                try scanner.collect([.anyElement], into: &elements)
                for element in elements { values.append(try scanner.documentValue(at: element)) }
            } else {
                values.append(try scanner.documentValue(at: place))
            }
        }
        return values
    }
}

extension PayloadScanner {
    fileprivate mutating func documentValue(
        at place: Range<Int>
    ) throws(MalformedPayloadError) -> DocumentValue {
        goBack(to: place.lowerBound)
        switch try peek() {
        case JSONByte.openBracket: return .array
        case JSONByte.openBrace: return .object
        default:
            switch try scalar() {
            case .null: return .null
            case .boolean(let boolean): return .boolean(boolean)
            case .number(let number): return .number(number)
            case .text(let text): return .text(String(decoding: try decoded(text), as: UTF8.self))
            }
        }
    }
}
