import Synchronization

/// Counts how often each key is used in this process, by a clock that never jumps.
package final class TokenBuckets: Sendable {
    private struct Bucket {
        let rate: KeyRate
        var tokens: Double
        private var filledAt: Double

        init(full rate: KeyRate, at seconds: Double) {
            self.rate = rate
            tokens = Double(rate.burst)
            filledAt = seconds
        }

        private var perSecond: Double { Double(rate.count) / Double(rate.periodSeconds) }

        /// The seconds until there is a token.
        var wait: Double { tokens >= 1 ? 0 : (1 - tokens) / perSecond }

        /// Adds what has come in since the last time; askers may come with times out of order.
        mutating func fill(at seconds: Double) {
            tokens = min(Double(rate.burst), tokens + max(0, seconds - filledAt) * perSecond)
            filledAt = max(filledAt, seconds)
        }

        func isFull(at seconds: Double) -> Bool {
            var bucket = self
            bucket.fill(at: seconds)
            return bucket.tokens >= Double(rate.burst)
        }
    }

    /// Buckets past which those that are full again are let go of.
    private static let countMax = 20_000

    private let buckets = Mutex<[String: Bucket]>([:])

    /// Makes buckets that are all full.
    package init() {}

    /// Takes one use from each of several buckets, or none from any.
    ///
    /// - Parameters:
    ///   - limits: the keys that the use counts for, and how often each may be used.
    ///   - seconds: what a clock that never jumps says.
    /// - Returns: 0 when it may be used now, else the seconds until it may.
    package func take(_ limits: [(id: String, rate: KeyRate)], at seconds: Double) -> Double {
        buckets.withLock { buckets in
            var wait = 0.0
            for (id, rate) in limits {
                let known = buckets[id].flatMap { $0.rate == rate ? $0 : nil }
                var bucket = known ?? Bucket(full: rate, at: seconds)
                bucket.fill(at: seconds)
                wait = max(wait, bucket.wait)
                buckets[id] = bucket
            }
            if wait == 0 { for (id, _) in limits { buckets[id]?.tokens -= 1 } }
            if buckets.count > Self.countMax {
                buckets = buckets.filter { _, bucket in !bucket.isFull(at: seconds) }
            }
            return wait
        }
    }

    /// How many uses may come now; nothing is taken.
    ///
    /// - Parameters:
    ///   - id: the key.
    ///   - rate: how often it may be used.
    ///   - seconds: what a clock that never jumps says.
    /// - Returns: the uses, with the part of the next one that has come in.
    package func level(_ id: String, _ rate: KeyRate, at seconds: Double) -> Double {
        buckets.withLock { buckets in
            guard var bucket = buckets[id], bucket.rate == rate else { return Double(rate.burst) }
            bucket.fill(at: seconds)
            return bucket.tokens
        }
    }
}
