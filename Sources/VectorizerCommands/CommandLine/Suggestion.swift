/// Finds what the user probably meant.
package enum Suggestion {
    /// Returns the candidate nearest to the word, if one is near enough to be offered.
    ///
    /// Near is a third of the word's length, at least one and at most three changes: a changed,
    /// missing, extra or swapped letter each. Of equally near ones the first wins.
    package static func nearest(to word: String, in candidates: [String]) -> String? {
        let bound = min(3, max(1, word.count / 3))
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let found = distance(word, candidate, bound: best.map { $0.distance - 1 } ?? bound)
            if let found { best = (candidate, found) }
        }
        return best?.candidate
    }

    /// Returns the Damerau-Levenshtein distance, or nil when it is larger than `bound`.
    ///
    /// A swapped pair is not edited further. Complexity: O(m · n), after a check of the lengths.
    static func distance(_ first: String, _ second: String, bound: Int) -> Int? {
        let a = Array(first.lowercased())
        let b = Array(second.lowercased())
        guard bound >= 0, abs(a.count - b.count) <= bound else { return nil }
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                let change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                var cost = min(change, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    cost = min(cost, beforeLast[j - 2] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count] <= bound ? last[b.count] : nil
    }
}
