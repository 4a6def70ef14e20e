package import ArgumentParser
import VectorStore
import VectorizerSettings

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
        if key == .logFile, !value.isEmpty,
            let problem = LogPlace.problem(value, in: context.options.dataDirectory.value)
        {
            throw Diagnostic(
                code: 78,
                kind: "invalid_setting",
                message: "\(key.rawValue) can't be '\(value)': \(problem.words)",
                field: key.rawValue,
                got: .text(value)
            )
        }
        let path = context.settingsPath
        let isSet = try context.changeSettings(key, "now \(value)") { text in
            try SettingsFile.text(setting: key, to: value, in: text, path: path)
        }
        let verb = isSet ? "set" : "would set"
        context.log.note("\(verb) \(key.rawValue) to \(value) in \(path)")
        if isSet { context.warnOfVariable(key) }
        return .nothing
    }
}
