package import ArgumentParser
import VectorStore

/// `drop-index`: removes an index.
package struct DropIndexCommand: VectorizerCommand {
    package static let name = "drop-index"
    package static let configuration = CommandConfiguration.command(
        name,
        "Remove the index on a payload field",
        arguments: "<collection> <field>",
        discussion: """
            Filters on the field go on to work; they read the payloads again.

            Examples:
              vectorizer drop-index docs lang
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
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
        try store.dropIndex(on: field, in: name, dryRun: isDryRun)
        context.log.note("\(isDryRun ? "would drop" : "dropped") the index on \(field)")
        return .nothing
    }
}
