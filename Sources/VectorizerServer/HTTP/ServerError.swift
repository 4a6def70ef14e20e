/// A request that is refused: the status, and the sentence that is told.
package struct ServerError: Error, Equatable, Sendable {
    /// The HTTP status.
    package let status: Int
    /// What is told; nothing private stands in it.
    package let message: String
    /// After how many seconds to try again, where that helps.
    package var retryAfterSeconds: Int?
    /// The methods that the path does take, for 405.
    package var allowedMethods: [RequestMethod] = []
    /// Headers that tell more of it.
    package var headers: [Header] = []

    /// A header field.
    package struct Header: Equatable, Sendable {
        /// Its name, in lower case.
        package let name: String
        /// Its value.
        package let value: String
    }

    /// Takes the status and the sentence.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - message: what is told.
    ///   - retryAfterSeconds: after how many seconds to try again, where that helps.
    package init(_ status: Int, _ message: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
    }
}

extension ServerError {
    /// 400 for a body that can't be read as what the route takes.
    package static func badBody(_ detail: String) -> ServerError {
        ServerError(400, "Format error in JSON body: \(detail)")
    }

    /// 422 for a body that can be read and breaks a rule.
    ///
    /// - Parameters:
    ///   - field: the path of the field.
    ///   - detail: what is wrong, such as `value 0 invalid, must be 1 or larger`.
    /// - Returns: the error.
    package static func invalid(_ field: String, _ detail: String) -> ServerError {
        ServerError(422, "Validation error in JSON body: [\(field): \(detail)]")
    }

    /// 400 for a query parameter that can't be read.
    package static func badQuery(_ detail: String) -> ServerError {
        ServerError(400, "Deserialize error in query parameters: \(detail)")
    }

    /// 422 for a query parameter that breaks a rule.
    package static func invalidQuery(_ name: String, _ detail: String) -> ServerError {
        ServerError(422, "Validation error in query parameters: [\(name): \(detail)]")
    }

    /// 422 for a part of the path that breaks a rule.
    package static func invalidPath(_ name: String, _ detail: String) -> ServerError {
        ServerError(422, "Validation error in path parameters: [\(name): \(detail)]")
    }

    /// 400 for what is well formed and does not fit the collection.
    package static func wrongInput(_ detail: String) -> ServerError {
        ServerError(400, "Wrong input: \(detail)")
    }

    /// 404 for a collection that is not there, or that the key must not know of.
    package static func noCollection(_ name: String) -> ServerError {
        ServerError(404, "Not found: Collection `\(name)` doesn't exist!")
    }

    /// 404 for anything else that is not there.
    package static func notFound(_ detail: String) -> ServerError {
        ServerError(404, "Not found: \(detail)")
    }

    /// 403 for a good key that does not permit this.
    package static func forbidden(_ detail: String) -> ServerError {
        ServerError(403, "Forbidden: \(detail)")
    }

    /// 500; what went wrong stands in the log, not in the answer.
    package static func `internal`(_ detail: String) -> ServerError {
        ServerError(500, "Service internal error: \(detail)")
    }

    /// 503, to be tried again.
    package static func busy(_ detail: String) -> ServerError {
        ServerError(503, "Service unavailable: \(detail)", retryAfterSeconds: 1)
    }

    /// 408 for work that its time limit has ended.
    package static func timeout(_ seconds: Double) -> ServerError {
        let text = seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
        return ServerError(408, "Timeout error: the request took longer than \(text) seconds")
    }

    /// 401; the same whatever is wrong with a key.
    package static let unauthorized = ServerError(401, "Unauthorized: a valid API key is needed")
}
