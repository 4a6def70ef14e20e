import Logging
import VectorStore

/// A fact in a line of the log: a number as a number, everything else as text without keys.
enum LogFact {
    case number(Int64)
    case text(String)

    init(_ value: Logger.MetadataValue) {
        if case .stringConvertible(let fact) = value, let number = fact as? any BinaryInteger,
            let number = Int64(exactly: number)
        {
            self = .number(number)
        } else {
            self = .text(KeyRedaction.redacted(value.description))
        }
    }

    /// The fact in a line of text.
    var text: String {
        switch self {
        case .number(let number): "\(number)"
        case .text(let text): TerminalText.escaped(text)
        }
    }

    /// One JSON object with its members in the given order.
    static func object(_ members: [(String, LogFact)]) -> String {
        var bytes: [UInt8] = []
        for (name, fact) in members {
            bytes.append(bytes.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            JSONString.append(name, escaping: .terminalSafe, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            switch fact {
            case .number(let number): bytes += "\(number)".utf8
            case .text(let text): JSONString.append(text, escaping: .terminalSafe, to: &bytes)
            }
        }
        return String(decoding: bytes + [UInt8(ascii: "}")], as: UTF8.self)
    }
}
