public import ArgumentParser
public import VectorStore

extension Metric: ExpressibleByArgument {}

/// `create-collection`: makes a collection.
package struct CreateCollectionCommand: VectorizerCommand {
    package static let name = "create-collection"
    package static let configuration = CommandConfiguration.command(
        name,
        "Create a collection",
        arguments: "<name> --dim <n>",
        discussion: """
            A collection holds points whose vectors all have the same dimension, compared by one \
            metric. Both stay as they are for the collection's life.

            Names are letters, digits, '.', '_' and '-', 1 to 128 of them, not beginning with a \
            sign.

            Examples:
              vectorizer create-collection docs --dim 384
              vectorizer create-collection images --dim 512 --metric euclidean --if-missing
            """,
        exitCodes: [0, 64, 66, 73, 74, 75, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The new collection's name")
    var name: String

    @Option(help: ArgumentHelp("Numbers in each vector, 1 to 4096", valueName: "n"))
    var dim: Int

    @Option(help: "How nearness is measured")
    var metric: Metric = .cosine

    @Flag(help: "Succeed when one of the same dimension and metric exists already")
    var ifMissing = false

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(name)
        let configuration = try CollectionConfiguration(dimension: dim, metric: metric)
        if context.options.isDryRun {
            let store = try context.openStore(.read)
            let would = try store.wouldCreateCollection(
                name,
                configuration,
                ifMissing: ifMissing
            )
            context.log.note(
                would ? "would create collection '\(name)'" : "collection '\(name)' exists"
            )
            return .nothing
        }
        let store = try context.openStore(.write)
        let created = try store.createCollection(
            name,
            configuration: configuration,
            ifMissing: ifMissing
        )
        context.log.note(
            created ? "created collection '\(name)'" : "collection '\(name)' exists already"
        )
        return .nothing
    }
}
