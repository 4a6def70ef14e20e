package import VectorStore

/// How the score of a point is computed from the scores of prefetches and from its payload.
package struct Formula: Equatable, Sendable {
    /// What the formula computes.
    package let term: FormulaTerm
    /// Conditions that terms ask, by their numbers.
    package let conditions: [FilterExpression]
    /// What stands for values that are missing, by the names that the formula has for them.
    package let defaults: [String: FormulaDefault]

    /// Reads a formula with its defaults: the query that has the member `formula`.
    ///
    /// - Throws: 400 for a wrong form, 422 for what breaks a rule.
    init(_ query: JSONElement, limits: RequestLimits) throws(RequestError) {
        var reader = FormulaReader(limits: limits)
        term = try reader.term(try query.required("formula"))
        conditions = reader.conditions
        var defaults: [String: FormulaDefault] = [:]
        for (name, value) in try query.optional("defaults")?.object().members ?? [] {
            defaults[name] = try FormulaDefault(value)
        }
        self.defaults = defaults
    }
}

/// A part of a formula.
package indirect enum FormulaTerm: Equatable, Sendable {
    case constant(Double)
    /// The score in the prefetch of a number; `name` is what defaults call it.
    case score(Int, name: String)
    /// A number of the payload.
    case payload(FormulaKey)
    /// 1 for points that pass the condition of a number, 0 for others.
    case condition(Int)
    /// Metres to a place of the payload.
    case distance(from: GeoPoint, to: FormulaKey)
    /// Seconds since 1970 of a moment of the payload.
    case moment(FormulaKey)
    case sum([FormulaTerm])
    case product([FormulaTerm])
    case function(FormulaFunction, FormulaTerm)
    case quotient(FormulaTerm, FormulaTerm, byZero: Double?)
    case power(FormulaTerm, FormulaTerm)
    case decay(FormulaDecay, of: FormulaTerm, target: FormulaTerm)
}

/// A function of one number.
package enum FormulaFunction: String, CaseIterable, Sendable {
    case neg, abs, sqrt, exp, log10, ln
}

/// How much is left of 1 at a distance from a target: `midpoint` at the distance `scale`.
package struct FormulaDecay: Equatable, Sendable {
    /// The curve.
    package enum Curve: String, CaseIterable, Sendable {
        case linear = "lin_decay"
        case exponential = "exp_decay"
        case gauss = "gauss_decay"
    }

    package let curve: Curve
    package let midpoint: Double
    package let scale: Double
}

/// A value of the payload, as it is written and as it is found.
package struct FormulaKey: Equatable, Sendable {
    package let name: String
    package let path: PayloadPath

    init(_ element: JSONElement) throws(RequestError) {
        name = try element.requireString()
        path = try PayloadPath(element)
    }
}

/// What stands for a missing value.
package enum FormulaDefault: Equatable, Sendable {
    case number(Double)
    case text(String)
    case place(GeoPoint)
    /// Anything else, which no formula can compute with.
    case other

    init(_ element: JSONElement) throws(RequestError) {
        switch element.kind {
        case .number: self = .number(try element.requireDouble())
        case .string: self = .text(try element.requireString())
        case .object where element.member("lat") != nil && element.member("lon") != nil:
            self = .place(try GeoReader.point(element))
        case .array where element.elements.count == 1: self = try Self(element.elements[0])
        default: self = .other
        }
    }
}

/// Reads the terms of a formula.
private struct FormulaReader {
    let limits: RequestLimits
    private(set) var conditions: [FilterExpression] = []
    private var termCount = 0

    init(limits: RequestLimits) { self.limits = limits }

    mutating func term(_ element: JSONElement) throws(RequestError) -> FormulaTerm {
        termCount += 1
        guard termCount <= limits.conditionCount else {
            throw .validation(
                element.path(),
                "too many terms, at most \(limits.conditionCount) are allowed"
            )
        }
        switch element.kind {
        case .number: return .constant(try element.requireDouble())
        case .string: return try variable(element)
        case .object:
            if element.members.count == 1, let (name, value) = element.members.first,
                let term = try named(name, value)
            {
                return term
            }
            conditions.append(try RequestFilter.condition(element, limits: limits))
            return .condition(conditions.count - 1)
        default: throw .format("no kind of expression is named", at: element)
        }
    }

    private mutating func terms(_ element: JSONElement) throws(RequestError) -> [FormulaTerm] {
        var terms: [FormulaTerm] = []
        for part in try element.array() { terms.append(try term(part)) }
        return terms
    }

    /// A term that its only member names; nil where the name stands for none.
    private mutating func named(
        _ name: String,
        _ value: JSONElement
    ) throws(RequestError) -> FormulaTerm? {
        if let function = FormulaFunction(rawValue: name) {
            return .function(function, try term(value))
        }
        if let curve = FormulaDecay.Curve(rawValue: name) { return try decay(curve, value) }
        switch name {
        case "sum": return .sum(try terms(value))
        case "mult": return .product(try terms(value))
        case "div":
            return .quotient(
                try term(try value.object().required("left")),
                try term(try value.required("right")),
                byZero: try value.optional("by_zero_default")?.requireDouble()
            )
        case "pow":
            return .power(
                try term(try value.object().required("base")),
                try term(try value.required("exponent"))
            )
        case "geo_distance":
            return .distance(
                from: try GeoReader.point(try value.object().required("origin")),
                to: try FormulaKey(try value.required("to"))
            )
        case "datetime":
            guard let moment = Moment(try value.requireString().utf8) else {
                throw .format("\(value.text) is no moment", at: value)
            }
            return .constant(moment.seconds)
        case "datetime_key": return .moment(try FormulaKey(value))
        default: return nil
        }
    }

    private mutating func decay(
        _ curve: FormulaDecay.Curve,
        _ element: JSONElement
    ) throws(RequestError) -> FormulaTerm {
        let x = try term(try element.object().required("x"))
        var target = FormulaTerm.constant(0)
        if let given = element.optional("target") { target = try term(given) }
        let midpoint = try element.optional("midpoint")?.requireDouble() ?? 0.5
        let scale = try element.optional("scale")?.requireDouble() ?? 1
        guard midpoint > 0, midpoint < 1 else {
            throw .badRequest("Midpoint must be between 0 and 1, got \(midpoint)")
        }
        guard scale > 0 else {
            throw .badRequest("Scale must be non-zero positive, got \(scale)")
        }
        return .decay(
            FormulaDecay(curve: curve, midpoint: midpoint, scale: scale),
            of: x,
            target: target
        )
    }

    /// `$score`, `$score[2]`, or the way to a value of the payload.
    private func variable(_ element: JSONElement) throws(RequestError) -> FormulaTerm {
        let name = try element.requireString()
        guard name.hasPrefix("$score") else { return .payload(try FormulaKey(element)) }
        let rest = name.dropFirst("$score".count)
        if rest.isEmpty { return .score(0, name: name) }
        guard rest.first == "[", rest.last == "]",
            let number = Int(rest.dropFirst().dropLast()), number >= 0
        else { throw .format("Invalid score pattern: \(name)", at: element) }
        return .score(number, name: name)
    }
}

extension Moment {
    /// Seconds since 1970.
    var seconds: Double { Double(microseconds) / 1e6 }
}
