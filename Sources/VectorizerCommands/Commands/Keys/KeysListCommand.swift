package import ArgumentParser
import VectorStore
import VectorizerSettings

/// `keys list`: shows all keys.
package struct KeysListCommand: VectorizerCommand {
    package static let name = "list"
    package static let words = "keys list"
    package static let configuration = CommandConfiguration.command(
        name,
        "List API keys, the oldest first",
        parent: "keys",
        discussion: """
            Shows what a key permits and when it was used last, to the minute; not its text, which \
            the store does not have. Keys that are expired or revoked stay in the list. A table \
            has room for some of it, and of times for the day; keys show has all.

            Examples:
              vectorizer keys list
              vectorizer keys list -o jsonl | jq -r 'select(.state == "active").id'
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78, 141]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let keys = try context.openStore(.read).keys.all()
        let isBrief = context.options.output.value == .table
        return .rows(keys, as: isBrief ? KeyRows.brief : KeyRows.listing)
    }
}

/// `keys show`: shows one key.
package struct KeysShowCommand: VectorizerCommand {
    package static let name = "show"
    package static let words = "keys show"
    package static let configuration = CommandConfiguration.command(
        name,
        "Show what an API key permits",
        arguments: "<id>",
        parent: "keys",
        discussion: """
            Examples:
              vectorizer keys show 0123456789abcdef
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The key's id, its part behind vz_", completion: .key)
    var id: KeyID

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let id = try id.checked()
        return .record(KeyRows.listing.row(try context.openStore(.read).keys.find(id)))
    }
}
