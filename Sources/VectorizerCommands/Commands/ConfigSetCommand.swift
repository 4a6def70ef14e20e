package import ArgumentParser
import VectorStore

/// `config set`: changes a setting in the file.
package struct ConfigSetCommand: VectorizerCommand {
    package static let name = "set"
    package static let words = "config set"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Change a setting in config.yaml",
        arguments: "<key> <value>",
        parent: "config",
        discussion: """
            The file is replaced in one step, the line of the setting changes, and all other lines \
            and comments stay. The change is in the audit trail. What a setting takes stands in \
            man 5 vectorizer-config. A file that can't be understood is refused as it is.

            Examples:
              vectorizer config set wait 30
              vectorizer config set log_level warning,store=debug
            """,
        exitCodes: [0, 64, 66, 74, 75, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The setting", completion: .setting)
    var key: String

    @Argument(help: "Its new value")
    var value: String

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let key = try SettingKey.named(key)
        guard key.kind.takes(value) else {
            throw Diagnostic(
                code: 78,
                kind: "invalid_setting",
                message: "\(key.rawValue) can't be '\(value)', expected \(key.kind.expected)",
                field: key.rawValue,
                expected: .text(key.kind.expected),
                got: .text(value)
            )
        }
        let directory = context.options.dataDirectory.value
        let isDryRun = context.options.isDryRun
        let store = try context.openStore(isDryRun ? .read : .write)
        let path = SettingsFile.path(in: directory)
        let text = try SettingsFile.read(in: directory)?.text ?? ""
        let edited = try SettingsFile.text(setting: key, to: value, in: text, path: path)
        guard !isDryRun else {
            context.log.note("would set \(key.rawValue) to \(value) in \(path)")
            return .nothing
        }
        let isCurrent = try store.replaceSettings(
            Array(text.utf8),
            with: Array(edited.utf8),
            object: "setting \(key.rawValue)",
            outcome: "now \(value)"
        )
        guard isCurrent else {
            throw Diagnostic(
                code: 75,
                kind: "busy",
                message: "\(path) was changed meanwhile; nothing was written",
                file: path
            )
        }
        context.log.note("set \(key.rawValue) to \(value) in \(path)")
        if let text = context.environment[key.variable], !text.isEmpty {
            context.log.caution("\(key.variable) is set to \(text), and wins")
        }
        return .nothing
    }
}
