import VectorStore

/// Text as manual page source.
enum Roff {
    /// A line of running text, safe at the start of a line too.
    static func text(_ line: some StringProtocol) -> String {
        guarded(escape(line, hyphens: .inWords))
    }

    /// A line that is typed or shown as it stands, so that every hyphen survives copying.
    static func literal(_ line: some StringProtocol) -> String {
        guarded(escape(line, hyphens: .never))
    }

    /// Lines of running text, with each sentence on its own line as the language asks for.
    static func sentences(_ lines: [some StringProtocol]) -> [String] {
        lines.flatMap { line -> [String] in
            var sentences = [""]
            var endsSentence = false
            for character in line {
                if endsSentence, character == " " {
                    sentences.append("")
                } else if !(sentences[sentences.count - 1].isEmpty && character == " ") {
                    sentences[sentences.count - 1].append(character)
                }
                endsSentence = ".!?".contains(character)
            }
            return sentences.filter { !$0.isEmpty }.map { text($0) }
        }
    }

    /// An option's name for the macro `Fl`, which adds the first hyphen.
    static func flag(_ spelling: String) -> String {
        "Fl " + escape(spelling.dropFirst(), hyphens: .never)
    }

    /// One argument of a macro, safe from being read as a macro or as punctuation.
    static func argument(_ word: some StringProtocol) -> String {
        let escaped = escape(word, hyphens: .inWords)
        if escaped.contains(" ") || escaped.isEmpty { return "\"\(escaped)\"" }
        let letters = Array(escaped)
        let isMacroName =
            (2...3).contains(letters.count) && letters[0].isUppercase && letters[1].isLowercase
        let isPunctuation = letters.count == 1 && !letters[0].isLetter && !letters[0].isNumber
        return isMacroName || isPunctuation ? "\\&" + escaped : escaped
    }

    /// Where `-` may stay a hyphen, which some readers print as a sign that no shell knows.
    private enum Hyphens { case inWords, never }

    private static func guarded(_ escaped: String) -> String {
        escaped.hasPrefix(".") ? "\\&" + escaped : escaped
    }

    private static func escape(_ text: some StringProtocol, hyphens: Hyphens) -> String {
        var result = ""
        var wordStartsWithHyphen = false
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if scalar == "-", !previous.properties.isAlphabetic { wordStartsWithHyphen = true }
            if scalar == " " { wordStartsWithHyphen = false }
            let keeps = hyphens == .inWords && !wordStartsWithHyphen
            result += scalar == "-" && keeps ? "-" : escape(scalar)
            previous = scalar
        }
        return result
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\\": return "\\e"
        case "'": return "\\(aq"
        case "`": return "\\(ga"
        case "^": return "\\(ha"
        case "~": return "\\(ti"
        case "\"": return "\\(dq"
        case "-": return "\\-"
        case "\t": return "        "
        case _ where scalar.isASCII: return String(scalar)
        default:
            return "\\[u" + Hexadecimal.text(scalar.value, digitCount: 4).uppercased() + "]"
        }
    }
}
