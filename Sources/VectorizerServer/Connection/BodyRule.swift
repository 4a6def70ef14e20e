import NIOHTTP1

/// What a request's body must be before any of it is read.
enum BodyRule {
    /// Refuses bodies that a route does not take.
    ///
    /// - Parameters:
    ///   - facts: the request.
    ///   - route: the route.
    ///   - limits: how long a body may be.
    /// - Throws: 413 for one that is too long, 415 for one of another kind or a compressed one.
    static func check(
        _ facts: RequestFacts,
        _ route: Route,
        _ limits: ServerLimits
    ) throws(ServerError) {
        let limit = byteCountMax(route, limits)
        if let length = facts.contentLength, length > limit { throw tooLong(limit) }
        guard !facts.headers.contains(name: "content-encoding") else {
            throw ServerError(415, "Unsupported media type: encoded bodies are not taken")
        }
        let hasBody =
            facts.contentLength.map { $0 > 0 } ?? facts.headers.contains(name: "transfer-encoding")
        guard hasBody, route.body != .none else { return }
        let type = try facts.single("content-type") ?? ""
        let wanted = route.body == .json ? AnswerText.jsonType : "multipart/form-data"
        let essence = type.split(separator: ";", omittingEmptySubsequences: false)[0]
        guard essence.trimmed.lowercased() == wanted else {
            throw ServerError(415, "Unsupported media type: \(wanted) is expected")
        }
    }

    /// The longest body that a route takes.
    static func byteCountMax(_ route: Route?, _ limits: ServerLimits) -> Int {
        route?.body == .upload ? limits.uploadByteCount : limits.bodyByteCount
    }

    /// 413.
    static func tooLong(_ limit: Int) -> ServerError {
        ServerError(413, "Payload too large: the body may have \(limit) bytes")
    }
}

extension Substring {
    /// The text without blanks around it.
    var trimmed: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
