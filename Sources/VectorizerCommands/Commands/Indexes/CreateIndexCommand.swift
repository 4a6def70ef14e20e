package import ArgumentParser
import VectorStore

/// `create-index`: indexes a payload field.
package struct CreateIndexCommand: VectorizerCommand {
    package static let name = "create-index"
    package static let configuration = CommandConfiguration.command(
        name,
        "Index a payload field for filters",
        arguments: "<collection> <field>",
        discussion: """
            Filters on the field are then answered from the index. It costs some time on each \
            insert and some space.

            Examples:
              vectorizer create-index docs lang
              vectorizer create-index docs author.name
            """,
        exitCodes: [0, 64, 66, 69, 73, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @Argument(help: "The payload field, as it is written in filters")
    var field: String

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        let isDryRun = context.options.isDryRun
        let store = try context.openStore(.write)
        let change = try store.createIndex(on: field, in: name, dryRun: isDryRun)
        context.log.note(
            "\(isDryRun ? "would index" : "indexed") field \(field) of "
                + "\(change.matchedCount) points"
        )
        return .nothing
    }
}
