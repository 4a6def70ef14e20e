/// Which snapshots are kept, in restic's terms.
///
/// For each of the last N days (weeks, months, years) that have snapshots the latest one of that
/// day is kept; rules add up. Days are those of UTC, weeks begin on Monday.
package struct RetentionPolicy: Equatable, Sendable {
    /// How many of the latest snapshots, days, weeks, months and years are kept.
    package var last = 0
    package var daily = 0
    package var weekly = 0
    package var monthly = 0
    package var yearly = 0
    /// Snapshots with one of these tags are all kept.
    package var tags: Set<String> = []

    package init() {}

    /// Whether nothing would be kept by it.
    package var isEmpty: Bool { self == RetentionPolicy() }

    /// One rule: how many of its spans are left, and which snapshots lie in one span.
    private struct Rule {
        let name: String
        var left: Int
        var lastSpan: [Int]?
        let span: (Timestamp.DateParts, _ number: Int) -> [Int]
    }

    private var rules: [Rule] {
        [
            Rule(name: "last", left: last) { _, number in [number] },
            Rule(name: "daily", left: daily) { date, _ in [date.dayNumber] },
            // Day 0 was a Thursday.
            Rule(name: "weekly", left: weekly) { date, _ in
                [Int((Double(date.dayNumber + 3) / 7).rounded(.down))]
            },
            Rule(name: "monthly", left: monthly) { date, _ in [date.year, date.month] },
            Rule(name: "yearly", left: yearly) { date, _ in [date.year] },
        ]
    }

    /// Why each snapshot is kept.
    ///
    /// - Parameter snapshots: time and tag of each, the latest first.
    /// - Returns: for each the rules that keep it; none for those that go.
    package func reasons(_ snapshots: [(created: Timestamp, tag: String?)]) -> [[String]] {
        var rules = rules
        return snapshots.enumerated().map { number, snapshot in
            var reasons: [String] = []
            if let tag = snapshot.tag, tags.contains(tag) { reasons.append("tag") }
            for index in rules.indices where rules[index].left > 0 {
                let span = rules[index].span(snapshot.created.date, number)
                guard span != rules[index].lastSpan else { continue }
                rules[index].lastSpan = span
                rules[index].left -= 1
                reasons.append(rules[index].name)
            }
            return reasons
        }
    }
}
