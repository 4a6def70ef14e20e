/// What the address of a request asks for besides the path.
package struct RequestParameters: Equatable, Sendable {
    /// Whether the answer comes after the change; nil where nothing was said.
    package let waits: Bool?
    /// Seconds after which the work is to be given up.
    package let timeout: Int?

    /// Reads and checks parameters.
    ///
    /// - Parameter value: the value of a parameter, decoded; nil where it is missing.
    /// - Throws: 400 for what can't be read, 422 for a timeout of 0.
    package init(_ value: (String) -> String?) throws(RequestError) {
        waits = try value("wait").map { text throws(RequestError) in
            guard let waits = Bool(text) else {
                throw .parameter("wait: provided string was not `true` or `false`")
            }
            return waits
        }
        if let ordering = value("ordering"), !["weak", "medium", "strong"].contains(ordering) {
            throw .parameter(
                "ordering: unknown variant `\(ordering)`, "
                    + "expected one of `weak`, `medium`, `strong`"
            )
        }
        if let text = value("consistency"), !["majority", "quorum", "all"].contains(text) {
            guard let count = UInt64(text), count > 0, !text.hasPrefix("+") else {
                throw .parameter(
                    "consistency: `\(text)` is neither a factor from 1 nor one of "
                        + "`majority`, `quorum`, `all`"
                )
            }
        }
        timeout = try value("timeout").map { text throws(RequestError) in
            try Self.seconds(text)
        }
    }

    private static func seconds(_ text: String) throws(RequestError) -> Int {
        guard let seconds = UInt64(text), !text.hasPrefix("+") else {
            throw .parameter("timeout: invalid digit found in string")
        }
        guard seconds > 0 else {
            throw RequestError(
                status: 422,
                message: "Validation error in query parameters: "
                    + "[timeout: value 0 invalid, must be 1 or larger]"
            )
        }
        return Int(clamping: seconds)
    }
}
