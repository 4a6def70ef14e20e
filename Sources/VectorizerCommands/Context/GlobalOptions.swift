package import ArgumentParser

extension OutputMode: ExpressibleByArgument {}
extension When: ExpressibleByArgument {}
extension MessageLog.Format: ExpressibleByArgument {}

/// The options that every command takes, before or after its name.
package struct GlobalOptions: ParsableArguments {
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
            "How rows are written: table on a terminal, else jsonl", valueName: "mode"))
    package var output: OutputMode?

    @Flag(name: .customLong("no-header"), help: "Write csv, tsv and tables without a header")
    package var hidesHeader = false

    @Flag(name: [.customShort("q"), .long], help: "Write fewer messages to standard error")
    package var quiet = false

    @Flag(name: [.customShort("v"), .long], help: "Write more messages to standard error")
    package var verbose = false

    @Option(help: ArgumentHelp("How messages are written (text)", valueName: "format"))
    package var logFormat: MessageLog.Format?

    @Option(help: ArgumentHelp("Colour in tables and messages (auto)", valueName: "when"))
    package var color: When?

    @Option(help: ArgumentHelp("Progress bars on standard error (auto)", valueName: "when"))
    package var progress: When?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How long to wait for a lock (10)", valueName: "seconds"))
    package var wait: Double?

    @Flag(name: [.customShort("y"), .long], help: "Answer yes to questions")
    package var yes = false

    @Flag(
        name: [.customShort("n"), .customLong("dry-run")],
        help: "Say what would be changed, change nothing")
    package var isDryRun = false

    package init() {}

    package func validate() throws {
        guard let wait else { return }
        guard wait >= 0, wait <= 1e6 else {
            throw ValidationError("--wait takes seconds from 0 to 1000000, got \(wait)")
        }
    }
}
