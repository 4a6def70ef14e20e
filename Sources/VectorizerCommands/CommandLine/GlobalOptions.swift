package import ArgumentParser
package import VectorizerSettings

// Each conformance is spelled out: the parser's own, generic one is looked up at run time for each
// type, which takes a tenth of a millisecond of every command.
extension OutputMode: ExpressibleByArgument {
    package init?(argument: String) { self.init(rawValue: argument) }
    package static var allValueStrings: [String] { allCases.map(\.rawValue) }
    package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension When: ExpressibleByArgument {
    package init?(argument: String) { self.init(rawValue: argument) }
    package static var allValueStrings: [String] { allCases.map(\.rawValue) }
    package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension LogFormat: ExpressibleByArgument {
    package init?(argument: String) { self.init(rawValue: argument) }
    package static var allValueStrings: [String] { allCases.map(\.rawValue) }
    package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// The options that every command takes, before or after its name, as the parser knows them.
///
/// A new one is added here and to ``GlobalOption``.
package struct GlobalOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("D", allowingJoined: true), .long],
        help: ArgumentHelp(
            """
            The data directory; else $VECTORIZER_DATA_DIR, else $XDG_DATA_HOME/vectorizer, else \
            ~/.local/share/vectorizer
            """,
            valueName: "dir"
        ),
        completion: .directory
    )
    package var dataDir: String?

    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: ArgumentHelp(
            "How rows are written: table on a terminal, else jsonl",
            valueName: "mode"
        )
    )
    package var output: OutputMode?

    @Flag(name: .customLong("no-header"), help: "Write csv, tsv and tables without a header")
    package var hidesHeader = false

    @Flag(name: [.customShort("q"), .long], help: "Write fewer messages to standard error")
    package var quiet = false

    @Flag(name: [.customShort("v"), .long], help: "Write more messages to standard error")
    package var verbose = false

    @Option(help: ArgumentHelp("How messages are written (text)", valueName: "format"))
    package var logFormat: LogFormat?

    @Option(help: ArgumentHelp("Colour in tables and messages (auto)", valueName: "when"))
    package var color: When?

    @Option(help: ArgumentHelp("Progress bars on standard error (auto)", valueName: "when"))
    package var progress: When?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait for a lock (10)", valueName: "seconds")
    )
    package var wait: Double?

    @Flag(name: [.customShort("y"), .long], help: "Answer yes to questions")
    package var yes = false

    @Flag(
        name: [.customShort("n"), .customLong("dry-run")],
        help: "Say what would be changed, change nothing"
    )
    package var isDryRun = false

    package init() {}

    package func validate() throws {
        if dataDir?.isEmpty == true {
            throw ValidationError("--data-dir takes a directory, got an empty name")
        }
        if let wait, !GlobalOption.waits.contains(wait) {
            throw ValidationError("--wait takes seconds from 0 to 1000000, got \(wait)")
        }
    }
}
