/// Chooses points that are like a query and unlike one another (Carbonell and Goldstein 1998).
package enum MarginalRelevance {
    /// Chooses some of several candidates.
    ///
    /// The first one is the most relevant. Each further one has the greatest value of
    /// (1 − diversity) × relevance − diversity × likeness to the nearest of those chosen.
    ///
    /// - Parameters:
    ///   - relevances: each candidate's likeness to the query, greater for what is more alike.
    ///   - diversity: from 0, relevance alone, to 1.
    ///   - limit: how many to choose at most.
    ///   - likeness: that of two candidates, by their numbers; asked for once for each candidate
    ///     and each chosen one.
    /// - Returns: the numbers of the chosen ones in the order of choice.
    /// - Throws: what `likeness` throws.
    package static func choose<Failure: Error>(
        relevances: [Float],
        diversity: Float,
        limit: Int,
        likeness: (Int, Int) throws(Failure) -> Float
    ) throws(Failure) -> [Int] {
        var pending = Array(relevances.indices)
        var nearest = [Float](repeating: -.infinity, count: relevances.count)
        var chosen: [Int] = []
        while chosen.count < limit, !pending.isEmpty {
            let place: Int
            if let last = chosen.last {
                for candidate in pending {
                    nearest[candidate] = max(nearest[candidate], try likeness(candidate, last))
                }
                place = lastBest(of: pending) {
                    (1 - diversity) * relevances[$0] - diversity * nearest[$0]
                }
            } else {
                place = lastBest(of: pending) { relevances[$0] }
            }
            chosen.append(pending[place])
            // The order of what is left decides between equals, so it is the dialect's.
            pending.swapAt(place, pending.count - 1)
            pending.removeLast()
        }
        return chosen
    }

    /// The place of the greatest value, of several the last one.
    private static func lastBest(of pending: [Int], _ value: (Int) -> Float) -> Int {
        var best = 0
        for place in pending.indices where value(pending[place]) >= value(pending[best]) {
            best = place
        }
        return best
    }
}
