package import VectorStore

/// Puts the points of an answer into groups by values of their payloads.
///
/// Groups come in the order of their best points. A point is in as many groups as it has values.
package struct PointGroups<Point> {
    /// What the points of a group have in common.
    package enum Key: Hashable, Sendable {
        case integer(Int64)
        case text(String)
    }

    /// Points with a common value, the best first.
    package struct Group {
        package let key: Key
        package fileprivate(set) var points: [Point]
    }

    private let groupSize: Int
    private var places: [Key: Int] = [:]
    private var groups: [Group] = []

    /// Begins without groups.
    ///
    /// - Parameter groupSize: points in a group at most.
    package init(groupSize: Int) {
        self.groupSize = groupSize
    }

    /// Adds the next best point.
    ///
    /// A point with a value that is neither an integer nor a text is in no group.
    ///
    /// - Parameters:
    ///   - point: the point.
    ///   - values: the values that it is grouped by.
    package mutating func add(_ point: Point, _ values: [DocumentValue]) {
        var keys: [Key] = []
        for value in values {
            guard let key = Key(value) else { return }
            if !keys.contains(key) { keys.append(key) }
        }
        for key in keys {
            if let place = places[key] {
                if groups[place].points.count < groupSize { groups[place].points.append(point) }
            } else {
                places[key] = groups.count
                groups.append(Group(key: key, points: [point]))
            }
        }
    }

    /// The best groups.
    package func best(_ limit: Int) -> [Group] { Array(groups.prefix(limit)) }

    /// Whether the best groups are known and full, so that further points change nothing.
    package func isComplete(_ limit: Int) -> Bool {
        groups.count >= limit && groups.prefix(limit).allSatisfy { $0.points.count >= groupSize }
    }
}

extension PointGroups.Group: Sendable where Point: Sendable {}
extension PointGroups: Sendable where Point: Sendable {}

extension PointGroups.Key {
    fileprivate init?(_ value: DocumentValue) {
        switch value {
        case .number(.integer(let integer)): self = .integer(integer)
        case .text(let text): self = .text(text)
        default: return nil
        }
    }
}
