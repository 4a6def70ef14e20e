package import ArgumentParser

/// The one list of commands; shell, scripts, man pages and completions all come from it.
package enum CommandTree {
    /// All commands, in the order in which help lists them; those that group others come last.
    package static var shared: [any ParsableCommand.Type] {
        commands + [KeysCommand.self, ConfigCommand.self]
    }

    /// The commands that do something themselves.
    ///
    /// Kept apart because a cast of each from the common type costs more than parsing a line.
    private static let commands: [any VectorizerCommand.Type] = [
        InitCommand.self, CreateCollectionCommand.self, ListCollectionsCommand.self,
        InfoCommand.self, RenameCollectionCommand.self, DropCollectionCommand.self,
        InsertCommand.self, GetCommand.self, ListPointsCommand.self, CountCommand.self,
        DeleteCommand.self, SetPayloadCommand.self, DeletePayloadCommand.self,
        CreateIndexCommand.self, DropIndexCommand.self, SearchCommand.self, ExportCommand.self,
        CompactCommand.self, VerifyCommand.self, StatsCommand.self, BackupCommand.self,
        ListBackupsCommand.self, VerifyBackupCommand.self, DiffBackupsCommand.self,
        ForgetCommand.self, RestoreCommand.self, RecallCommand.self,
        AuditCommand.self, BenchCommand.self, DemoCommand.self, ServeCommand.self,
        ShellCommand.self,
        CompletionsCommand.self, VersionCommand.self,
    ]

    /// The commands that need no parser for an ordinary line.
    private static let fastCommands: [any FastCommand.Type] = [
        SearchCommand.self, CountCommand.self, GetCommand.self, ListPointsCommand.self,
        InsertCommand.self, VersionCommand.self, ListCollectionsCommand.self, StatsCommand.self,
    ]
}

extension CommandTree {
    /// Parses a well-formed line of a command that is no group, without the rest of the tree.
    ///
    /// The parser looks at the whole tree and at every option of its root first, which costs a
    /// one-shot command more than its work. Whatever this can't parse is parsed again from the
    /// root, which knows how to explain what is wrong.
    ///
    /// - Returns: nil when the line is not understood, or asks for help.
    package static func parse(_ line: ScannedLine) -> (any VectorizerCommand)? {
        if let command = fastCommand(line) { return command }
        guard let command = commands.first(where: { $0.name == line.command }) else { return nil }
        do {
            return try command.parse(line.arguments)
        } catch {
            // Told by the root's parser, with the right words.
            return nil
        }
    }

    /// Makes a command from a line that needs no parser; nil for every other line.
    package static func fastCommand(_ line: ScannedLine) -> (any VectorizerCommand)? {
        fastCommands.first { $0.name == line.command }?.fast(line)
    }
}

/// The root of the tree as the shell sees it.
package struct VectorizerRoot: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "vectorizer",
        abstract: "An embedded vector database for people who live in a shell",
        usage: "vectorizer [<options>] <command> [<arguments>]",
        discussion: """
            Opens a data directory directly: no server, no load step. Everything that is \
            acknowledged is durable, and exit codes tell the truth (man 7 vectorizer).

            Examples:
              vectorizer demo
              vectorizer init && vectorizer create-collection docs --dim 384
              vectorizer insert docs points.jsonl && vectorizer search docs --id intro-1
            """,
        version: ProgramVersion.text,
        subcommands: CommandTree.shared
    )

    @OptionGroup(title: "Global options") var global: GlobalOptions

    package init() {}
}
