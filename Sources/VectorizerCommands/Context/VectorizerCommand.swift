package import ArgumentParser

/// A command of the one tree that shell, scripts and REPL share.
package protocol VectorizerCommand: ParsableCommand {
    /// The command's name, which finds it without asking all commands for their help texts.
    static var name: String { get }

    /// The command as it is typed: its name, behind the name of the group that it stands in.
    static var words: String { get }

    /// Whether what the command prints comes after a change that is durable by then.
    static var changesStore: Bool { get }

    /// Whether it does what it does by the settings in the data directory; one that does not works
    /// on when they are broken.
    static var followsSettings: Bool { get }

    /// The options that every command takes.
    var global: GlobalOptions { get }

    /// Does the work and returns what to write; nothing else prints or exits.
    func run(in context: CommandContext) throws -> CommandResult
}

extension VectorizerCommand {
    package static var words: String { name }
    package static var changesStore: Bool { false }
    package static var followsSettings: Bool { true }

    /// The parser's own entry is never used: a command without its context can do nothing.
    package func run() throws {
        preconditionFailure("commands run in a context")
    }
}

extension CommandConfiguration {
    /// A configuration whose help lists the exit codes.
    ///
    /// - Parameters:
    ///   - name: the command's name.
    ///   - abstract: one line without a full stop.
    ///   - arguments: what must or may stand behind the options, for the usage line.
    ///   - parent: the command that this one stands under, if any.
    ///   - discussion: paragraphs, and examples behind a line `Examples:`.
    ///   - exitCodes: the codes that this command can end with.
    /// - Returns: the configuration.
    static func command(
        _ name: String,
        _ abstract: String,
        arguments: String = "",
        parent: String? = nil,
        discussion: String,
        exitCodes: [Int32]
    ) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name,
            abstract: abstract,
            usage: usage(["vectorizer", parent, name].compactMap { $0 }, arguments),
            discussion: discussion + "\n\n" + list(of: exitCodes)
        )
    }

    /// A configuration of a command that only groups others.
    static func group(
        _ name: String,
        _ abstract: String,
        discussion: String,
        subcommands: [any ParsableCommand.Type]
    ) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name,
            abstract: abstract,
            discussion: discussion + "\n\n" + list(of: [0, 64]),
            subcommands: subcommands
        )
    }

    private static func list(of exitCodes: [Int32]) -> String {
        let lines = ExitStatus.all.filter { exitCodes.contains($0.code) }.map { status in
            let code = String(status.code)
            return "  \(code)\(String(repeating: " ", count: 5 - code.count))\(status.meaning)"
        }
        return ([exitCodesHeading] + lines).joined(separator: "\n")
    }

    /// The usage line, in two where one would not fit 80 columns.
    private static func usage(_ command: [String], _ arguments: String) -> String {
        let start = (command + ["[<options>]"]).joined(separator: " ")
        guard !arguments.isEmpty else { return start }
        let line = start + " " + arguments
        guard line.count > 72, let alternatives = arguments.firstIndex(of: "(") else {
            return line
        }
        let first = start + " " + arguments[..<alternatives]
        return first.dropLast() + "\n           " + arguments[alternatives...]
    }

    /// The line that introduces the exit codes; the manual has a section for them.
    package static var exitCodesHeading: String { "Exit codes (all of them: man 7 vectorizer):" }
}
