package import ArgumentParser

/// What to print after a command line that was not run: help or a usage error.
///
/// For errors from parsing, and from running a command of the parser's own, such as `help`.
package enum ParsedUsageError: Sendable {
    /// Help, a version or a completion script: for standard output, exit code 0.
    case text(String)
    /// A mistake in the line: exit code 64, kind `usage`.
    case diagnostic(Diagnostic)

    /// Explains an error; `columns` is the width that help is wrapped to.
    package init(
        root: any ParsableCommand.Type,
        tokens: [String],
        error: any Error,
        columns: Int? = nil
    ) {
        let isSuccess = root.exitCode(for: error) == .success
        self.init(
            tokens: tokens,
            text: isSuccess ? root.fullMessage(for: error, columns: columns) : nil,
            message: root.message(for: error),
            isCommandsOwnHelp: error is CleanExit,
            describe: { try HelpDump.command(of: root) }
        )
    }

    /// Explains what the parser said; `text` is what it would print with exit code 0.
    package init(
        tokens: [String],
        helpDump: String,
        text: String?,
        message: String,
        isCommandsOwnHelp: Bool
    ) {
        self.init(
            tokens: tokens,
            text: text,
            message: message,
            isCommandsOwnHelp: isCommandsOwnHelp,
            describe: { try HelpDump(json: helpDump).command }
        )
    }

    private init(
        tokens: [String],
        text: String?,
        message: String,
        isCommandsOwnHelp: Bool,
        describe: () throws -> HelpDump.Command
    ) {
        let root: HelpDump.Command
        do {
            root = try describe()
        } catch {
            let reason = "cannot read the description of the commands: \(error)"
            self = .diagnostic(Diagnostic(code: 70, kind: "internal", message: reason))
            return
        }
        let walk = CommandLineWalk(tokens: tokens, root: root)
        if let word = walk.unknownCommand {
            self = .diagnostic(Self.unknownCommand(word, walk, root))
        } else if let text {
            // A command that only groups others answers with help when its subcommand is missing.
            let isIncomplete = isCommandsOwnHelp && !walk.asksForHelp
            self =
                isIncomplete && walk.command.subcommands?.isEmpty == false
                ? .diagnostic(Self.missingCommand(walk, root))
                : .text(text.hasSuffix("\n") ? text : text + "\n")
        } else if let option = walk.unknownOption {
            self = .diagnostic(Self.unknownOption(option, walk, root))
        } else {
            self = .diagnostic(Self.usage(Self.sentence(from: message), walk.path, root))
        }
    }

    private static func unknownCommand(
        _ word: String,
        _ walk: CommandLineWalk,
        _ root: HelpDump.Command
    ) -> Diagnostic {
        let shown = (walk.command.subcommands ?? []).filter(\.shouldDisplay)
        let names = shown.flatMap { [$0.commandName] + ($0.aliases ?? []) }
        let subject = (walk.path + [word]).joined(separator: " ")
        guard let near = Suggestion.nearest(to: word, in: names) else {
            return usage("unknown command '\(subject)'", walk.path, root)
        }
        let name = walk.command.subcommand(named: near)?.commandName ?? near
        let message = "unknown command '\(subject)', did you mean '\(near)'?"
        return usage(message, walk.path + [name], root)
    }

    private static func missingCommand(
        _ walk: CommandLineWalk,
        _ root: HelpDump.Command
    ) -> Diagnostic {
        let path = walk.path.joined(separator: " ")
        return usage(
            path.isEmpty ? "missing command" : "missing subcommand after '\(path)'",
            walk.path,
            root
        )
    }

    private static func unknownOption(
        _ option: String,
        _ walk: CommandLineWalk,
        _ root: HelpDump.Command
    ) -> Diagnostic {
        if option.dropFirst().first?.isNumber == true {
            let message =
                "'\(option)' looks like an option; a value such as this is written behind "
                + "an =, as in --limit=-1, and an argument behind --"
            return usage(message, walk.path, root)
        }
        let spellings = walk.options.filter(\.shouldDisplay).flatMap(\.spellings)
        let names = spellings.filter { $0.hasPrefix("--") }
        let near = option.count > 2 ? Suggestion.nearest(to: option, in: names) : nil
        let question = near.map { ", did you mean '\($0)'?" } ?? ""
        return usage("unknown option '\(option)'\(question)", walk.path, root)
    }

    private static func usage(
        _ message: String,
        _ path: [String],
        _ root: HelpDump.Command
    ) -> Diagnostic {
        let hint = ([root.commandName, "help"] + path).joined(separator: " ")
        return Diagnostic(code: 64, kind: "usage", message: message, hint: hint)
    }

    /// The parser's message as one of ours: one line, lower-case, without a full stop.
    package static func sentence(from message: String) -> String {
        var sentence = ""
        for line in message.split(separator: "\n") {
            let isItem = line.hasPrefix("  - ")
            let text = line.drop { $0 == " " || (isItem && $0 == "-") }
            let separator = sentence.isEmpty || sentence.hasSuffix(":") || !isItem ? " " : ", "
            sentence += sentence.isEmpty ? String(text) : separator + text
        }
        if sentence.hasSuffix(".") { sentence.removeLast() }
        guard let first = sentence.first, first.isUppercase else { return sentence }
        let second = sentence.dropFirst().first
        guard second?.isLowercase == true || second == " " else { return sentence }
        return first.lowercased() + sentence.dropFirst()
    }
}
