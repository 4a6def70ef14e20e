import VectorStore

/// Reads a condition on one key of the payload.
enum FieldCondition {
    private static let tests: [String] = [
        "match", "range", "geo_bounding_box", "geo_radius", "geo_polygon", "values_count",
        "is_empty", "is_null",
    ]

    /// Reads a condition; of several tests in it, one has to be met.
    static func read(_ element: JSONElement) throws(RequestError) -> FilterExpression {
        try element.allowOnly(Set(tests + ["key"]))
        let steps = try PayloadPath(try element.required("key")).steps
        var terms: [FilterExpression] = []
        for name in tests {
            guard let value = element.optional(name) else { continue }
            terms.append(try test(name, value, steps))
        }
        guard !terms.isEmpty else {
            throw .validation(element.path(), "At least one field condition must be specified")
        }
        return .either(terms)
    }

    private static func test(
        _ name: String,
        _ value: JSONElement,
        _ steps: [FilterField.Step]
    ) throws(RequestError) -> FilterExpression {
        func document(_ test: DocumentCondition.Test) -> FilterExpression {
            .document(DocumentCondition(steps, test))
        }
        switch name {
        case "match": return try FieldMatch.read(value, steps)
        case "range": return try range(value, steps)
        case "geo_bounding_box": return document(.place(try GeoReader.box(value)))
        case "geo_radius": return document(.place(try GeoReader.circle(value)))
        case "geo_polygon": return document(.place(try GeoReader.polygon(value)))
        case "values_count": return document(.count(try count(value)))
        case "is_empty":
            return try value.requireBoolean() ? document(.isEmpty) : .not(document(.isEmpty))
        default:
            return try value.requireBoolean() ? document(.isNull) : .not(document(.isNull))
        }
    }

    // MARK: Ranges

    private static let bounds: Set<String> = ["lt", "lte", "gt", "gte"]

    private static func range(
        _ element: JSONElement,
        _ steps: [FilterField.Step]
    ) throws(RequestError) -> FilterExpression {
        try element.allowOnly(bounds)
        let given = element.members.filter { !$0.value.isNull }
        guard given.contains(where: { $0.value.kind == .string }) else {
            return try numbers(element, steps)
        }
        var range = MomentRange()
        range.after = try moment(element.optional("gt"))
        range.atOrAfter = try moment(element.optional("gte"))
        range.before = try moment(element.optional("lt"))
        range.atOrBefore = try moment(element.optional("lte"))
        return .document(DocumentCondition(steps, .moment(range)))
    }

    private static func moment(_ element: JSONElement?) throws(RequestError) -> Moment? {
        guard let element else { return nil }
        let text = try element.requireString()
        guard let moment = Moment(text.utf8) else {
            throw .format("`\(text)` is not a datetime", at: element)
        }
        return moment
    }

    private static func numbers(
        _ element: JSONElement,
        _ steps: [FilterField.Step]
    ) throws(RequestError) -> FilterExpression {
        let range = FilterRange(
            lower: try end(element, "gt", "gte", isFurther: >),
            upper: try end(element, "lt", "lte", isFurther: <)
        )
        let field = FilterField.payload(steps)
        return .or([.range(field, range), .range(.payload(steps + [.anyElement]), range)])
    }

    /// The end of a range that excludes most.
    private static func end(
        _ element: JSONElement,
        _ excluding: String,
        _ including: String,
        isFurther: (Int, Int) -> Bool
    ) throws(RequestError) -> FilterRange.End? {
        let first = try number(element.optional(excluding))
        let second = try number(element.optional(including))
        guard let first else { return second.map { .init($0, isIncluded: true) } }
        guard let second, isFurther(PayloadNumber.order(second, first), 0) else {
            return .init(first, isIncluded: false)
        }
        return .init(second, isIncluded: true)
    }

    private static func number(_ element: JSONElement?) throws(RequestError) -> PayloadNumber? {
        guard let element else { return nil }
        if let integer = element.integer { return .integer(integer) }
        return .real(try element.requireDouble())
    }

    private static func count(_ element: JSONElement) throws(RequestError) -> CountRange {
        try element.allowOnly(bounds)
        var range = CountRange()
        range.above = try element.optional("gt")?.requireUnsigned()
        range.atLeast = try element.optional("gte")?.requireUnsigned()
        range.below = try element.optional("lt")?.requireUnsigned()
        range.atMost = try element.optional("lte")?.requireUnsigned()
        return range
    }
}
