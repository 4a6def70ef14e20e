import VectorStore
import VectorizerSettings

/// Writes values as JSON bytes.
///
/// With `forTerminal`, everything in strings that would steer a terminal is escaped, as `\u001b`:
/// the JSON means the same, and shows what it holds.
package enum JSONText {
    /// Appends one object with its members in the given order.
    package static func append(
        object members: OutputColumns,
        to bytes: inout [UInt8],
        forTerminal: Bool
    ) {
        bytes.append(UInt8(ascii: "{"))
        for (position, member) in members.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            append(string: member.name, to: &bytes, forTerminal: forTerminal)
            bytes.append(UInt8(ascii: ":"))
            append(member.value, to: &bytes, forTerminal: forTerminal)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// Appends one value; numbers that JSON cannot write become `null`.
    package static func append(_ value: OutputValue, to bytes: inout [UInt8], forTerminal: Bool) {
        switch value {
        case .null: bytes += "null".utf8
        case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .float(let number): JSONNumber.appendShortest(number, to: &bytes)
        case .double(let number): JSONNumber.appendShortest(number, to: &bytes)
        case .text(let text): append(string: text, to: &bytes, forTerminal: forTerminal)
        case .json(let json) where forTerminal: append(safe: json, to: &bytes)
        case .json(let json): bytes += json
        case .vector(let numbers): JSONNumber.append(numbers.span, to: &bytes)
        }
    }

    /// Appends a quoted string.
    package static func append(string: String, to bytes: inout [UInt8], forTerminal: Bool) {
        JSONString.append(
            string,
            escaping: forTerminal ? .terminalSafe : .required,
            usesRareLetters: false,
            to: &bytes
        )
    }

    /// Copies ready JSON, with what would steer a terminal escaped and invalid UTF-8 replaced.
    private static func append(safe json: [UInt8], to bytes: inout [UInt8]) {
        guard json.contains(where: { $0 < 0x20 || $0 >= 0x7f }) else {
            bytes += json
            return
        }
        var result = bytes
        TerminalText.forEachScalar(in: json) { piece in
            switch piece {
            case .scalar(let scalar) where TerminalText.isUnsafe(scalar):
                JSONString.appendUnicodeEscape(scalar.value, to: &result)
            case .scalar(let scalar): result += String(scalar).utf8
            case .invalid: JSONString.appendUnicodeEscape(0xfffd, to: &result)
            }
        }
        bytes = result
    }
}
