package import ArgumentParser
import VectorStore
package import VectorizerCommands

/// A command that only the shell has, because it is about the shell.
package protocol SessionCommand: VectorizerCommand {
    /// Does the work and returns what to write.
    func run(in shell: Shell, _ context: CommandContext) throws -> CommandResult
}

extension SessionCommand {
    package func run(in context: CommandContext) throws -> CommandResult {
        preconditionFailure("only a shell runs its own commands")
    }
}

extension CommandConfiguration {
    fileprivate static func session(
        _ name: String,
        _ abstract: String,
        arguments: String = "",
        discussion: String,
        aliases: [String] = []
    ) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name,
            abstract: abstract,
            usage: arguments.isEmpty ? name : name + " " + arguments,
            discussion: discussion,
            aliases: aliases
        )
    }
}

/// `use`: names the collection that lines leave out.
package struct UseCommand: SessionCommand {
    package static let name = "use"
    package static let configuration = CommandConfiguration.session(
        name,
        "Leave a collection's name out from now on",
        arguments: "[<collection> | --none]",
        discussion: """
            Without an argument, tells which collection is in use. Commands that must have a \
            COLLECTION take this one when none is given. compact and verify, which work on all \
            collections without one, go on to do so.

            Examples:
              use docs
              search --id intro-1
              use --none
            """
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .shellCommand("list-collections"))
    var collection: String?

    @Flag(help: "Use none any more")
    var none = false

    package init() {}

    package func validate() throws {
        if none, collection != nil { throw ValidationError("give a collection or --none") }
    }

    package func run(in shell: Shell, _ context: CommandContext) throws -> CommandResult {
        if let collection {
            let name = try CollectionName(collection)
            _ = try context.openStore(.read).collection(name)
            shell.collection = name.text
        } else if none {
            shell.collection = nil
        } else {
            let inUse = shell.collection
            context.log.guide(inUse.map { "using \($0)" } ?? "no collection is in use")
        }
        return .nothing
    }
}

/// `set`: shows and changes settings.
package struct SetCommand: SessionCommand {
    package static let name = "set"
    package static let configuration = CommandConfiguration.session(
        name,
        "Show or change settings of this shell",
        arguments: "[<setting> [<value>]]",
        discussion: """
            output, header, quiet, verbose, log-format, color, progress, wait, yes and dry-run are \
            the options of the same names for all lines that follow; an option on a line wins. \
            timing tells after each command how long it took (wall clock and CPU of the process) \
            and how many rows it wrote. pager off writes rows to the terminal however many they \
            are. history off forgets the lines that follow.

            Examples:
              set
              set output json
              set timing on
            """
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(
        help: "The setting",
        completion: .list(ShellSetting.all.map(\.name))
    )
    var setting: String?

    @Argument(help: "Its new value")
    var value: String?

    package init() {}

    package func run(in shell: Shell, _ context: CommandContext) throws -> CommandResult {
        let chosen = try setting.map { name in try ShellSetting.named(name) }
        if let chosen, let value {
            try shell.settings.set(chosen, value)
            return .nothing
        }
        let settings = shell.settings
        return .rows(columns: ["setting", "value"]) { sink in
            for setting in chosen.map({ [$0] }) ?? ShellSetting.all {
                let value = settings.value(of: setting)
                try sink.write(
                    OutputRow(
                        id: setting.name,
                        columns: [("setting", .text(setting.name)), ("value", .text(value))]
                    )
                )
            }
        }
    }
}

/// `source`: runs a script.
package struct SourceCommand: SessionCommand {
    package static let name = "source"
    package static let configuration = CommandConfiguration.session(
        name,
        "Run the commands in a file",
        arguments: "<file>",
        discussion: """
            Stops at the first error, unless the shell was called with --keep-going. What the \
            file sets and uses stays so.

            Examples:
              source nightly.vz
            """
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The file; - is standard input", completion: .file())
    var file: String

    package init() {}

    package func run(in shell: Shell, _ context: CommandContext) throws -> CommandResult {
        .ended(try shell.source(file))
    }
}

/// `history`: shows what was typed.
package struct HistoryCommand: SessionCommand {
    package static let name = "history"
    package static let configuration = CommandConfiguration.session(
        name,
        "Show the lines typed",
        arguments: "[<n>]",
        discussion: """
            The oldest first; with N the last N. The arrow keys and Ctrl-R bring them back.

            Examples:
              history 20
            """
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: ArgumentHelp("How many lines", valueName: "n"))
    var count: Int?

    package init() {}

    package func validate() throws {
        if let count, count < 0 { throw ValidationError("history takes a number of lines") }
    }

    package func run(in shell: Shell, _ context: CommandContext) throws -> CommandResult {
        let entries = shell.history.entries
        let first = max(0, entries.count - (count ?? entries.count))
        return .rows(columns: ["number", "line"]) { sink in
            for (place, entry) in entries.enumerated().dropFirst(first) {
                try sink.write(
                    OutputRow(
                        id: entry,
                        columns: [("number", .integer(Int64(place + 1))), ("line", .text(entry))]
                    )
                )
            }
        }
    }
}

/// `refresh`: opens the data directory anew.
package struct RefreshCommand: SessionCommand {
    package static let name = "refresh"
    package static let configuration = CommandConfiguration.session(
        name,
        "Open the data directory anew",
        discussion: """
            Seldom needed: each command sees what other processes have written before it began.
            """
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    package init() {}

    package func run(in shell: Shell, _ context: CommandContext) throws -> CommandResult {
        shell.keeper.forget()
        _ = try context.openStore(.read)
        return .nothing
    }
}

/// `quit`: leaves.
package struct QuitCommand: SessionCommand {
    package static let name = "quit"
    package static let configuration = CommandConfiguration.session(
        name,
        "Leave the shell (so does Ctrl-D)",
        discussion: """
            A script ends here, with the highest exit code so far.
            """,
        aliases: ["exit", "q"]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    package init() {}

    package func run(in shell: Shell, _ context: CommandContext) throws -> CommandResult {
        shell.isLeaving = true
        return .nothing
    }
}

/// The root of the tree as a line of the shell sees it: the program's own, and what is about the
/// shell.
package struct ShellRoot: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "vectorizer",
        abstract: VectorizerRoot.configuration.abstract,
        usage: "<command> [<arguments>] [<options>]",
        discussion: """
            Type a command without the program's name. Tab completes; Ctrl-C stops a command; \
            help COMMAND explains one; help shell tells what else a line may hold.

            Examples:
              use docs
              search --id intro-1 --filter "lang = 'en'" | jq .score
              set timing on
            """,
        version: ProgramVersion.text,
        subcommands: CommandTree.shared + [
            UseCommand.self, SetCommand.self, SourceCommand.self, HistoryCommand.self,
            RefreshCommand.self, QuitCommand.self,
        ]
    )

    @OptionGroup(title: "Global options") var global: GlobalOptions

    package init() {}
}
