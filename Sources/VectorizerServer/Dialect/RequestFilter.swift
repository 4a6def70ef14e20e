import VectorStore

/// Reads filters of requests into the engine's filters.
///
/// Conditions that the engine asks of single values become its own leaves, so that payload indexes
/// answer them; all others become conditions on documents.
struct RequestFilter {
    private let limits: RequestLimits
    private var conditionCount = 0
    /// How many filters are open; those in `nested` conditions count too.
    private var depth = 0
    /// How many `nested` conditions are open; an element has no id and no vectors.
    private var nestedDepth = 0

    private init(limits: RequestLimits) {
        self.limits = limits
    }

    /// Reads the filter of a request.
    ///
    /// - Parameters:
    ///   - element: the filter.
    ///   - limits: how large it may be.
    /// - Returns: the filter; nil where it is missing or lets all points pass.
    /// - Throws: 400 for a wrong form, 422 for what breaks a rule.
    static func optional(
        _ element: JSONElement?,
        limits: RequestLimits
    ) throws(RequestError) -> FilterExpression? {
        guard let element, !element.isNull else { return nil }
        var reader = RequestFilter(limits: limits)
        let filter = try reader.filter(element)
        return filter == .and([]) ? nil : filter
    }

    /// Reads one condition.
    ///
    /// - Parameters:
    ///   - element: the condition.
    ///   - limits: how large it may be.
    /// - Returns: the filter that asks it.
    /// - Throws: 400 for a wrong form, 422 for what breaks a rule.
    static func condition(
        _ element: JSONElement,
        limits: RequestLimits
    ) throws(RequestError) -> FilterExpression {
        var reader = RequestFilter(limits: limits)
        return try reader.condition(element)
    }

    private mutating func filter(_ element: JSONElement) throws(RequestError) -> FilterExpression {
        try element.allowOnly(["must", "should", "must_not", "min_should"])
        guard depth < limits.filterDepth else {
            throw .format("filters nest deeper than \(limits.filterDepth)", at: element)
        }
        depth += 1
        defer { depth -= 1 }
        var terms: [FilterExpression] = []
        if let must = element.optional("must") { terms += try conditions(must) }
        if let should = element.optional("should") {
            let alternatives = try conditions(should)
            // No alternatives at all are no demand.
            if !alternatives.isEmpty { terms.append(.either(alternatives)) }
        }
        if let mustNot = element.optional("must_not") {
            for term in try conditions(mustNot) { terms.append(.not(term)) }
        }
        if let minShould = element.optional("min_should") {
            terms.append(try atLeast(minShould))
        }
        return terms.count == 1 ? terms[0] : .and(terms)
    }

    private mutating func conditions(
        _ element: JSONElement
    ) throws(RequestError) -> [FilterExpression] {
        var conditions: [FilterExpression] = []
        for part in element.oneOrMany { conditions.append(try condition(part)) }
        return conditions
    }

    private mutating func atLeast(_ element: JSONElement) throws(RequestError) -> FilterExpression {
        try element.allowOnly(["conditions", "min_count"])
        let terms = try conditions(try element.required("conditions"))
        let count = try element.required("min_count")
        let least = try count.requireUnsigned()
        guard least > 0 else { throw .outOfRange(count.path(), "0", from: "1") }
        guard least <= terms.count else { return .or([]) }
        if least == 1 { return .either(terms) }
        return least == terms.count ? .and(terms) : .atLeast(Int(least), terms)
    }

    private mutating func condition(
        _ element: JSONElement
    ) throws(RequestError) -> FilterExpression {
        try element.object()
        conditionCount += 1
        guard conditionCount <= limits.conditionCount else {
            throw .validation(
                element.path(),
                "too many conditions, at most \(limits.conditionCount) are allowed"
            )
        }
        if element.member("key") != nil { return try FieldCondition.read(element) }
        for (name, value) in element.members {
            guard let condition = try special(name, value) else { continue }
            try element.allowOnly([name])
            return condition
        }
        return try filter(element)
    }

    /// A condition that is not about one key of the payload; nil where the name stands for none.
    private mutating func special(
        _ name: String,
        _ value: JSONElement
    ) throws(RequestError) -> FilterExpression? {
        switch name {
        case "is_empty": return .document(DocumentCondition(try key(value), .isEmpty))
        case "is_null": return .document(DocumentCondition(try key(value), .isNull))
        case "has_id":
            let ids = try value.list { id throws(RequestError) in try RequestPointID(id) }
            guard nestedDepth == 0, !ids.isEmpty else { return .or([]) }
            return .isIn(.id, ids.map { .text(Array($0.text.utf8)) })
        case "has_vector":
            let field = try value.requireString()
            return nestedDepth == 0 ? .hasVector(field) : .or([])
        case "nested": return try nested(value)
        case "slice": throw .unsupported("slices")
        default: return nil
        }
    }

    private func key(_ element: JSONElement) throws(RequestError) -> [FilterField.Step] {
        try element.allowOnly(["key"])
        return try PayloadPath(try element.required("key")).steps
    }

    private mutating func nested(_ element: JSONElement) throws(RequestError) -> FilterExpression {
        try element.allowOnly(["key", "filter"])
        var steps = try PayloadPath(try element.required("key")).steps
        // `a` and `a[]` both mean the elements of `a`.
        if steps.count > 1, steps.last == .anyElement { steps.removeLast() }
        nestedDepth += 1
        defer { nestedDepth -= 1 }
        let filter = try filter(try element.required("filter"))
        return .document(DocumentCondition(steps, .nested(filter)))
    }
}

extension FilterExpression {
    /// One of the terms, without an `or` around a single one.
    static func either(_ terms: [FilterExpression]) -> FilterExpression {
        terms.count == 1 ? terms[0] : .or(terms)
    }
}
