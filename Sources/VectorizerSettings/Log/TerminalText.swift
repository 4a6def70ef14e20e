import VectorStore

/// Makes bytes that would steer a terminal visible instead.
///
/// Control bytes, `DEL`, C1 controls, line separators and bidirectional controls are replaced by
/// `\n`, `\x1b` or `\u{202e}`. Text that has none of them comes back unchanged.
package enum TerminalText {
    /// Returns the text with everything that steers a terminal made visible.
    package static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count + 8)
        for scalar in text.unicodeScalars {
            append(scalar, to: &result)
        }
        return result
    }

    /// Returns the bytes as text; those that are not UTF-8 become `\xNN`.
    package static func escaped(_ bytes: some Collection<UInt8>) -> String {
        var result = ""
        forEachScalar(in: bytes) { piece in
            switch piece {
            case .scalar(let scalar): append(scalar, to: &result)
            case .invalid(let byte): result += "\\x" + Hexadecimal.text([byte])
            }
        }
        return result
    }

    /// Whether a terminal could obey this scalar instead of showing it.
    package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || JSONString.steersTerminal(scalar.value)
    }

    /// A scalar of the text, or a byte that belongs to none.
    package enum Piece {
        case scalar(Unicode.Scalar)
        case invalid(UInt8)
    }

    /// Walks bytes that should be UTF-8 but come from outside.
    package static func forEachScalar(in bytes: some Collection<UInt8>, _ body: (Piece) -> Void) {
        var iterator = bytes.makeIterator()
        var position = bytes.startIndex
        var parser = Unicode.UTF8.ForwardParser()
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .emptyInput:
                return
            case .valid(let encoded):
                position = bytes.index(position, offsetBy: encoded.count)
                body(.scalar(Unicode.UTF8.decode(encoded)))
            case .error(let length):
                for _ in 0..<length {
                    body(.invalid(bytes[position]))
                    position = bytes.index(after: position)
                }
            }
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        guard isUnsafe(scalar) else {
            result.unicodeScalars.append(scalar)
            return
        }
        switch scalar {
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where scalar.value < 0x80:
            result += "\\x" + Hexadecimal.text(scalar.value, digitCount: 2)
        default:
            result += "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }
}
