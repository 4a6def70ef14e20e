package import ArgumentParser
import VectorStore
import VectorizerSettings

/// `init`: makes the data directory.
package struct InitCommand: VectorizerCommand {
    package static let name = "init"
    package static let followsSettings = false
    package static let configuration = CommandConfiguration.command(
        name,
        "Create the data directory",
        discussion: """
            Creates an empty store, readable by its owner only (directories 0700, files 0600), \
            whatever the umask. The directory may exist if it is empty.

            Examples:
              vectorizer init
              vectorizer -D /srv/vectors init --if-missing
            """,
        exitCodes: [0, 64, 73, 74, 75, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Flag(help: "Succeed when the store exists already")
    var ifMissing = false

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let path = context.options.dataDirectory.value
        if context.options.isDryRun {
            let would = try Store.wouldCreate(path: path, ifMissing: ifMissing)
            context.log.note(would ? "would create a store in \(path)" : "a store is in \(path)")
            return .nothing
        }
        let created = try Store.create(
            path: path,
            ifMissing: ifMissing,
            lockTimeout: context.lockTimeout
        )
        context.log.note(created ? "created a store in \(path)" : "a store is in \(path) already")
        return .nothing
    }
}
