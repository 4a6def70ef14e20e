/// What a route answers with; one place makes the bytes of it.
package struct RouteAnswer: Sendable {
    /// What stands in the body.
    package enum Body: Sendable {
        /// JSON that becomes the `result` of the dialect's envelope.
        case result([UInt8])
        /// Bytes of another kind, as they are.
        case plain(contentType: String, bytes: [UInt8])
        /// The bytes of a file, which is read while they go out.
        case file(path: String, contentType: String)
        /// Nothing.
        case empty
    }

    /// The HTTP status.
    package var status: Int
    /// Headers beside those that every answer has.
    package var headers: [(name: String, value: String)] = []
    /// What stands in the body.
    package var body: Body

    /// Takes the parts of an answer.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - body: what stands in the body.
    package init(status: Int = 200, body: Body) {
        self.status = status
        self.body = body
    }

    /// An answer whose `result` is a JSON text.
    ///
    /// - Parameters:
    ///   - json: well-formed JSON.
    ///   - status: the HTTP status.
    /// - Returns: the answer.
    package static func result(_ json: [UInt8], status: Int = 200) -> RouteAnswer {
        RouteAnswer(status: status, body: .result(json))
    }

    /// An answer whose `result` is a JSON text.
    ///
    /// - Parameters:
    ///   - json: well-formed JSON.
    ///   - status: the HTTP status.
    /// - Returns: the answer.
    package static func result(_ json: String, status: Int = 200) -> RouteAnswer {
        result(Array(json.utf8), status: status)
    }

    /// An answer that is no envelope.
    ///
    /// - Parameters:
    ///   - text: the body.
    ///   - contentType: what the body is.
    ///   - status: the HTTP status.
    /// - Returns: the answer.
    package static func text(
        _ text: String,
        contentType: String = "text/plain; charset=utf-8",
        status: Int = 200
    ) -> RouteAnswer {
        RouteAnswer(
            status: status,
            body: .plain(contentType: contentType, bytes: Array(text.utf8))
        )
    }

    /// An answer that is JSON, but no envelope.
    ///
    /// - Parameter json: well-formed JSON.
    /// - Returns: the answer.
    package static func json(_ json: [UInt8]) -> RouteAnswer {
        RouteAnswer(body: .plain(contentType: AnswerText.jsonType, bytes: json))
    }
}
