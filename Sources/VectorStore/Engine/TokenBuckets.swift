import Synchronization

/// Counts how often each key is used in this process, by a clock that never jumps.
final class TokenBuckets: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: Double
        var rate: KeyRate
    }

    /// Buckets past which those that are full again are let go of.
    private static let countMax = 20_000

    private let buckets = Mutex<[String: Bucket]>([:])

    /// Takes one use.
    ///
    /// - Parameters:
    ///   - id: the key.
    ///   - rate: how often it may be used.
    ///   - seconds: what a clock that never jumps says.
    /// - Returns: 0 when it may be used now, else the seconds until it may.
    func take(_ id: String, _ rate: KeyRate, at seconds: Double) -> Double {
        buckets.withLock { buckets in
            let perSecond = Double(rate.count) / Double(rate.periodSeconds)
            var bucket =
                buckets[id].flatMap { $0.rate == rate ? $0 : nil }
                ?? Bucket(tokens: Double(rate.burst), filledAt: seconds, rate: rate)
            let gained = max(0, seconds - bucket.filledAt) * perSecond
            bucket.tokens = min(Double(rate.burst), bucket.tokens + gained)
            bucket.filledAt = seconds
            let isAllowed = bucket.tokens >= 1
            if isAllowed { bucket.tokens -= 1 }
            buckets[id] = bucket
            if buckets.count > Self.countMax { Self.removeFull(&buckets, at: seconds) }
            return isAllowed ? 0 : (1 - bucket.tokens) / perSecond
        }
    }

    private static func removeFull(_ buckets: inout [String: Bucket], at seconds: Double) {
        buckets = buckets.filter { _, bucket in
            let perSecond = Double(bucket.rate.count) / Double(bucket.rate.periodSeconds)
            let tokens = bucket.tokens + max(0, seconds - bucket.filledAt) * perSecond
            return tokens < Double(bucket.rate.burst)
        }
    }
}
