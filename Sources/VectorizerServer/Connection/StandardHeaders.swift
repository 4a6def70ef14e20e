/// The headers that every answer has.
enum StandardHeaders {
    /// Answers are neither guessed at, nor stored, nor told to other sites.
    static let all: [(String, String)] = [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
    ]

    /// What answers over TLS have in addition.
    static let strict = ("strict-transport-security", "max-age=31536000")

    /// What pages of allowed origins may read beside the body.
    static let exposed =
        "retry-after, x-request-id, ratelimit-limit, ratelimit-remaining, ratelimit-reset"
}
