package import ArgumentParser
import VectorStore

/// `list-points`: shows points in the order of their ids.
package struct ListPointsCommand: VectorizerCommand {
    package static let name = "list-points"
    package static let configuration = CommandConfiguration.command(
        name,
        "List points, ordered by id",
        arguments: "<collection>",
        discussion: """
            Ids are ordered by their bytes. To page, repeat the command with --after and the last \
            id of the page before.

            Examples:
              vectorizer list-points docs --limit 20
              vectorizer list-points docs --filter "lang = 'en'" --fields title,lang
              vectorizer list-points docs --after intro-2 --limit 20
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78, 141]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @OptionGroup var filter: FilterOption

    @Option(help: ArgumentHelp("At most so many points", valueName: "n"))
    var limit: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only ids behind this one", valueName: "id")
    )
    var after: String?

    @OptionGroup var shown: ShownFields

    package init() {}

    package func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit takes 0 or more, got \(limit)") }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        let filter = try filter.parsed
        let after = try after.map { try PointID($0) }
        let columns = try shown.columns(context)
        let (limit, withVector) = (limit, shown.withVector)
        let store = try context.openStore(.read)
        return .rows(columns: columns.names) { sink in
            try store.withReader(of: name) { snapshot in
                try snapshot.forEachPoint(
                    filter: filter,
                    after: after,
                    limit: limit,
                    includesVectors: withVector
                ) { point in
                    try sink.write(
                        OutputRow(id: point.id.text, columns: try columns.columns(of: point))
                    )
                    return true
                }
                if sink.count == 0 { context.tellMissingFields(of: filter, in: snapshot) }
            }
        }
    }
}
