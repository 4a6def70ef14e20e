package import ArgumentParser
import VectorStore

/// `drop-collection`: removes a collection.
package struct DropCollectionCommand: VectorizerCommand {
    package static let name = "drop-collection"
    package static let configuration = CommandConfiguration.command(
        name,
        "Remove a collection with all its points",
        arguments: "<name>",
        discussion: """
            Asks first on a terminal; elsewhere it wants --yes. Processes that read the collection \
            at that moment finish undisturbed.

            Examples:
              vectorizer drop-collection docs
              vectorizer drop-collection docs --yes
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var name: String

    package init() {}

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(name)
        let isDryRun = context.options.isDryRun
        let store = try context.openStore(.write)
        let info = try store.collection(name)
        let what = "collection '\(name)' with \(info.pointCount) points"
        if !isDryRun { try context.confirm("Drop \(what)?") }
        try store.dropCollection(name, dryRun: isDryRun)
        context.log.note("\(isDryRun ? "would drop" : "dropped") \(what)")
        return .nothing
    }
}

extension CommandContext {
    /// Asks before something that can't be taken back.
    ///
    /// - Parameter question: what is asked.
    /// - Throws: ``Diagnostic`` with code 64 without an answer, ``NegativeAnswer`` after a no.
    func confirm(_ question: String) throws {
        switch prompt.confirm(question) {
        case .yes: return
        case .no: throw NegativeAnswer(message: "nothing was changed")
        case .cannotAsk:
            var refusal = Diagnostic(
                code: 64,
                kind: "confirmation_needed",
                message: "this can't be taken back and there is no terminal to ask on"
            )
            refusal.repeatingWith = ["--yes"]
            throw refusal
        }
    }
}
