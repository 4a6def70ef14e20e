import VectorStore

/// What is left of a rate, as `RateLimit-*` headers tell it.
struct Allowance: Equatable, Sendable {
    /// Requests that may come at once after a pause.
    let limit: Int
    /// Requests that may come now.
    let remaining: Int
    /// Seconds until all of them may come again.
    let resetSeconds: Int

    /// - Parameters:
    ///   - rate: the rate.
    ///   - level: how many requests may come now.
    init(_ rate: KeyRate, _ level: Double) {
        limit = rate.burst
        remaining = max(0, Int(level))
        let missing = Double(rate.burst) - level
        let perSecond = Double(rate.count) / Double(rate.periodSeconds)
        resetSeconds = Int((missing / perSecond).rounded(.up))
    }

    /// The headers.
    var headers: [ServerError.Header] {
        [
            .init(name: "ratelimit-limit", value: "\(limit)"),
            .init(name: "ratelimit-remaining", value: "\(remaining)"),
            .init(name: "ratelimit-reset", value: "\(resetSeconds)"),
        ]
    }
}

extension ServerError {
    /// 429.
    static func tooOften(_ why: String, wait: Double, _ allowance: Allowance?) -> ServerError {
        var error = ServerError(
            429,
            "Too many requests: \(why)",
            retryAfterSeconds: max(1, Int(wait.rounded(.up)))
        )
        error.headers = allowance?.headers ?? []
        return error
    }
}
