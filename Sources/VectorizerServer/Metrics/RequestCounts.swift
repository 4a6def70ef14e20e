import Synchronization

/// Counts requests and how long they took, by route, status and collection.
final class RequestCounts: Sendable {
    /// What requests are counted by.
    struct Key: Hashable {
        let method: String
        let endpoint: String
        let status: Int
        let collection: String
    }

    /// The requests of one kind.
    struct Series {
        /// How many there were.
        var count = 0
        /// How long all of them took.
        var seconds = 0.0
        /// How many took no longer than each of ``bounds``.
        var buckets = [Int](repeating: 0, count: RequestCounts.bounds.count)

        mutating func add(_ other: Series) {
            count += other.count
            seconds += other.seconds
            for place in buckets.indices { buckets[place] += other.buckets[place] }
        }
    }

    /// The bounds of the buckets, in seconds.
    static let bounds = [
        0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10,
    ]
    /// Kinds that are told apart; more are counted without their collection.
    static let seriesCountMax = 20_000

    private let all = Mutex<[Key: Series]>([:])

    /// Counts a request.
    func add(_ key: Key, seconds: Double) {
        all.withLock { all in
            var key = key
            if all.count >= Self.seriesCountMax, all[key] == nil {
                key = Key(
                    method: key.method,
                    endpoint: key.endpoint,
                    status: key.status,
                    collection: ""
                )
            }
            var series = all.removeValue(forKey: key) ?? Series()
            series.count += 1
            series.seconds += seconds
            for place in Self.bounds.indices.reversed() {
                guard seconds <= Self.bounds[place] else { break }
                series.buckets[place] += 1
            }
            all[key] = series
        }
    }

    /// All counts, in the order of their names.
    ///
    /// - Parameter perCollection: whether collections are told apart.
    /// - Returns: the series.
    func sorted(perCollection: Bool) -> [(key: Key, series: Series)] {
        var summed: [Key: Series] = [:]
        for (key, series) in all.withLock({ $0 }) {
            let key = Key(
                method: key.method,
                endpoint: key.endpoint,
                status: key.status,
                collection: perCollection ? key.collection : ""
            )
            summed[key, default: Series()].add(series)
        }
        return summed.map { ($0.key, $0.value) }.sorted { one, other in
            (one.0.endpoint, one.0.method, one.0.status, one.0.collection)
                < (other.0.endpoint, other.0.method, other.0.status, other.0.collection)
        }
    }
}
