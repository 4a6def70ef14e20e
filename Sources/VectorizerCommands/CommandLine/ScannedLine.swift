/// A command line, read as far as that goes before its command is known.
///
/// It says what must be known even of a line that does not parse, such as how errors are written,
/// and which command is meant.
package struct ScannedLine {
    /// The line's words.
    package let tokens: [String]
    /// The options that every command takes; the last value that is one wins.
    package private(set) var options = GlobalOptions.none
    /// Where the command's name stands; nil when there is none before a `--`.
    package private(set) var commandPlace: Int?
    /// Where words stand that belong to none of these options, behind the command's name.
    private(set) var words: [Int] = []
    /// Where other options stand, and these ones where they lack a value.
    private(set) var others: [Int] = []
    /// Whether there is no doubt about what the line says: each of these options is given once,
    /// apart from its value, and right.
    private(set) var isPlain = true

    /// Reads a line.
    package init(_ tokens: [String]) {
        self.tokens = tokens
        var scanner = LineScanner<GlobalOption>(tokens)
        while let item = scanner.next(GlobalOption.named) {
            switch item {
            case .word where commandPlace == nil: commandPlace = scanner.place
            case .word: words.append(scanner.place)
            case .unknown: others.append(scanner.place)
            case .terminator:
                others.append(contentsOf: scanner.place..<tokens.count)
                return
            case .option(let option, let value):
                take(option, value, at: scanner.place, isApart: scanner.isApart)
            }
        }
    }

    private mutating func take(
        _ option: GlobalOption,
        _ value: String?,
        at place: Int,
        isApart: Bool
    ) {
        guard option.takesValue == (value != nil) else {
            others.append(place)
            return
        }
        let isNew = option.text(options) == nil
        let isRight = option.give(value ?? "", to: &options)
        isPlain = isPlain && isNew && isRight && isApart
    }
}

extension ScannedLine {
    /// The word where a command's name stands.
    package var command: String? { commandPlace.map { tokens[$0] } }

    /// The words without the command's name; none where that is missing.
    ///
    /// Options before the name come first, so that later ones win.
    var arguments: [String] {
        commandPlace.map { Array(tokens[..<$0] + tokens[($0 + 1)...]) } ?? []
    }

    /// The line; if it asks for help, without the options that every command takes.
    ///
    /// The parser's own help command knows none of them.
    var withPlainHelp: ScannedLine {
        guard let commandPlace, command == "help" else { return self }
        let kept = (words + others).filter { $0 > commandPlace }.sorted()
        return ScannedLine(tokens[...commandPlace] + kept.map { tokens[$0] })
    }
}
