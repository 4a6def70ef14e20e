package import ArgumentParser
import CKernels
import VectorStore

/// `keys create`: makes a key.
package struct KeysCreateCommand: VectorizerCommand {
    package static let name = "create"
    package static let words = "keys create"
    package static let configuration = CommandConfiguration.command(
        name,
        "Make an API key and show it once",
        parent: "keys",
        discussion: """
            The key's text is the only thing on standard output, whatever --output says; \
            everything else is told on standard error. The store keeps a hash of it.

            A scope is COLLECTION:VERB, where * stands for all collections, those to come \
            included, and the verb is read (search, get, list, count, export), write (insert, \
            delete, payloads) or admin (create, rename, drop, index and compact collections, and \
            hand out keys for them). None includes another; give --scope once for each. A scope \
            names a collection, so it does not follow one that is renamed. A date is its first \
            second in UTC.

            Examples:
              vectorizer keys create --name ingest --scope docs:write > ingest.key
              vectorizer keys create --name web --scope docs:read --rate 600/min > web.key
              vectorizer keys create --name ops --scope '*:admin' --expires never
            """,
        exitCodes: [0, 64, 66, 74, 75, 76, 77, 78, 130, 141, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Option(help: ArgumentHelp("What the key is for, in words", valueName: "text"))
    var name: String

    @Option(
        name: .customLong("scope"),
        help: ArgumentHelp(
            "What it permits: read, write or admin of a collection or *",
            valueName: "collection:verb"
        ),
        transform: KeyScope.init(argument:)
    )
    var scopes: [KeyScope] = []

    @Option(
        help: ArgumentHelp("When it ends: 90d, a date, or never (90d)", valueName: "when"),
        transform: KeyExpiry.init(argument:)
    )
    var expires: KeyExpiry?

    @Option(help: ArgumentHelp("How often it may be used, such as 600/min", valueName: "rate"))
    var rate: String?

    @Option(help: ArgumentHelp("Uses at once after a pause (those of --rate)", valueName: "n"))
    var burst: Int?

    package init() {}

    /// How long a key is good by default.
    private static let defaultExpiry = KeyExpiry.after(TimeSpan(seconds: 90 * 86_400))

    package func validate() throws {
        if scopes.isEmpty { throw ValidationError("a key needs --scope, such as docs:read") }
        if burst != nil, rate == nil { throw ValidationError("--burst needs --rate") }
        if let rate, KeyRate(text: rate, burst: burst) == nil {
            throw ValidationError(
                "--rate takes a number and s, min, h or day such as 600/min, and --burst a number, "
                    + "both up to \(KeyRate.countMax)"
            )
        }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        let now = Timestamp.now
        let expires = (expires ?? Self.defaultExpiry).moment(from: now)
        let rate = rate.flatMap { KeyRate(text: $0, burst: burst) }
        // What is said twice is meant once.
        let scopes = scopes.reduce(into: [KeyScope]()) { if !$0.contains($1) { $0.append($1) } }
        let request = KeyRequest(name: name, scopes: scopes, expires: expires, rate: rate)
        // A key must not be left behind whose text was not delivered.
        vz_signals_install()
        let store = try context.openStore(.write)
        try store.keys.check(request, now: now)
        let known = Set(try store.collections().map(\.name))
        for name in Set(scopes.compactMap(\.collection)).subtracting(known).sorted() {
            context.log.caution("there is no collection '\(name)' yet")
        }
        let isDryRun = context.options.isDryRun
        let made = try store.keys.create([request], now: now, dryRun: isDryRun)
        guard let key = made.first else {
            context.log.note("would make key '\(name)'; dry run: nothing is changed")
            return .nothing
        }
        return context.hand(over: key, "made", of: store)
    }
}
