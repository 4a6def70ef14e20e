import Glibc
import VectorStore

/// The values that a setting takes.
package enum SettingKind: Sendable {
    case choice([String])
    case number(ClosedRange<Int>)
    case numberOr(String, ClosedRange<Int>)
    case rows
    case seconds(ClosedRange<Double>)
    case spanOr(String)
    case path
    case levels
    case address
    case words(String)
    case rateOr(String)

    /// What is expected, as errors say it.
    package var expected: String {
        switch self {
        case .choice(let words): words.joined(separator: ", ")
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .numberOr(let word, let range):
            "\(word) or a number from \(range.lowerBound) to \(range.upperBound)"
        case .rows: "a number of rows above 0"
        case .seconds(let range):
            "seconds from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
        case .spanOr(let word): "\(word) or a time such as 90d"
        case .path: "a path without control bytes"
        case .levels: LogLevels.expected
        case .address: "an address with a port, such as 127.0.0.1:6333"
        case .words(let word): "\(word), or words with commas between them"
        case .rateOr(let word): "\(word) or a rate such as 600/min"
        }
    }

    /// Whether a text is such a value.
    package func takes(_ text: String) -> Bool {
        switch self {
        case .choice(let words): words.contains(text)
        case .number(let range): Self.number(text).map(range.contains) ?? false
        case .numberOr(let word, let range):
            text == word || Self.number(text).map(range.contains) ?? false
        case .rows: Self.number(text).map { $0 > 0 } ?? false
        case .seconds(let range):
            text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
                && Double(text).map(range.contains) ?? false
        case .spanOr(let word): text == word || TimeSpan(text).map { $0.seconds > 0 } ?? false
        case .path:
            !text.utf8.contains { $0 < 0x20 || $0 == 0x7f }
                && text.utf8.count < Self.pathByteCountMax
                && !text.contains("\u{fffd}") && !KeyRedaction.holdsKey(text)
        case .levels: LogLevels(text: text) != nil
        case .address: ListenAddress(text: text) != nil
        case .words(let word): text == word || Self.words(text) != nil
        case .rateOr(let word): text == word || KeyRate(text: text) != nil
        }
    }

    /// The words of a list; nil where one of them is empty or has odd characters.
    static func words(_ text: String) -> [String]? {
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let arePlain = words.allSatisfy { word in
            !word.isEmpty && word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        }
        return arePlain ? words : nil
    }

    private static let pathByteCountMax = Int(PATH_MAX)

    private static func number(_ text: String) -> Int? {
        text.first.map { $0.isNumber } == true ? Int(text) : nil
    }

    /// A number of seconds as settings have it, without a fraction that is zero.
    package static func plain(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    }

    /// A value that it takes in the form that is shown.
    func canonical(_ text: String) -> String {
        guard case .seconds = self, let number = Double(text) else { return text }
        return Self.plain(number)
    }
}
