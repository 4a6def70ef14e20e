/// An option as ``LineScanner`` needs to know it.
package protocol ScannedOption: Sendable {
    /// Whether a value belongs to it; a flag has none.
    var takesValue: Bool { get }
    /// Whether the next word is its value even if that looks like an option.
    var takesAnyWord: Bool { get }
}

/// Takes a command line apart word by word, the way the parser does.
///
/// The one place that knows how options and their values are written, for all who look at a line
/// beside the parser: before it, instead of it, and where it has no words for what is wrong.
package struct LineScanner<Option: ScannedOption> {
    /// A part of a line.
    package enum Item {
        /// A word that belongs to no option.
        case word(String)
        /// The `--` behind which there are only words.
        case terminator
        /// An option with its value; nil where none is given, as for a flag.
        case option(Option, value: String?)
        /// Something that looks like an option and is none.
        case unknown(String)
    }

    private let tokens: [String]
    private var end = 0
    /// Flags that stand together in the last token and are not read yet.
    private var letters: Substring = ""
    private var hasTerminator = false
    /// Where the token of the last item stands.
    package private(set) var place = 0
    /// Whether the last option is a token of its own, and so is its value.
    package private(set) var isApart = true

    /// Begins at the first token.
    package init(_ tokens: [String]) { self.tokens = tokens }

    /// Reads the next part.
    ///
    /// - Parameter known: finds an option by its name, with its dashes.
    /// - Returns: nil at the end.
    package mutating func next(_ known: (String) -> Option?) -> Item? {
        if !letters.isEmpty { return nextLetter(known) }
        guard end < tokens.count else { return nil }
        (place, end) = (end, end + 1)
        let token = tokens[place]
        guard !hasTerminator, Self.looksLikeOption(token) else { return .word(token) }
        if token == "--" {
            hasTerminator = true
            return .terminator
        }
        guard token.utf8.count == 2 || token.hasPrefix("--") else {
            letters = token.dropFirst()
            return nextLetter(known)
        }
        let equals = token.utf8.firstIndex(of: UInt8(ascii: "="))
        isApart = equals == nil
        let name = equals.map { String(token[..<$0]) } ?? token
        guard let option = known(name) else { return .unknown(name) }
        if let equals {
            return .option(option, value: String(token[token.utf8.index(after: equals)...]))
        }
        return .option(option, value: value(of: option))
    }

    /// One of several flags in one token, or the option with its value that ends them.
    private mutating func nextLetter(_ known: (String) -> Option?) -> Item {
        isApart = false
        let token = tokens[place]
        let isFirst = letters.startIndex == token.index(after: token.startIndex)
        let name = "-\(letters.removeFirst())"
        guard let option = known(name) else {
            letters = ""
            return .unknown(isFirst ? token : name)
        }
        guard option.takesValue else { return .option(option, value: nil) }
        let attached = letters.first == "=" ? letters.dropFirst() : letters
        let isAttached = !letters.isEmpty
        letters = ""
        return .option(option, value: isAttached ? String(attached) : value(of: option))
    }

    /// The token behind an option, if that is its value.
    private mutating func value(of option: Option) -> String? {
        guard option.takesValue, end < tokens.count,
            option.takesAnyWord || !Self.looksLikeOption(tokens[end])
        else { return nil }
        defer { end += 1 }
        return tokens[end]
    }

    private static func looksLikeOption(_ token: String) -> Bool {
        token.hasPrefix("-") && token != "-"
    }
}
