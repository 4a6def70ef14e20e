package import ArgumentParser
import VectorStore

/// `set-payload`: changes payloads.
package struct SetPayloadCommand: VectorizerCommand {
    package static let name = "set-payload"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Change the payloads of points",
        arguments: "<collection> (<id> ... | --filter <expr>) --set <json>",
        discussion: """
            The members of the JSON object replace those of the same name; the others stay. With \
            --replace the object becomes the whole payload. One transaction: all points are \
            changed \
            or none, and an id that is not there changes none (66).

            Examples:
              vectorizer set-payload docs intro-1 --set '{"lang":"en","reviewed":true}'
              vectorizer set-payload docs --filter "lang = 'en'" --set '{"team":"docs"}'
            """,
        exitCodes: [0, 64, 65, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @OptionGroup var points: ChosenPoints

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The members to set, a JSON object", valueName: "json")
    )
    var set: String

    @Flag(help: "Replace the whole payload")
    var replace = false

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        let object = try PayloadArgument.read(set)
        let isDryRun = context.options.isDryRun
        let selection = try points.selection
        let store = try context.openStore(.write)
        let change = try store.setPayload(
            object,
            replaces: replace,
            of: selection,
            in: name,
            dryRun: isDryRun
        )
        try context.tellMissingFields(of: selection.filter, in: name, store, change)
        if isDryRun { context.log.note("dry run: nothing is changed") }
        return ChangeRow.result(change, verb: "updated")
    }
}

/// A payload given on the command line.
enum PayloadArgument {
    /// Checks and minifies a JSON object.
    static func read(_ text: String) throws(Diagnostic) -> [UInt8] {
        let bytes = Array(text.utf8)
        let object: [UInt8]
        do throws(JSONError) {
            object = try JSONMinifier.minified(bytes.span)
        } catch {
            let fault = InputError(
                file: "--set",
                problem: .row(.invalidJSON(error, field: nil))
            )
            throw Diagnostic(fault)
        }
        guard object.first == UInt8(ascii: "{") else {
            throw Diagnostic(
                code: 65,
                kind: "wrong_type",
                message: "--set: expected a JSON object",
                field: "set",
                expected: .text("an object")
            )
        }
        guard object.count <= Limits.payloadByteCount else {
            throw Diagnostic(
                code: 65,
                kind: "payload_too_large",
                message: "--set: expected at most \(Limits.payloadByteCount) bytes, "
                    + "got \(object.count)",
                field: "set",
                expected: .integer(Limits.payloadByteCount),
                got: .integer(object.count)
            )
        }
        return object
    }
}
