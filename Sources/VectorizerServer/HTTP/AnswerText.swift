import VectorStore

/// The bytes of the dialect's two envelopes.
///
/// `{"result":…,"status":"ok","time":0.001}`, and for whatever went wrong
/// `{"status":{"error":"…"},"time":0.001}`.
package enum AnswerText {
    /// The type of every body that is JSON.
    package static let jsonType = "application/json"

    /// The envelope around a result.
    ///
    /// - Parameters:
    ///   - json: the result, well-formed JSON.
    ///   - seconds: how long the request took.
    /// - Returns: the body.
    /// - Complexity: O(bytes of the result).
    package static func result(_ json: [UInt8], seconds: Double) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(json.count + 64)
        body += Array(#"{"result":"#.utf8)
        body += json
        body += Array(#","status":"ok","time":"#.utf8)
        append(seconds: seconds, to: &body)
        body.append(UInt8(ascii: "}"))
        return body
    }

    /// The envelope around what went wrong.
    ///
    /// - Parameters:
    ///   - message: the sentence; keys in it are made unrecognisable.
    ///   - seconds: how long the request took.
    /// - Returns: the body.
    package static func error(_ message: String, seconds: Double) -> [UInt8] {
        var body = Array(#"{"status":{"error":"#.utf8)
        JSONString.append(KeyRedaction.redacted(message), escaping: .required, to: &body)
        body += Array(#"},"time":"#.utf8)
        append(seconds: seconds, to: &body)
        body.append(UInt8(ascii: "}"))
        return body
    }

    /// Appends seconds as a decimal without an exponent, in whole nanoseconds.
    private static func append(seconds: Double, to body: inout [UInt8]) {
        let nanoseconds = Int64(max(0, min(seconds, 1e9)) * 1e9)
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        body += Array(String(whole).utf8)
        guard rest > 0 else {
            body += Array(".0".utf8)
            return
        }
        let digits = Array(String(rest).utf8)
        body.append(UInt8(ascii: "."))
        body += [UInt8](repeating: UInt8(ascii: "0"), count: 9 - digits.count)
        body += digits
    }
}
