package import ArgumentParser
import Glibc
import VectorStore
import VectorizerSettings

/// `config`: the settings.
package struct ConfigCommand: ParsableCommand {
    package static let configuration = CommandConfiguration.group(
        "config",
        "Show and change settings",
        discussion: """
            Settings come from the command line, the environment, config.yaml in the data \
            directory, and built-in defaults; the first that has one wins. man 5 \
            vectorizer-config describes each of them.
            """,
        subcommands: [
            ConfigShowCommand.self, ConfigGetCommand.self, ConfigSetCommand.self,
            ConfigUnsetCommand.self, ConfigValidateCommand.self,
        ]
    )

    package init() {}
}

/// `config show`: shows the settings in force.
package struct ConfigShowCommand: VectorizerCommand {
    package static let name = "show"
    package static let words = "config show"
    package static let configuration = CommandConfiguration.command(
        name,
        "Show the settings in force",
        parent: "config",
        discussion: """
            With --source each row says where the value comes from: option, environment, file or \
            default. With --effective words that stand for a number are shown as the number that \
            holds on this machine.

            Examples:
              vectorizer config show --source
              vectorizer config show -o jsonl | jq -r 'select(.key == "wait").value'
            """,
        exitCodes: [0, 64, 74, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Flag(help: "Say where each value comes from")
    var source = false

    @Flag(help: "Show numbers where words stand for them")
    var effective = false

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let rows = SettingRows.all(context, isEffective: effective)
        let showsSource = source
        return .rows(columns: ["key", "value"] + (showsSource ? ["source"] : [])) { sink in
            for row in rows {
                var columns: OutputColumns = [
                    ("key", .text(row.key)), ("value", row.value),
                ]
                if showsSource { columns.append(("source", .text(row.source.rawValue))) }
                try sink.write(OutputRow(id: row.key, columns: columns))
            }
        }
    }
}

/// `config get`: shows one setting.
package struct ConfigGetCommand: VectorizerCommand {
    package static let name = "get"
    package static let words = "config get"
    package static let configuration = CommandConfiguration.command(
        name,
        "Show one setting",
        arguments: "<key>",
        parent: "config",
        discussion: """
            With --output ids the bare value is written.

            Examples:
              vectorizer config get wait
              vectorizer config get compaction -o ids
            """,
        exitCodes: [0, 64, 74, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The setting", completion: .setting)
    var key: String

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let rows = SettingRows.all(context)
        guard let row = rows.first(where: { $0.key == key }) else {
            let key = try SettingKey.named(key)
            preconditionFailure("the setting \(key) has a row")
        }
        let columns: OutputColumns = [
            ("key", .text(row.key)), ("value", row.value), ("source", .text(row.source.rawValue)),
        ]
        let bare = SettingKey(rawValue: key).map { context.options.settings[$0].value }
        let shown = CellText.plain(row.value, forTerminal: false)
        return .record(
            OutputRow(id: bare ?? String(decoding: shown, as: UTF8.self), columns: columns)
        )
    }
}

/// `config validate`: checks the file.
package struct ConfigValidateCommand: VectorizerCommand {
    package static let name = "validate"
    package static let words = "config validate"
    package static let configuration = CommandConfiguration.command(
        name,
        "Check config.yaml and the environment",
        parent: "config",
        discussion: """
            The first unknown name or impossible value is told with its line, and the exit code is \
            78. An environment variable that looks like a setting misspelled is an error, too; \
            other commands leave alone variables that they do not know. So is a store that other \
            users can write to (77). A data directory without the file is in order.

            Examples:
              vectorizer config validate
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        // What is wrong with the file was told before a command even begins.
        do throws(VectorStoreError) {
            _ = try context.openStore(.read)
        } catch {
            guard case .store(.notFound(let directory)) = error, access(directory, F_OK) == 0
            else { throw error }
            context.log.note("there is no store in \(directory) yet")
        }
        let path = SettingsFile.path(in: context.options.dataDirectory.value)
        let file = try SettingsFile.read(in: context.options.dataDirectory.value)
        try checkVariables(context)
        let count = file?.entries.count
        let words = count.map { $0 == 1 ? "1 setting" : "\($0) settings" }
        context.log.note(
            words.map { "\(path) is in order and sets \($0)" } ?? "there is no \(path)"
        )
        return .nothing
    }

    private static let prefix = "VECTORIZER_"

    /// Variables that no command knows: other programs may have some, and people make mistakes.
    private func checkVariables(_ context: CommandContext) throws {
        let known = SettingKey.allCases.map(\.variable) + ["VECTORIZER_DATA_DIR"]
        let unknown = context.environment.keys.filter {
            $0.hasPrefix(Self.prefix) && !known.contains($0)
        }
        for name in unknown.sorted() {
            // Without what all of them have in common.
            let short = known.map { String($0.dropFirst(Self.prefix.count)) }
            let word = String(name.dropFirst(Self.prefix.count))
            guard let near = Suggestion.nearest(to: word, in: short) else {
                context.log.note("\(name) is no setting, and is left alone")
                continue
            }
            throw Diagnostic(
                code: 78,
                kind: "unknown_setting",
                message: "unknown setting \(name) in the environment, did you mean "
                    + "\(Self.prefix)\(near)?",
                field: name,
                hint: "vectorizer config show"
            )
        }
    }
}
