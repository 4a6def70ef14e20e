/// Which part of the command tree the words of a line belong to, even if it does not parse.
///
/// The parser's own errors name neither the command nor the first word it did not know, and are
/// reported against the root when a global option is at fault.
package struct LineShape {
    /// The last command found; the root where none is.
    package private(set) var command: HelpDump.Command
    /// Where its name stands; nil at the root, and behind `help`.
    package private(set) var commandPlace: Int?
    /// The names of the commands found below the root, aliases resolved.
    private(set) var path: [String] = []
    /// The command's arguments without those that options take, with their places.
    package private(set) var arguments: [(place: Int, word: String)] = []
    /// The option that takes the word after the last one.
    package private(set) var openOption: HelpDump.Argument?
    /// Whether `--` has ended the options.
    package private(set) var hasTerminator = false
    /// Whether the words are for `help`.
    package private(set) var asksForHelp = false
    /// Whether help was asked for by `-h` or `--help`.
    package private(set) var hasHelpFlag = false
    /// The options known where the line ends.
    package private(set) var options: [HelpDump.Argument]
    /// The first word that should be a command and is none.
    private(set) var unknownCommand: String?
    /// The first option that the command does not have.
    private(set) var unknownOption: String?

    /// Walks the words from the root.
    ///
    /// - Parameters:
    ///   - words: the line.
    ///   - root: the command tree.
    ///   - stopsAtUnknown: whether the first unknown command or option ends the walk.
    package init(
        _ words: some Sequence<String>,
        root: HelpDump.Command,
        stopsAtUnknown: Bool = false
    ) {
        command = root
        options = (root.arguments ?? []) + HelpDump.Argument.unlisted
        var scanner = LineScanner<HelpDump.Argument>(Array(words))
        while let item = scanner.next({ option($0) }) {
            openOption = nil
            switch item {
            case .word(let word): take(word, at: scanner.place)
            case .terminator: hasTerminator = true
            case .option(let option, let value):
                hasHelpFlag = hasHelpFlag || option.spellings.contains("--help")
                if option.takesValue, value == nil { openOption = option }
            case .unknown(let name):
                // The parser's help command has the words for these.
                if !asksForHelp { unknownOption = unknownOption ?? name }
            }
            if stopsAtUnknown, unknownCommand != nil || unknownOption != nil { return }
        }
    }

    /// The next command, a topic of `help`, or an argument.
    private mutating func take(_ word: String, at place: Int) {
        guard !hasTerminator, arguments.isEmpty, let next = command.subcommand(named: word) else {
            let isGroup = command.subcommands?.isEmpty == false && positionals.isEmpty
            if isGroup || asksForHelp, !hasTerminator { unknownCommand = unknownCommand ?? word }
            arguments.append((place, word))
            return
        }
        guard !next.isBuiltInHelp else {
            asksForHelp = true
            return
        }
        command = next
        path.append(next.commandName)
        guard !asksForHelp else { return }
        commandPlace = place
        options += next.arguments ?? []
    }

    /// The option that is spelled so.
    package func option(_ spelling: String) -> HelpDump.Argument? {
        options.first { $0.kind != .positional && $0.spellings.contains(spelling) }
    }

    /// The command's arguments as the tree describes them.
    package var positionals: [HelpDump.Argument] {
        (command.arguments ?? []).filter { $0.kind == .positional }
    }
}

extension HelpDump.Argument: ScannedOption {
    package var takesValue: Bool { kind == .option }
    package var takesAnyWord: Bool { parsingStrategy == "unconditional" }

    /// Whether its value is the name of a collection.
    package var isCollection: Bool {
        completionKind?.shellCommand?.command.contains("list-collections") == true
    }

    /// Options that the parser has everywhere and describes nowhere.
    fileprivate static let unlisted = [
        unlisted("help-hidden", .flag), unlisted("experimental-dump-help", .flag),
        unlisted("generate-completion-script", .option),
    ]

    private static func unlisted(_ name: String, _ kind: Kind) -> HelpDump.Argument {
        HelpDump.Argument(
            kind: kind,
            shouldDisplay: false,
            isOptional: true,
            isRepeating: false,
            parsingStrategy: "unconditional",
            names: [HelpDump.Name(kind: "long", name: name)]
        )
    }
}
