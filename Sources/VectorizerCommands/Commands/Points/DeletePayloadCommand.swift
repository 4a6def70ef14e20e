package import ArgumentParser
import VectorStore

/// `delete-payload`: removes fields from payloads.
package struct DeletePayloadCommand: VectorizerCommand {
    package static let name = "delete-payload"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Remove fields from the payloads of points",
        arguments: "<collection> (<id> ... | --filter <expr>) --fields <a,b>",
        discussion: """
            Fields are written as in filters: dots lead into nested objects, names with odd \
            characters stand in double quotes. One transaction: all points are changed or none.

            Examples:
              vectorizer delete-payload docs intro-1 --fields draft,author.email
              vectorizer delete-payload docs --filter "draft exists" --fields draft
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @OptionGroup var points: ChosenPoints

    @Option(help: ArgumentHelp("The fields to remove", valueName: "a,b"))
    var fields: String

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        let fields = try FieldPath.list(parsing: fields)
        let isDryRun = context.options.isDryRun
        let selection = try points.selection
        let store = try context.openStore(.write)
        let change = try store.deletePayload(
            fields: fields,
            of: selection,
            in: name,
            dryRun: isDryRun
        )
        try context.tellMissingFields(of: selection.filter, in: name, store, change)
        if isDryRun { context.log.note("dry run: nothing is changed") }
        return ChangeRow.result(change, verb: "updated")
    }
}
