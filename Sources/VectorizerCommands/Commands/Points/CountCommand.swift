package import ArgumentParser
import VectorStore

/// `count`: counts points.
package struct CountCommand: VectorizerCommand {
    package static let name = "count"
    package static let configuration = CommandConfiguration.command(
        name,
        "Count points",
        arguments: "<collection>",
        discussion: """
            A field with an index (create-index) is counted without reading payloads.

            Examples:
              vectorizer count docs
              vectorizer count docs --filter "size >= 100 and tags contains 'new'"
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @OptionGroup var filter: FilterOption

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        let filter = try filter.parsed
        let count = try context.openStore(.read).withReader(of: name) { snapshot in
            let count = try snapshot.count(filter)
            if count == 0 { context.tellMissingFields(of: filter, in: snapshot) }
            return count
        }
        return .number(name: "count", value: count)
    }
}
