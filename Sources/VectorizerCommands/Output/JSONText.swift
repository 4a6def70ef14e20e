import VectorizerSettings

/// Writes values as JSON bytes.
///
/// With `forTerminal`, everything in strings that would steer a terminal is escaped, as `\u001b`:
/// the JSON means the same, and shows what it holds.
package enum JSONText {
    /// Appends one object with its members in the given order.
    package static func append(
        object members: [(name: String, value: OutputValue)],
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
    package static func append(
        _ value: OutputValue,
        to bytes: inout [UInt8],
        forTerminal: Bool
    ) {
        switch value {
        case .null: bytes += "null".utf8
        case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .float(let number): append(number: number, to: &bytes)
        case .double(let number): append(number: number, to: &bytes)
        case .text(let text): append(string: text, to: &bytes, forTerminal: forTerminal)
        case .json(let json) where forTerminal: append(safe: json, to: &bytes)
        case .json(let json): bytes += json
        case .vector(let numbers): append(vector: numbers, to: &bytes)
        }
    }

    /// Appends a quoted string.
    package static func append(
        string: String,
        to bytes: inout [UInt8],
        forTerminal: Bool
    ) {
        bytes.append(UInt8(ascii: "\""))
        if forTerminal {
            for scalar in string.unicodeScalars {
                if scalar.value >= 0x7f, TerminalText.isUnsafe(scalar) {
                    appendEscape(scalar.value, to: &bytes)
                } else {
                    for byte in String(scalar).utf8 { append(stringByte: byte, to: &bytes) }
                }
            }
        } else {
            for byte in string.utf8 { append(stringByte: byte, to: &bytes) }
        }
        bytes.append(UInt8(ascii: "\""))
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
                appendEscape(scalar.value, to: &result)
            case .scalar(let scalar): result += String(scalar).utf8
            case .invalid: appendEscape(0xfffd, to: &result)
            }
        }
        bytes = result
    }

    private static func append(vector: [Float], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (position, number) in vector.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            append(number: number, to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// The shortest text that reads back as the same number, which Swift's `description` is.
    private static func append(
        number: some BinaryFloatingPoint & CustomStringConvertible,
        to bytes: inout [UInt8]
    ) {
        bytes += number.isFinite ? number.description.utf8 : "null".utf8
    }

    private static func append(stringByte byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): bytes += "\\\"".utf8
        case UInt8(ascii: "\\"): bytes += "\\\\".utf8
        case UInt8(ascii: "\n"): bytes += "\\n".utf8
        case UInt8(ascii: "\r"): bytes += "\\r".utf8
        case UInt8(ascii: "\t"): bytes += "\\t".utf8
        case 0x00..<0x20: appendEscape(UInt32(byte), to: &bytes)
        default: bytes.append(byte)
        }
    }

    private static func appendEscape(_ value: UInt32, to bytes: inout [UInt8]) {
        bytes += ("\\u" + TerminalText.hexadecimal(value, digits: 4)).utf8
    }
}
