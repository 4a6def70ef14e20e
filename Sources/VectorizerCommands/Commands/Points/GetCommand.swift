package import ArgumentParser
import VectorStore

/// `get`: shows points by id.
package struct GetCommand: VectorizerCommand {
    package static let name = "get"
    package static let configuration = CommandConfiguration.command(
        name,
        "Show points by their ids",
        arguments: "<collection> <id> ...",
        discussion: """
            Points are shown in the order of the ids. When an id is not there, the others are \
            shown \
            and the exit code is 66.

            Examples:
              vectorizer get docs intro-1 intro-2
              vectorizer get docs intro-1 --with-vector -o json
              vectorizer get docs -- -odd-id
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @Argument(help: ArgumentHelp("The points' ids", valueName: "id"))
    var ids: [String]

    @OptionGroup var shown: ShownFields

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        let ids = try ids.map { try PointID($0) }
        let columns = try shown.columns(context)
        let withVector = shown.withVector
        let store = try context.openStore(.read)
        return .rows(columns: columns.names) { sink in
            let missing = try store.withReader(of: name) { snapshot in
                try snapshot.forEachPoint(withIDs: ids, includesVectors: withVector) { point in
                    try sink.write(
                        OutputRow(id: point.id.text, columns: try columns.columns(of: point))
                    )
                }
            }
            guard missing.isEmpty else {
                throw VectorStoreError.point(.notFound(missing, row: nil))
            }
        }
    }
}
