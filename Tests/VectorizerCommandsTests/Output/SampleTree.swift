import ArgumentParser

/// A small command tree with the shapes of the real one: options before and after subcommands,
/// a nested noun, joined short options, flags with an inverse, vectors that start with a hyphen.
struct SampleRoot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectorizer",
        abstract: "An embedded vector database",
        discussion: """
            Keeps points in collections
            and finds the nearest.
            """,
        version: "vectorizer 1.2.3",
        subcommands: [
            SampleInsert.self, SampleSearch.self, SampleKeys.self, SampleListPoints.self,
            SampleSecret.self,
        ]
    )

    @OptionGroup(title: "Global options") var global: SampleGlobal
}

enum SampleMode: String, ExpressibleByArgument, CaseIterable {
    case table, json, jsonl
}

struct SampleGlobal: ParsableArguments {
    @Option(
        name: [.customShort("D", allowingJoined: true), .long],
        help: ArgumentHelp("The data directory", valueName: "DIR")
    )
    var dataDir: String?
    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: ArgumentHelp("How rows are written", valueName: "MODE")
    )
    var output: SampleMode?
    @Flag(name: .shortAndLong, help: "Fewer messages") var quiet = false
    @Flag(name: .shortAndLong, help: "Say what it would do, change nothing") var dryRun = false
    @Option(help: ArgumentHelp("Seconds to wait for a lock", valueName: "SECONDS"))
    var wait = 10
    @Flag(inversion: .prefixedNo, help: "A header line") var header = true
    @Option(help: .hidden) var fault: String?
}

struct SampleInsert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "insert",
        abstract: "Insert points",
        discussion: #"""
            One point per line. A "quoted" word, a back\slash and it's ~ ^ `done`.

            .A paragraph that starts with a dot - and a dash.
            Fields:
                id      the "id" of the point
                vector  -0.5 or more

            Examples:
                vectorizer insert docs points.jsonl

                cat points.jsonl | vectorizer insert docs - --format jsonl

            The last paragraph, with an ü.
            """#
    )

    @OptionGroup(title: "Global options") var global: SampleGlobal
    @Argument(help: ArgumentHelp("The collection", valueName: "COLLECTION")) var name: String
    @Argument(help: ArgumentHelp("Files to read", valueName: "FILE")) var files: [String] = []
    @Option(help: ArgumentHelp("The format", valueName: "FORMAT")) var format: String?
    @Option(
        name: .customLong("batch-size"),
        help: ArgumentHelp("Rows per batch", discussion: "More is faster.", valueName: "N")
    )
    var batchSize = 1000

    mutating func validate() throws {
        if batchSize < 1 { throw ValidationError("--batch-size must be at least 1") }
    }
}

struct SampleSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find the nearest points",
        aliases: ["find"]
    )

    @OptionGroup(title: "Global options") var global: SampleGlobal
    @Argument var collection: String
    @Option(parsing: .unconditional) var vector: String?
    @Option(name: [.customShort("k", allowingJoined: true)]) var count = 10
    @Flag var exact = false
}

struct SampleKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "API keys",
        subcommands: [SampleCreate.self]
    )
}

struct SampleCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make a key")

    @OptionGroup(title: "Global options") var global: SampleGlobal
    @Option(help: "Scopes") var scope: [String] = []
}

struct SampleListPoints: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list-points",
        abstract: "List points"
    )

    @OptionGroup(title: "Global options") var global: SampleGlobal
    @Argument var collection: String
}

struct SampleSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Hidden",
        shouldDisplay: false
    )
}
