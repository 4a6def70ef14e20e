/// Why a request can't be answered, with the words and the status of the dialect.
package struct RequestError: Error, Equatable, Sendable {
    /// The HTTP status.
    package let status: Int
    /// What the answer says.
    package let message: String

    /// Takes a status and a sentence.
    package init(status: Int, message: String) {
        self.status = status
        self.message = message
    }

    /// The body is not JSON.
    package init(_ error: JSONSyntaxError) {
        self = Self.format(error.message)
    }

    /// The body is JSON but not of the form that is wanted: 400.
    package static func format(_ reason: String) -> RequestError {
        RequestError(status: 400, message: "Format error in JSON body: \(reason)")
    }

    /// A value of the body is not of the form that is wanted: 400, with its place.
    package static func format(_ reason: String, at element: JSONElement) -> RequestError {
        let path = element.path()
        let (line, column) = element.place
        let name = path.isEmpty ? "" : "\(path): "
        return format("\(name)\(reason) at line \(line) column \(column)")
    }

    /// The body has the right form but breaks a rule: 422.
    package static func validation(_ path: String, _ reason: String) -> RequestError {
        RequestError(
            status: 422,
            message: "Validation error in JSON body: [\(path): \(reason)]"
        )
    }

    /// A number is outside of its bounds: 422.
    ///
    /// - Parameters:
    ///   - path: the way to the number.
    ///   - value: the number as it was given.
    ///   - lower: the least that is allowed.
    ///   - upper: the most that is allowed; nil where there is no bound.
    /// - Returns: the error.
    package static func outOfRange(
        _ path: String,
        _ value: String,
        from lower: String,
        to upper: String? = nil
    ) -> RequestError {
        let rule = upper.map { "must be from \(lower) to \($0)" } ?? "must be \(lower) or larger"
        return validation(path, "value \(value) invalid, \(rule)")
    }

    /// The request makes no sense: 400.
    package static func badRequest(_ reason: String) -> RequestError {
        RequestError(status: 400, message: "Bad request: \(reason)")
    }

    /// The request does not fit what is there: 400.
    package static func wrongInput(_ reason: String) -> RequestError {
        RequestError(status: 400, message: "Wrong input: \(reason)")
    }

    /// A part of the dialect that is not spoken here: 400.
    package static func unsupported(_ what: String) -> RequestError {
        badRequest("\(what) are not supported")
    }

    /// A query parameter is not of the form that is wanted: 400.
    package static func parameter(_ reason: String) -> RequestError {
        RequestError(status: 400, message: "Deserialize error in query parameters: \(reason)")
    }
}
