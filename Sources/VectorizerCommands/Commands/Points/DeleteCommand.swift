package import ArgumentParser
import VectorStore

/// `delete`: removes points.
package struct DeleteCommand: VectorizerCommand {
    package static let name = "delete"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Remove points by id or by filter",
        arguments: "<collection> (<id> ... | --filter <expr> | --ids-from <file>)",
        discussion: """
            One transaction: all of the points are removed or none. Ids that are not there are no \
            error. --ids-from reads one id a line, as -o ids writes them: ids that hold line \
            breaks, or begin with a double quote, are JSON strings. The file may be compressed \
            with gzip, lz4 or zstd.

            Examples:
              vectorizer delete docs intro-1 intro-2
              vectorizer delete docs --filter "expires < 20260101" --dry-run
              vectorizer delete docs --ids-from old-ids.txt
            """,
        exitCodes: [0, 64, 65, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @Argument(help: ArgumentHelp("The points' ids", valueName: "id"))
    var ids: [String] = []

    @OptionGroup var filter: FilterOption

    @Option(
        help: ArgumentHelp("A file with one id a line; - is standard input", valueName: "file"),
        completion: .file()
    )
    var idsFrom: String?

    package init() {}

    package func validate() throws {
        let ways = [!ids.isEmpty, filter.filter != nil, idsFrom != nil].filter { $0 }
        guard ways.count == 1 else {
            throw ValidationError("give exactly one of ids, --filter and --ids-from")
        }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        let selection = try selection()
        let isDryRun = context.options.isDryRun
        let store = try context.openStore(.write)
        let change = try store.delete(selection, from: name, dryRun: isDryRun)
        try context.tellMissingFields(of: selection.filter, in: name, store, change)
        if isDryRun { context.log.note("dry run: nothing is changed") }
        return ChangeRow.result(change, verb: "deleted")
    }

    private func selection() throws -> PointSelection {
        if let filter = try filter.parsed { return .filter(filter) }
        if let idsFrom { return .ids(try IDList.read(idsFrom)) }
        return .ids(try ids.map { try PointID($0) })
    }
}
