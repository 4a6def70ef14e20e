import VectorStore

/// Reads what a value of the payload has to match.
enum FieldMatch {
    private static let kinds: Set<String> = [
        "value", "any", "except", "text", "text_any", "phrase", "prefix",
    ]

    /// Reads a match, which has one member.
    static func read(
        _ element: JSONElement,
        _ steps: [FilterField.Step]
    ) throws(RequestError) -> FilterExpression {
        try element.allowOnly(kinds)
        let given = element.members.filter { !$0.value.isNull }
        guard given.count == 1, let (kind, value) = given.first else {
            throw .format(
                "a match has one of \(kinds.sorted().joined(separator: ", "))",
                at: element
            )
        }
        func document(_ test: DocumentCondition.Test) -> FilterExpression {
            .document(DocumentCondition(steps, test))
        }
        switch kind {
        case "value": return try equals(value, steps)
        case "any":
            return switch try list(value) {
            case .texts(let texts): isIn(texts.map { .text($0) }, steps)
            case .integers(let integers): isInteger(integers, steps)
            }
        case "except":
            return switch try list(value) {
            case .texts(let texts): document(.exceptTexts(texts))
            case .integers(let integers): document(.exceptIntegers(integers))
            }
        case "text_any":
            let words = try value.requireString().split(whereSeparator: \.isWhitespace)
            return document(.containsText(words.map { Array($0.utf8) }))
        case "prefix":
            let prefix = Array(try value.requireString().utf8)
            let elements = FilterField.payload(steps + [.anyElement])
            return .or([.hasPrefix(.payload(steps), prefix), .hasPrefix(elements, prefix)])
        default:
            return document(.containsText([Array(try value.requireString().utf8)]))
        }
    }

    private static func equals(
        _ value: JSONElement,
        _ steps: [FilterField.Step]
    ) throws(RequestError) -> FilterExpression {
        if let text = value.string { return isIn([.text(Array(text.utf8))], steps) }
        if let boolean = value.boolean { return isIn([.boolean(boolean)], steps) }
        guard let integer = value.integer else {
            throw .format("a value to match is a string, an integer or a boolean", at: value)
        }
        return isInteger([integer], steps)
    }

    /// What the value or an element of it equals.
    private static func isIn(
        _ values: [FilterValue],
        _ steps: [FilterField.Step]
    ) -> FilterExpression {
        if values.isEmpty { return .or([]) }
        return .or([
            .isIn(.payload(steps), values), .isIn(.payload(steps + [.anyElement]), values),
        ])
    }

    private static func isInteger(
        _ integers: [Int64],
        _ steps: [FilterField.Step]
    ) -> FilterExpression {
        if integers.isEmpty { return .or([]) }
        return .or([
            .isInteger(.payload(steps), integers),
            .isInteger(.payload(steps + [.anyElement]), integers),
        ])
    }

    private enum List {
        case texts([[UInt8]])
        case integers([Int64])
    }

    private static func list(_ element: JSONElement) throws(RequestError) -> List {
        let elements = try element.array()
        guard elements.first?.kind == .number else {
            return .texts(
                try element.list { item throws(RequestError) in
                    Array(try item.requireString().utf8)
                }
            )
        }
        return .integers(
            try element.list { item throws(RequestError) in
                guard let integer = item.integer else {
                    throw .format("values to match are all strings or all integers", at: item)
                }
                return integer
            }
        )
    }
}
