package import ArgumentParser
import CKernels
import VectorStore

/// `keys rotate`: gives a key another text.
package struct KeysRotateCommand: VectorizerCommand {
    package static let name = "rotate"
    package static let words = "keys rotate"
    package static let configuration = CommandConfiguration.command(
        name,
        "Give an API key a new text, the old one staying good for a while",
        arguments: "<id>",
        parent: "keys",
        discussion: """
            The new text is the only thing on standard output. Id, scopes, rate and end of the key \
            stay as they are. For the time of --overlap both texts are good, so that those who use \
            the key can change over one by one; a text that was old already ends at once.

            Examples:
              vectorizer keys rotate 0123456789abcdef > web.key
              vectorizer keys rotate 0123456789abcdef --overlap 0s > web.key
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78, 130, 141, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The key's id, its part behind vz_", completion: .key)
    var id: KeyID

    @Option(
        help: ArgumentHelp("How long the old text stays good (24h)", valueName: "time"),
        transform: TimeSpan.init(argument:)
    )
    var overlap: TimeSpan?

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let id = try id.checked()
        let overlap = overlap ?? TimeSpan(seconds: 86_400)
        let isDryRun = context.options.isDryRun
        // A text must not be the good one that was not delivered.
        vz_signals_install()
        let store = try context.openStore(.write)
        let rotated = try store.keys.rotate(
            id,
            overlapSeconds: overlap.seconds,
            dryRun: isDryRun
        )
        guard let rotated else {
            context.log.note("would rotate key \(id); dry run: nothing is changed")
            return .nothing
        }
        let end = rotated.info.overlapEnds.map { "stays good until \($0)" } ?? "is refused"
        let news = "the old text of key \(id) \(end)"
        return context.hand(over: rotated, "rotated", news, of: store)
    }
}
