import ArgumentParser
import VectorStore
import VectorizerSettings

/// The options of commands that show points.
struct ShownFields: ParsableArguments {
    @Flag(help: "Show the vectors too")
    var withVector = false

    @Option(help: ArgumentHelp("Show these payload fields only", valueName: "a,b"))
    var fields: String?

    init() {}

    /// The columns of the points, in the output mode in force.
    func columns(_ context: CommandContext) throws -> PointColumns {
        try PointColumns(
            fields: fields,
            includesVectors: withVector,
            mode: context.options.output.value
        )
    }
}

/// `--filter`.
struct FilterOption: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Only points that pass the filter, a text or @FILE", valueName: "expr")
    )
    var filter: String?

    init() {}

    /// The filter, read.
    var parsed: PointFilter? {
        get throws { try filter.map { try FilterArgument.read($0) } }
    }

    /// Whether the filter comes from standard input.
    var readsStandardInput: Bool { filter == "@-" }
}

/// The points that a change is for: ids, or a filter.
struct ChosenPoints: ParsableArguments {
    @Argument(help: ArgumentHelp("The points' ids", valueName: "id"))
    var ids: [String] = []

    @OptionGroup var filter: FilterOption

    init() {}

    func validate() throws {
        guard ids.isEmpty != (filter.filter == nil) else {
            throw ValidationError("give either ids or --filter")
        }
    }

    /// The selection, with ids and filter checked.
    var selection: PointSelection {
        get throws {
            if let filter = try filter.parsed { return .filter(filter) }
            return .ids(try ids.map { try PointID($0) })
        }
    }
}

/// How a change of points is shown.
enum ChangeRow {
    static func result(_ change: ChangeResult, verb: String) -> CommandResult {
        .record(
            OutputRow(columns: [
                ("matched", .integer(change.matchedCount)),
                (verb, .integer(change.changedCount)),
                ("sequence", .integer(change.sequence)),
            ])
        )
    }
}
