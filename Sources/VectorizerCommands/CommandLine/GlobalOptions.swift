package import ArgumentParser

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

extension MessageLog.Format: ExpressibleByArgument {
    package init?(argument: String) { self.init(rawValue: argument) }
    package static var allValueStrings: [String] { allCases.map(\.rawValue) }
    package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

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
    package var logFormat: MessageLog.Format?

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

    /// The options that take the next word as their value.
    private static let namesWithValue: Set<String> = [
        "-D", "--data-dir", "-o", "--output", "--log-format", "--color", "--progress", "--wait",
    ]

    /// Where a line has its command's name; nil when something else comes before it.
    package static func commandPlace(in tokens: [String]) -> Int? {
        var place = 0
        while place < tokens.count, tokens[place].hasPrefix("-") {
            guard tokens[place] != "--" else { return nil }
            place += namesWithValue.contains(tokens[place]) ? 2 : 1
        }
        return place < tokens.count ? place : nil
    }

    /// The options that take no value.
    private static let flagNames: Set<String> = [
        "--no-header", "-q", "--quiet", "-v", "--verbose", "-y", "--yes", "-n", "--dry-run",
    ]

    /// A line that asks for help, without the options that every command takes: the parser's own
    /// help command knows none of them.
    ///
    /// - Returns: the line as it was when it does not begin with `help`.
    static func plainHelp(_ tokens: [String]) -> [String] {
        guard let place = commandPlace(in: tokens), tokens[place] == "help" else { return tokens }
        var kept = Array(tokens[...place])
        var rest = tokens[(place + 1)...]
        while let token = rest.popFirst() {
            let name = String(token.prefix { $0 != "=" })
            if flagNames.contains(token) { continue }
            let takesNext = name == token
            guard namesWithValue.contains(name), !takesNext || !rest.isEmpty else {
                kept.append(token)
                continue
            }
            if takesNext { rest = rest.dropFirst() }
        }
        return kept
    }

    package func validate() throws {
        if dataDir?.isEmpty == true {
            throw ValidationError("--data-dir takes a directory, got an empty name")
        }
        guard let wait else { return }
        guard wait >= 0, wait <= 1e6 else {
            throw ValidationError("--wait takes seconds from 0 to 1000000, got \(wait)")
        }
    }
}
