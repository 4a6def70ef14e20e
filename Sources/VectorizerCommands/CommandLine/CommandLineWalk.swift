/// Walks a command line the way the parser does, to say which command it was meant for.
///
/// The parser's own errors name neither the command nor the first word it did not know, and are
/// reported against the root when a global option is at fault.
struct CommandLineWalk {
    /// The names of the commands found below the root, aliases resolved.
    private(set) var path: [String] = []
    /// The last command found.
    private(set) var command: HelpDump.Command
    /// The first word that should be a subcommand and is none.
    private(set) var unknownCommand: String?
    /// The first option that the command does not have.
    private(set) var unknownOption: String?
    /// Whether help was asked for by `help`, `-h` or `--help`.
    private(set) var asksForHelp = false
    /// The options that may stand where the walk ended.
    private(set) var options: [HelpDump.Argument]

    private static let builtInFlags = ["--help-hidden", "--experimental-dump-help"]
    private static let builtInOption = "--generate-completion-script"

    init(tokens: [String], root: HelpDump.Command) {
        command = root
        options = root.arguments ?? []
        var rest = tokens[...]
        while let token = rest.popFirst(), token != "--" {
            if command.isBuiltInHelp {
                if !token.hasPrefix("-") { helpTopic(token, root: root) }
            } else if token.hasPrefix("--") {
                long(token, rest: &rest)
            } else if token.hasPrefix("-"), token != "-" {
                short(token, rest: &rest)
            } else {
                positional(token, root: root)
            }
            if unknownCommand != nil || unknownOption != nil { return }
        }
    }

    /// A word: the next command, or a value once the commands have ended.
    private mutating func positional(_ word: String, root: HelpDump.Command) {
        guard let subcommands = command.subcommands, !subcommands.isEmpty else { return }
        guard let next = command.subcommand(named: word) else {
            let takesWords = command.arguments?.contains { $0.kind == .positional } ?? false
            if !takesWords { unknownCommand = word }
            return
        }
        descend(to: next)
    }

    private mutating func descend(to next: HelpDump.Command) {
        command = next
        options += next.arguments ?? []
        if next.isBuiltInHelp {
            asksForHelp = true
        } else {
            path.append(next.commandName)
        }
    }

    /// A word after `help`: the path starts over from the root.
    private mutating func helpTopic(_ word: String, root: HelpDump.Command) {
        let help = command
        command = path.reduce(root) { $0.subcommand(named: $1) ?? $0 }
        guard let next = command.subcommand(named: word) else {
            unknownCommand = word
            return
        }
        descend(to: next)
        if !next.isBuiltInHelp { command = help }
    }

    private mutating func long(_ token: String, rest: inout ArraySlice<String>) {
        let name = String(token.prefix { $0 != "=" })
        let hasValue = name.count < token.count
        if Self.builtInFlags.contains(name) { return }
        if name == Self.builtInOption {
            if !hasValue { rest = rest.dropFirst() }
            return
        }
        guard let option = option(spelled: name) else {
            unknownOption = name
            return
        }
        asksForHelp = asksForHelp || name == "--help"
        if !hasValue { skipValue(of: option, rest: &rest) }
    }

    /// One short option, several flags run together, or an option with its value attached.
    private mutating func short(_ token: String, rest: inout ArraySlice<String>) {
        let letters = Array(token.dropFirst())
        for (position, letter) in letters.enumerated() {
            guard let option = option(spelled: "-\(letter)") else {
                unknownOption = position == 0 ? token : "-\(letter)"
                return
            }
            asksForHelp = asksForHelp || letter == "h"
            guard option.kind == .option else { continue }
            if position == letters.count - 1 { skipValue(of: option, rest: &rest) }
            return
        }
    }

    private func option(spelled name: String) -> HelpDump.Argument? {
        options.first { $0.kind != .positional && $0.spellings.contains(name) }
    }

    private func skipValue(of option: HelpDump.Argument, rest: inout ArraySlice<String>) {
        guard option.kind == .option, let next = rest.first else { return }
        let looksLikeOption = next.hasPrefix("-") && next != "-"
        if looksLikeOption, option.parsingStrategy != "unconditional" { return }
        rest = rest.dropFirst()
    }
}
