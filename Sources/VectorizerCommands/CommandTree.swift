package import ArgumentParser

/// The one list of commands; shell, scripts, man pages and completions all come from it.
package enum CommandTree {
    /// All commands, in the order in which help lists them.
    package static let shared: [any ParsableCommand.Type] = [
        InitCommand.self, CreateCollectionCommand.self, ListCollectionsCommand.self,
        InfoCommand.self, RenameCollectionCommand.self, DropCollectionCommand.self,
        InsertCommand.self, GetCommand.self, ListPointsCommand.self, CountCommand.self,
        DeleteCommand.self, SetPayloadCommand.self, DeletePayloadCommand.self,
        CreateIndexCommand.self, DropIndexCommand.self, SearchCommand.self, ExportCommand.self,
        VerifyCommand.self, StatsCommand.self, ConfigCommand.self, DemoCommand.self,
        CompletionsCommand.self, VersionCommand.self,
    ]
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
