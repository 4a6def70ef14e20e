package import Logging

/// How much is logged, by subsystem: `off`, `info`, or `warning,store=debug`.
package struct LogLevels: Sendable, Equatable {
    /// The parts of the program that log under a name of their own.
    package static let subsystems = ["command", "store", "keys", "server"]

    static let expected =
        "off or a level (trace, debug, info, notice, warning, error), and more for "
        + "command, store, keys or server: warning,store=debug"

    private var usual: Logger.Level?
    private var others: [String: Logger.Level?] = [:]

    /// Reads what is set; nil when it makes no sense.
    package init?(text: String) {
        for (place, part) in text.split(separator: ",", omittingEmptySubsequences: false)
            .enumerated()
        {
            let part = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let words = String(part).split(separator: "=", omittingEmptySubsequences: false)
            guard let word = words.last, word == "off" || Self.level(word) != nil else {
                return nil
            }
            if words.count == 1, place == 0 {
                usual = Self.level(word)
            } else if words.count == 2, Self.subsystems.contains(String(words[0])) {
                others[String(words[0])] = .some(Self.level(word))
            } else {
                return nil
            }
        }
    }

    private static func level(_ word: Substring) -> Logger.Level? {
        word == "critical" ? nil : Logger.Level(rawValue: String(word))
    }

    /// The least level that a subsystem logs; nil logs nothing.
    package func level(of subsystem: String) -> Logger.Level? { others[subsystem] ?? usual }

    /// Whether nothing at all is logged.
    package var isOff: Bool { usual == nil && others.values.allSatisfy { $0 == nil } }
}
