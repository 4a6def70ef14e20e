package import VectorizerCommands

/// Which part of the command tree the words of a line belong to.
package struct LineShape {
    /// The last command found; the root where none is.
    package private(set) var command: HelpDump.Command
    /// Where its name stands; nil at the root.
    package private(set) var commandPlace: Int?
    /// The command's arguments without those that options take, with their places.
    package private(set) var arguments: [(place: Int, word: String)] = []
    /// The option that takes the word after the last one.
    package private(set) var openOption: HelpDump.Argument?
    /// Whether `--` has ended the options.
    package private(set) var hasTerminator = false
    /// Whether the words are for `help`.
    package private(set) var asksForHelp = false
    /// The options known where the line ends.
    package private(set) var options: [HelpDump.Argument]

    /// Walks the words from the root.
    package init(_ words: some Sequence<String>, root: HelpDump.Command) {
        command = root
        options = root.arguments ?? []
        for (place, word) in words.enumerated() { take(word, at: place, root: root) }
    }

    private mutating func take(_ word: String, at place: Int, root: HelpDump.Command) {
        if openOption != nil {
            openOption = nil
        } else if hasTerminator {
            arguments.append((place, word))
        } else if word == "--" {
            hasTerminator = true
        } else if word.hasPrefix("-"), word != "-" {
            takeOption(word)
        } else if let next = command.subcommand(named: word), arguments.isEmpty {
            if command.commandName == root.commandName, next.isBuiltInHelp {
                asksForHelp = true
                return
            }
            command = next
            commandPlace = place
            options += next.arguments ?? []
        } else {
            arguments.append((place, word))
        }
    }

    private mutating func takeOption(_ word: String) {
        guard !word.hasPrefix("--") else {
            guard !word.contains("=") else { return }
            openOption = option(word).flatMap { $0.kind == .option ? $0 : nil }
            return
        }
        // Flags may stand together, and a value right behind its option.
        let letters = Array(word.dropFirst())
        for (position, letter) in letters.enumerated() {
            guard let option = option("-\(letter)"), option.kind == .option else { continue }
            if position == letters.count - 1 { openOption = option }
            return
        }
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

extension HelpDump.Argument {
    /// Whether its value is the name of a collection.
    package var isCollection: Bool {
        completionKind?.shellCommand?.command.contains("list-collections") == true
    }
}
