/// A ``DocumentCondition`` ready to be tried on payloads.
struct DocumentProgram: Sendable {
    private let steps: [FilterField.Step]
    private let test: DocumentCondition.Test
    /// The filter for elements, where there is one.
    private let nested: PayloadFilter?

    init(_ condition: DocumentCondition) {
        steps = condition.steps
        test = condition.test
        nested = if case .nested(let filter) = test { PayloadFilter(filter) } else { nil }
    }

    /// Tells whether a payload, a minified JSON object, meets the condition.
    func matches(_ payload: Span<UInt8>) throws(MalformedPayloadError) -> Bool {
        var values: [Range<Int>] = []
        var scanner = PayloadScanner(payload)
        try scanner.collect(steps[...], into: &values)
        switch test {
        case .count(let range):
            // What is missing counts as null.
            if values.isEmpty { return range.contains(0) }
            for value in values where range.contains(try scanner.elementCount(at: value)) {
                return true
            }
            return false
        case .isEmpty:
            for value in values where try scanner.elementCount(at: value) > 0 { return false }
            return true
        case .isNull:
            return try flattened(values, &scanner).contains { isNull(payload, $0) }
        case .nested:
            return try hasElement(of: values, &scanner)
        default:
            for value in try flattened(values, &scanner) where try meets(value, &scanner) {
                return true
            }
            return false
        }
    }

    /// Tells whether one of the values is an array with an object that passes the nested filter.
    private func hasElement(
        of values: [Range<Int>],
        _ scanner: inout PayloadScanner
    ) throws(MalformedPayloadError) -> Bool {
        guard let nested else { return false }
        let bytes = scanner.bytes
        let arrays = values.filter { bytes[$0.lowerBound] == JSONByte.openBracket }
        for element in try flattened(arrays, &scanner)
        where bytes[element.lowerBound] == JSONByte.openBrace {
            if try nested.matches(bytes.extracting(element)) { return true }
        }
        return false
    }

    private func isNull(_ payload: Span<UInt8>, _ value: Range<Int>) -> Bool {
        payload[value.lowerBound] == UInt8(ascii: "n")
    }

    /// The values, each array among them replaced by its elements.
    private func flattened(
        _ values: [Range<Int>],
        _ scanner: inout PayloadScanner
    ) throws(MalformedPayloadError) -> [Range<Int>] {
        var flat: [Range<Int>] = []
        for value in values {
            if scanner.bytes[value.lowerBound] == JSONByte.openBracket {
                scanner.goBack(to: value.lowerBound)
                try scanner.collect([.anyElement], into: &flat)
            } else {
                flat.append(value)
            }
        }
        return flat
    }

    /// Tells whether one value that is no array of several meets a test of single values.
    private func meets(
        _ value: Range<Int>,
        _ scanner: inout PayloadScanner
    ) throws(MalformedPayloadError) -> Bool {
        scanner.goBack(to: value.lowerBound)
        let first = try scanner.peek()
        guard first != JSONByte.openBracket else { return isExcept }
        guard first != JSONByte.openBrace else {
            guard case .place(let shape) = test else { return isExcept }
            return try scanner.geoPoint(at: value).map { shape.contains($0) } ?? false
        }
        switch (test, try scanner.scalar()) {
        case (_, .null): return false
        case (.exceptTexts(let texts), .text(let text)):
            return !texts.contains(try scanner.decoded(text))
        case (.exceptIntegers(let integers), .number(.integer(let integer))):
            return !integers.contains(integer)
        case (.containsText(let parts), .text(let text)):
            let whole = try scanner.decoded(text)
            return parts.contains { Self.occurs($0, in: whole) }
        case (.moment(let range), .text(let text)):
            return Moment(try scanner.decoded(text)).map { range.contains($0) } ?? false
        default: return isExcept
        }
    }

    /// Whether values of other types than those named meet the test.
    private var isExcept: Bool {
        switch test {
        case .exceptTexts, .exceptIntegers: true
        default: false
        }
    }

    private static func occurs(_ part: [UInt8], in whole: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        guard part.count <= whole.count else { return false }
        for start in 0...whole.count - part.count where whole[start] == first {
            if whole[start..<start + part.count].elementsEqual(part) { return true }
        }
        return false
    }
}

extension PayloadScanner {
    /// The number of elements of an array; 0 for null and 1 for all else.
    fileprivate mutating func elementCount(
        at value: Range<Int>
    ) throws(MalformedPayloadError) -> Int {
        switch bytes[value.lowerBound] {
        case UInt8(ascii: "n"): return 0
        case JSONByte.openBracket:
            goBack(to: value.lowerBound)
            var elements: [Range<Int>] = []
            try collect([.anyElement], into: &elements)
            return elements.count
        default: return 1
        }
    }

    /// The place that an object with `lat` and `lon` is; nil for any other value.
    fileprivate mutating func geoPoint(
        at value: Range<Int>
    ) throws(MalformedPayloadError) -> GeoPoint? {
        guard let latitude = try degrees("lat", at: value),
            let longitude = try degrees("lon", at: value)
        else { return nil }
        return GeoPoint(latitude: latitude, longitude: longitude)
    }

    private mutating func degrees(
        _ name: String,
        at value: Range<Int>
    ) throws(MalformedPayloadError) -> Double? {
        var found: [Range<Int>] = []
        goBack(to: value.lowerBound)
        try collect([.member(Array(name.utf8))], into: &found)
        guard let place = found.first, let number = PayloadNumber(bytes, place) else { return nil }
        let degrees = number.nearestDouble
        return degrees.isFinite ? degrees : nil
    }
}
