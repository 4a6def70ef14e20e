/// The headers that every answer has.
enum StandardHeaders {
    /// Answers are neither guessed at, nor stored, nor told to other sites.
    static let all: [(String, String)] = [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
    ]

    /// What pages of allowed origins may read beside the body.
    static let exposed =
        "retry-after, x-request-id, ratelimit-limit, ratelimit-remaining, ratelimit-reset"
}
