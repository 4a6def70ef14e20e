package import ArgumentParser
import VectorStore

/// `info`: shows one collection.
package struct InfoCommand: VectorizerCommand {
    package static let name = "info"
    package static let configuration = CommandConfiguration.command(
        name,
        "Show one collection with its counts, sizes and indexes",
        arguments: "<collection>",
        discussion: """
            The fields are those of list-collections, and indexes: the payload fields with an index.

            Examples:
              vectorizer info docs
              vectorizer info docs -o json | jq .points
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let info = try context.openStore(.read).collection(CollectionName(collection))
        let listing = CollectionRows.listing.adding([
            ("indexes", { .array($0.indexedFields.map { .text($0) }) })
        ])
        return .record(listing.row(info))
    }
}
