/// Which points are changed by a change that is about points by their ids; the others stay.
///
/// It is asked in the transaction of the change, of the points as they are before it. So a program
/// can change a point only if nobody else has meanwhile.
public struct ChangeCondition: Equatable, Sendable {
    /// What points that are there must pass; nil for nothing.
    public var filter: PointFilter?
    /// Whether points that are there are changed.
    public var changesKnown: Bool
    /// Whether points that are not there are put in.
    public var addsNew: Bool

    /// All points are changed.
    public static let none = ChangeCondition()

    /// Takes the parts.
    ///
    /// - Parameters:
    ///   - filter: what points that are there must pass; nil for nothing.
    ///   - changesKnown: whether points that are there are changed.
    ///   - addsNew: whether points that are not there are put in.
    public init(filter: PointFilter? = nil, changesKnown: Bool = true, addsNew: Bool = true) {
        self.filter = filter
        self.changesKnown = changesKnown
        self.addsNew = addsNew
    }
}

extension PointWriter {
    /// The points of a change that a condition lets be changed.
    ///
    /// - Throws: the catalog's errors, and `.invalidFilter`.
    /// - Complexity: without a filter O(points); with one as for a selection by that filter.
    func chosen(_ points: [FieldPoint], _ condition: ChangeCondition) throws -> [FieldPoint] {
        guard condition != .none else { return points }
        let passing = try condition.filter.map { filter in
            let ids = FilterExpression.isIn(.id, points.map { .text(Array($0.id.text.utf8)) })
            let selection = PointFilter(.and([filter.expression, ids]))
            return Set(try keys(of: .filter(selection)).keys)
        }
        return try points.filter { point in
            guard let known = try rows.find(point.id) else { return condition.addsNew }
            return condition.changesKnown && (passing?.contains(known.key) ?? true)
        }
    }
}
