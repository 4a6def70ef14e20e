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
            metric. Both stay as they are for the collection's life, and so do the settings of its \
            index: links per row (--m) and breadth of the search while building \
            (--ef-construction), which buy recall with memory and time, and what the index walks \
            over (--quantization): one byte a component, one bit, or the full vectors. Answers \
            are always ranked with the full vectors.

            Names are letters, digits, '.', '_' and '-', 1 to 128 of them, not beginning with a \
            sign.

            Examples:
              vectorizer create-collection docs --dim 384
              vectorizer create-collection images --dim 512 --metric euclidean --if-missing
              vectorizer create-collection pages --dim 768 --m 24 --ef-construction 400
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

    @Option(help: ArgumentHelp("Links per row of the index, 2 to 128", valueName: "n"))
    var m = 16

    @Option(
        help: ArgumentHelp("Breadth of the search while building, 2 to 4096", valueName: "n")
    )
    var efConstruction = 200

    @Option(help: "The codes that the index walks over")
    var quantization: Quantization = .int8

    @Flag(help: "Succeed when one of the same settings exists already")
    var ifMissing = false

    package init() {}

    package func validate() throws {
        try Limits.linkCounts.check(m, "--m")
        try Limits.constructionEFs.check(efConstruction, "--ef-construction")
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(name)
        let configuration = try CollectionConfiguration(
            dimension: dim,
            metric: metric,
            quantization: quantization,
            linkCount: m,
            efConstruction: efConstruction
        )
        let isDryRun = context.options.isDryRun
        let isNew = try context.openStore(.write).createCollection(
            name,
            configuration: configuration,
            ifMissing: ifMissing,
            dryRun: isDryRun
        )
        let (made, known) = isDryRun ? ("would create", "exists") : ("created", "exists already")
        context.log.note(
            isNew ? "\(made) collection '\(name)'" : "collection '\(name)' \(known)"
        )
        return .nothing
    }
}
