package import ArgumentParser
import VectorStore
import VectorizerSettings

/// `config unset`: takes a setting out of the file.
package struct ConfigUnsetCommand: VectorizerCommand {
    package static let name = "unset"
    package static let words = "config unset"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Take a setting out of config.yaml",
        arguments: "<key>",
        parent: "config",
        discussion: """
            The default holds again, unless the environment says otherwise. All other lines and \
            comments stay, and the change is in the audit trail. A setting that the file does not \
            have is no error.

            Examples:
              vectorizer config unset wait
            """,
        exitCodes: [0, 64, 66, 74, 75, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The setting", completion: .setting)
    var key: String

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let key = try SettingKey.named(key)
        let path = context.settingsPath
        guard try SettingsFile.read(in: context.options.dataDirectory.value)?.entries[key] != nil
        else {
            // Where there is no store there is nothing to be content with.
            _ = try context.openStore(.read)
            context.log.note("\(path) does not set \(key.rawValue)")
            return .nothing
        }
        let isDone = try context.changeSettings(key, "unset") { text in
            try SettingsFile.text(unsetting: key, in: text, path: path)
        }
        context.log.note("\(isDone ? "took" : "would take") \(key.rawValue) out of \(path)")
        if isDone { context.warnOfVariable(key) }
        return .nothing
    }
}
