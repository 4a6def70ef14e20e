package import ArgumentParser
import VectorStore

/// `keys revoke`: takes a key back.
package struct KeysRevokeCommand: VectorizerCommand {
    package static let name = "revoke"
    package static let words = "keys revoke"
    package static let changesStore = true
    package static let configuration = CommandConfiguration.command(
        name,
        "Take an API key back, and all keys that were made with it",
        arguments: "<id>",
        parent: "keys",
        discussion: """
            Running processes refuse it from their next request on. Its hash is erased, so there \
            is no way back; asks first on a terminal, elsewhere it wants --yes. A key that is \
            revoked already stays so, and that is no error.

            Examples:
              vectorizer keys revoke 0123456789abcdef
              vectorizer keys revoke 0123456789abcdef --yes
            """,
        exitCodes: [0, 1, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The key's id, its part behind vz_", completion: .key)
    var id: KeyID

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let id = try id.checked()
        let isDryRun = context.options.isDryRun
        let store = try context.openStore(.write)
        let affected = try store.keys.revoke(id, dryRun: true)
        guard !affected.isEmpty else {
            context.log.note("key \(id) is revoked already")
            return .nothing
        }
        let others = affected.count == 1 ? "" : " and \(affected.count - 1) made with it"
        let what = "key \(id) '\(affected[0].name)'" + others
        if isDryRun {
            context.log.note("would revoke \(what)")
            return .nothing
        }
        try context.confirm("Revoke \(what)?")
        let revoked = try store.keys.revoke(id)
        context.log.note("revoked \(revoked.count == 1 ? what : "\(revoked.count) keys")")
        return .nothing
    }
}
