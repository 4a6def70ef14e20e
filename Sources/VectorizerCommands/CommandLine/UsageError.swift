package import ArgumentParser

/// What to print after a command line that was not run: help or a usage error.
///
/// For errors from parsing, and from running a command of the parser's own, such as `help`.
package enum ParsedUsageError: Sendable {
    /// Help, a version or a completion script: for standard output, exit code 0.
    case text(String)
    /// A mistake in the line: exit code 64, kind `usage`.
    case diagnostic(Diagnostic)

    /// Explains an error.
    ///
    /// - Parameters:
    ///   - type: the command tree.
    ///   - tokens: the line.
    ///   - error: what the parser threw.
    ///   - columns: the width that help is wrapped to.
    ///   - describe: describes the tree.
    package init(
        root type: any ParsableCommand.Type,
        tokens: [String],
        error: any Error,
        columns: Int? = nil,
        describe: (any ParsableCommand.Type) throws -> HelpDump.Command = HelpDump.command(of:)
    ) {
        let root: HelpDump.Command
        do {
            root = try describe(type)
        } catch {
            let reason = "cannot read the description of the commands: \(error)"
            self = .diagnostic(Diagnostic(code: 70, kind: "internal", message: reason))
            return
        }
        let line = LineShape(tokens, root: root, stopsAtUnknown: true)
        if let word = line.unknownCommand {
            self = .diagnostic(Self.unknownCommand(word, line, root))
        } else if type.exitCode(for: error) == .success {
            // A command that only groups others answers with help when its subcommand is missing.
            let isIncomplete = error is CleanExit && !line.asksForHelp && !line.hasHelpFlag
            let text = type.fullMessage(for: error, columns: columns)
            self =
                isIncomplete && line.command.subcommands?.isEmpty == false
                ? .diagnostic(Self.missingCommand(line, root))
                : .text(text.hasSuffix("\n") ? text : text + "\n")
        } else if let option = line.unknownOption {
            self = .diagnostic(Self.unknownOption(option, line, root))
        } else {
            let message = Self.sentence(from: type.message(for: error))
            self = .diagnostic(Self.usage(message, line.path, root))
        }
    }

    private static func unknownCommand(
        _ word: String,
        _ line: LineShape,
        _ root: HelpDump.Command
    ) -> Diagnostic {
        let shown = (line.command.subcommands ?? []).filter(\.shouldDisplay)
        let names = shown.flatMap { [$0.commandName] + ($0.aliases ?? []) }
        let subject = (line.path + [word]).joined(separator: " ")
        guard let near = Suggestion.nearest(to: word, in: names) else {
            return usage("unknown command '\(subject)'", line.path, root)
        }
        let name = line.command.subcommand(named: near)?.commandName ?? near
        let message = "unknown command '\(subject)', did you mean '\(near)'?"
        return usage(message, line.path + [name], root)
    }

    private static func missingCommand(_ line: LineShape, _ root: HelpDump.Command) -> Diagnostic {
        let path = line.path.joined(separator: " ")
        return usage(
            path.isEmpty ? "missing command" : "missing subcommand after '\(path)'",
            line.path,
            root
        )
    }

    private static func unknownOption(
        _ option: String,
        _ line: LineShape,
        _ root: HelpDump.Command
    ) -> Diagnostic {
        if option.dropFirst().first?.isNumber == true {
            let message =
                "'\(option)' looks like an option; a value such as this is written behind "
                + "an =, as in --limit=-1, and an argument behind --"
            return usage(message, line.path, root)
        }
        let spellings = line.options.filter(\.shouldDisplay).flatMap(\.spellings)
        let names = spellings.filter { $0.hasPrefix("--") }
        let near = option.count > 2 ? Suggestion.nearest(to: option, in: names) : nil
        let question = near.map { ", did you mean '\($0)'?" } ?? ""
        return usage("unknown option '\(option)'\(question)", line.path, root)
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
