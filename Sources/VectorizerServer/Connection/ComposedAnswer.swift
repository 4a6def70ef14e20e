import NIOCore
import NIOHTTP1

/// An answer as it goes out, but for what belongs to the connection.
struct ComposedAnswer: Sendable {
    let status: Int
    var headers: [(name: String, value: String)]
    let body: [UInt8]
    /// A file that is sent in place of a body.
    var file: AnswerFile?
    /// Whether the connection ends with it.
    var closes = false

    /// Bytes behind the head.
    var byteCount: Int { file?.byteCount ?? body.count }
}

extension ComposedAnswer {
    /// Makes the bytes of a route's answer.
    ///
    /// - Parameters:
    ///   - answer: what the route has answered.
    ///   - facts: the request.
    ///   - limits: how long an answer may be.
    /// - Throws: 413 for one that is longer, and the system's errors for a file.
    init(_ answer: RouteAnswer, _ facts: RequestFacts, _ limits: ServerLimits) throws {
        var type = AnswerText.jsonType
        switch answer.body {
        case .result(let json):
            body = AnswerText.result(json, seconds: facts.deadline.elapsedSeconds)
        case .plain(let contentType, let bytes):
            type = contentType
            body = bytes
        case .file(let path, let contentType):
            type = contentType
            body = []
            file = try AnswerFile(path)
        case .empty: body = []
        }
        guard body.count <= limits.answerByteCount else {
            throw ServerError(
                413,
                "Answer too large: \(body.count) bytes of at most \(limits.answerByteCount)"
            )
        }
        status = answer.status
        headers = answer.headers
        if !body.isEmpty || file != nil { headers.append(("content-type", type)) }
    }

    /// Makes the bytes of a refusal.
    ///
    /// - Parameters:
    ///   - error: the refusal.
    ///   - seconds: how long the request took.
    init(_ error: ServerError, seconds: Double) {
        status = error.status
        body = AnswerText.error(error.message, seconds: seconds)
        headers = [("content-type", AnswerText.jsonType)]
        if let seconds = error.retryAfterSeconds { headers.append(("retry-after", "\(seconds)")) }
        headers += error.headers.map { ($0.name, $0.value) }
        if error.status == 401 { headers.append(("www-authenticate", "Bearer")) }
        if !error.allowedMethods.isEmpty {
            let methods = error.allowedMethods.map(\.rawValue).joined(separator: ", ")
            headers.append(("allow", methods))
        }
    }
}
