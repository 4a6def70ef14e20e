package import ArgumentParser
import VectorStore

/// `rename-collection`: gives a collection another name.
package struct RenameCollectionCommand: VectorizerCommand {
    package static let name = "rename-collection"
    package static let configuration = CommandConfiguration.command(
        name,
        "Give a collection another name",
        arguments: "<name> <new-name>",
        discussion: """
            One transaction: other processes see the old name or the new one, never both or none.

            Examples:
              vectorizer rename-collection docs-new docs
            """,
        exitCodes: [0, 64, 66, 73, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The name it has", completion: .collection)
    var name: String

    @Argument(help: "The name it gets")
    var newName: String

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(name)
        let newName = try CollectionName(newName)
        let isDryRun = context.options.isDryRun
        let store = try context.openStore(.write)
        try store.renameCollection(name, to: newName, dryRun: isDryRun)
        context.log.note("\(isDryRun ? "would rename" : "renamed") '\(name)' to '\(newName)'")
        return .nothing
    }
}
