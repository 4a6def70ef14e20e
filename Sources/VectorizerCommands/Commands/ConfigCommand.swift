package import ArgumentParser

/// `config`: the settings.
package struct ConfigCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the settings in force",
        discussion: """
            Settings come from the command line, the environment and built-in defaults, the first \
            that has one.
            """,
        subcommands: [ConfigShowCommand.self]
    )

    package init() {}
}

/// `config show`: shows the settings in force.
package struct ConfigShowCommand: VectorizerCommand {
    package static let name = "show"
    package static let configuration = CommandConfiguration.command(
        name,
        "Show the settings in force",
        parent: "config",
        discussion: """
            With --source each row says where the value comes from: option, environment or default.

            Examples:
              vectorizer config show --source
              vectorizer config show -o jsonl | jq -r 'select(.key == "wait").value'
            """,
        exitCodes: [0, 64, 74, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Flag(help: "Say where each value comes from")
    var source = false

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let rows = SettingRows.all(context)
        let showsSource = source
        return .rows(columns: ["key", "value"] + (showsSource ? ["source"] : [])) { sink in
            for row in rows {
                var columns: [(name: String, value: OutputValue)] = [
                    ("key", .text(row.key)), ("value", row.value),
                ]
                if showsSource { columns.append(("source", .text(row.source.rawValue))) }
                try sink.write(OutputRow(id: row.key, columns: columns))
            }
        }
    }
}
