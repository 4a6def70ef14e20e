/// A point and what it was judged to be worth.
package struct RankedPoint<ID: Hashable & Sendable>: Equatable, Sendable {
    package let id: ID
    package let score: Float

    /// Makes it of its parts.
    package init(id: ID, score: Float) {
        self.id = id
        self.score = score
    }
}

/// Adds up scores of points, and puts them in the order of the sums.
struct ScoreSums<ID: Hashable & Sendable> {
    private var places: [ID: Int] = [:]
    private var sums: [(id: ID, score: Float)] = []

    mutating func add(_ score: Float, to id: ID) {
        if let place = places[id] {
            sums[place].score += score
        } else {
            places[id] = sums.count
            sums.append((id, score))
        }
    }

    /// The best first; of equal ones that which came first.
    func ranked(limit: Int) -> [RankedPoint<ID>] {
        let order = sums.indices.sorted {
            sums[$0].score != sums[$1].score ? sums[$0].score > sums[$1].score : $0 < $1
        }
        return order.prefix(limit).map { RankedPoint(id: sums[$0].id, score: sums[$0].score) }
    }
}
