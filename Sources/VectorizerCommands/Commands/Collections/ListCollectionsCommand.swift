package import ArgumentParser
import VectorStore

/// `list-collections`: shows all collections.
package struct ListCollectionsCommand: VectorizerCommand {
    package static let name = "list-collections"
    package static let configuration = CommandConfiguration.command(
        name,
        "List the collections with their counts and sizes",
        discussion: """
            One row a collection, ordered by name: points are live points, unindexed those that no \
            index covers yet, bytes the size on disk, reclaimable_bytes what belongs to deleted or \
            replaced points, sequence the commit of the last change.

            Examples:
              vectorizer list-collections
              vectorizer list-collections -o ids
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        .rows(try context.openStore(.read).collections(), as: CollectionRows.listing)
    }
}
