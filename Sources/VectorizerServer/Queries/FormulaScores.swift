import Glibc
import VectorStore

/// Computes a formula for one point after the other.
struct FormulaScores {
    private let formula: Formula
    /// What each prefetch has found.
    private let scores: [[PointID: Float]]
    /// For each condition the points that pass it.
    private let passing: [Set<PointID>]

    /// Finds out for some points what the formula asks of them.
    ///
    /// - Parameters:
    ///   - formula: what is computed.
    ///   - answers: what the prefetches have found.
    ///   - ids: the points.
    ///   - run: the query.
    /// - Throws: the engine's errors.
    init(
        _ formula: Formula,
        _ answers: [[RankedPoint<PointID>]],
        of ids: [PointID],
        _ run: QueryRun
    ) throws {
        self.formula = formula
        scores = answers.map { points in
            Dictionary(points.map { ($0.id, $0.score) }) { first, _ in first }
        }
        passing = try formula.conditions.map { condition in
            let filter = try run.server.wireIDs.resolving(condition, in: run.reader)
            var passing: Set<PointID> = []
            try run.reader.forEachPoint(filter: PointFilter(.and([filter, .ids(ids)]))) { point in
                passing.insert(point.id)
                return true
            }
            return passing
        }
    }

    /// The score of a point.
    ///
    /// - Throws: 400 for a value that is missing or of another kind, and for what is no number.
    func score(of point: StoredPoint) throws -> Float {
        let value = try value(formula.term, point)
        guard Float(value).isFinite else { throw Self.notFinite("\(value) as f32") }
        return Float(value)
    }

    private func value(_ term: FormulaTerm, _ point: StoredPoint) throws -> Double {
        switch term {
        case .constant(let number): return number
        case .score(let place, let name):
            if place < scores.count, let score = scores[place][point.id] { return Double(score) }
            if case .number(let number) = formula.defaults[name] { return number }
            return 0
        case .payload(let key): return try number(key, point)
        case .condition(let place): return passing[place].contains(point.id) ? 1 : 0
        case .distance(let origin, let key): return origin.distance(to: try geoPoint(key, point))
        case .moment(let key): return try moment(key, point)
        case .sum(let terms): return try terms.reduce(0) { $0 + (try value($1, point)) }
        case .product(let terms): return try product(terms, point)
        case .function(let function, let term):
            return try Self.value(function, try value(term, point))
        case .quotient(let left, let right, let byZero):
            return try quotient(left, right, byZero, point)
        case .power(let base, let exponent):
            return try Self.power(try value(base, point), try value(exponent, point))
        case .decay(let decay, let x, let target):
            return Self.value(decay, try value(x, point) - (try value(target, point)))
        }
    }

    // MARK: Arithmetic

    /// A factor of zero ends it: what follows need not be there.
    private func product(_ terms: [FormulaTerm], _ point: StoredPoint) throws -> Double {
        var product = 1.0
        for term in terms {
            let factor = try value(term, point)
            if factor == 0 { return 0 }
            product *= factor
        }
        return product
    }

    private func quotient(
        _ left: FormulaTerm,
        _ right: FormulaTerm,
        _ byZero: Double?,
        _ point: StoredPoint
    ) throws -> Double {
        let dividend = try value(left, point)
        if dividend == 0 { return 0 }
        let divisor = try value(right, point)
        if divisor == 0, let byZero { return byZero }
        return try Self.finite(dividend / divisor, "\(dividend)/\(divisor)")
    }

    private static func power(_ base: Double, _ exponent: Double) throws -> Double {
        try finite(pow(base, exponent), "\(base)^\(exponent)")
    }

    private static func value(_ function: FormulaFunction, _ x: Double) throws -> Double {
        switch function {
        case .neg: -x
        case .abs: Swift.abs(x)
        case .sqrt: try finite(x.squareRoot(), "√\(x)")
        case .exp: try finite(Glibc.exp(x), "exp(\(x))")
        case .log10: try finite(Glibc.log10(x), "log10(\(x))")
        case .ln: try finite(log(x), "ln(\(x))")
        }
    }

    private static func value(_ decay: FormulaDecay, _ difference: Double) -> Double {
        switch decay.curve {
        case .linear: max(0, 1 - (1 - decay.midpoint) / decay.scale * Swift.abs(difference))
        case .exponential: Glibc.exp(log(decay.midpoint) / decay.scale * Swift.abs(difference))
        case .gauss:
            Glibc.exp(
                log(decay.midpoint) / (decay.scale * decay.scale) * difference * difference
            )
        }
    }

    private static func finite(_ value: Double, _ text: String) throws -> Double {
        guard value.isFinite else { throw notFinite(text) }
        return value
    }

    private static func notFinite(_ text: String) -> ServerError {
        .wrongInput("The expression \(text) produced a non-finite number")
    }

    // MARK: Payloads

    /// The only value at a key, or its default.
    private func only(_ key: FormulaKey, _ point: StoredPoint) throws -> FormulaDefault {
        let values = try DocumentValue.all(at: key.path.steps, in: point.payload.span)
        let found: FormulaDefault? =
            switch values.first {
            case nil: formula.defaults[key.name]
            case _ where values.count > 1: .other
            case .number(let number): .number(number.nearestDouble)
            case .text(let text): .text(text)
            case .object: try place(key, point).map { .place($0) } ?? .other
            case .null, .boolean, .array: .other
            }
        guard let found else {
            throw ServerError.wrongInput(
                "No value found for \(key.name) in the payload nor the formula defaults"
            )
        }
        return found
    }

    private func place(_ key: FormulaKey, _ point: StoredPoint) throws -> GeoPoint? {
        func degrees(_ name: String) throws -> Double? {
            let steps = key.path.steps + [.member(Array(name.utf8))]
            guard
                case .number(let number) = try DocumentValue.all(
                    at: steps,
                    in: point.payload.span
                ).first
            else { return nil }
            return number.nearestDouble
        }
        guard let latitude = try degrees("lat"), let longitude = try degrees("lon") else {
            return nil
        }
        return GeoPoint(latitude: latitude, longitude: longitude)
    }

    private func number(_ key: FormulaKey, _ point: StoredPoint) throws -> Double {
        guard case .number(let number) = try only(key, point) else {
            throw expected("number value", key)
        }
        return number
    }

    private func geoPoint(_ key: FormulaKey, _ point: StoredPoint) throws -> GeoPoint {
        guard case .place(let place) = try only(key, point) else {
            throw expected("geo point", key)
        }
        return place
    }

    private func moment(_ key: FormulaKey, _ point: StoredPoint) throws -> Double {
        guard case .text(let text) = try only(key, point), let moment = Moment(text.utf8) else {
            throw expected("datetime", key)
        }
        return moment.seconds
    }

    private func expected(_ what: String, _ key: FormulaKey) -> ServerError {
        .wrongInput(
            "Expected \(what) for \(key.name) in the payload and/or in the formula defaults."
        )
    }
}
