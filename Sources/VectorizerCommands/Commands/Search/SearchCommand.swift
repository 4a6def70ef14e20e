package import ArgumentParser
import VectorStore

/// `search`: finds the points nearest to a vector.
package struct SearchCommand: VectorizerCommand {
    package static let name = "search"
    package static let configuration = CommandConfiguration.command(
        name,
        "Find the nearest points",
        arguments: "<collection> (--vector <vector> | --id <id> | --queries <file>)",
        discussion: """
            The query is a vector (--vector: a JSON array or the base64 of its floats, @FILE with \
            one, or - for standard input), the vector of a stored point (--id, which then is its \
            own nearest), or many vectors in a file (--queries: whatever insert reads, compressed \
            or not; a query in JSON is such a vector or an object with a member vector).

            Rows come nearest first with rank, id, score and payload, and with --queries the \
            query's number from 0. The score is the cosine similarity, the dot product, or the \
            Euclidean distance, by the collection's metric, and is always computed from the full \
            vectors. There are never fewer than k rows when so many points pass the filter.

            Points that are indexed are found by walking a graph, which may miss one now and \
            then; all others are compared one by one. --ef N walks more broadly (64, or k when \
            that is more, or what a recall of 0.98 takes), --recall R as broadly as reached that \
            recall when the index was built, and --exact compares every point. --explain tells on \
            standard error what was done and why: a tree for people, one JSON object per \
            query with -o json and jsonl.

            Examples:
              vectorizer search docs --vector '[0.1, 0.2, 0.3]' -k 5
              vectorizer search docs --id intro-1 --filter "lang = 'en'" --fields title
              embed "how do I start" | vectorizer search docs --vector - -o ids
              vectorizer search docs --queries questions.npy -k 10 > answers.jsonl
              vectorizer search docs --id intro-1 --recall 0.99 --explain
            """,
        exitCodes: [0, 1, 64, 65, 66, 69, 74, 75, 76, 77, 78, 141]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The query: a JSON array, @FILE or -", valueName: "vector")
    )
    var vector: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Take the vector of this point as the query", valueName: "id")
    )
    var id: String?

    @Option(
        help: ArgumentHelp(
            "Search for each vector of a file or of standard input, -",
            valueName: "file"
        ),
        completion: .file()
    )
    var queries: String?

    @Option(
        name: [.customShort("k", allowingJoined: true)],
        help: ArgumentHelp("How many points to find (10)", valueName: "n")
    )
    var k: Int?

    @OptionGroup var filter: FilterOption

    @OptionGroup var effort: EffortOptions

    @OptionGroup var shown: ShownFields

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The worst score to show; for distances the largest", valueName: "s")
    )
    var minScore: Float?

    @Flag(help: "Tell on standard error how the points were found, and what that cost")
    var explain = false

    @Flag(help: "End with exit code 1 when nothing is found")
    var failEmpty = false

    @Option(
        help: ArgumentHelp("Threads that search for --queries (one per core)", valueName: "n")
    )
    var threads: Int?

    package init() {}

    package func validate() throws {
        guard [vector, id, queries].compactMap({ $0 }).count == 1 else {
            throw ValidationError("give exactly one of --vector, --id and --queries")
        }
        try (1...Limits.neighbourCount).check(k, "-k")
        if let minScore, minScore.isNaN { throw ValidationError("--min-score takes a number") }
        try (1...Limits.threadCount).check(threads, "--threads")
        if filter.readsStandardInput, vector == "-" || vector == "@-" || queries == "-" {
            throw ValidationError("standard input can be read only once")
        }
        if threads != nil, queries == nil { throw ValidationError("--threads goes with --queries") }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        let request = SearchRequest(
            vector: [],
            neighbourCount: k ?? context.defaultNeighbourCount,
            filter: try filter.parsed,
            effort: effort.effort,
            minimumScore: minScore,
            includesVectors: shown.withVector
        )
        let columns = try shown.columns(context)
        let names =
            (queries == nil ? [] : ["query"]) + ["rank", "id", "score"]
            + columns.names.dropFirst()
        let start = ContinuousClock.now
        let store = try context.openStore(.read)
        let opening = ContinuousClock.now - start
        let source = try querySource()
        let failsEmpty = failEmpty
        let report = explain ? ExplanationReport(context, opening: opening) : nil
        return .rows(columns: names) { sink in
            try store.withReader(of: name) { snapshot in
                let run = SearchRun(snapshot, request, threads, columns, report)
                try run.answer(source, to: &sink)
                if sink.count == 0 {
                    context.tellMissingFields(of: request.filter, in: snapshot)
                }
            }
            if failsEmpty, sink.count == 0 { throw NegativeAnswer(message: "nothing was found") }
        }
    }

    private func querySource() throws -> QuerySource {
        if let vector { return .vector(vector) }
        if let queries { return .file(queries) }
        return .point(try PointID(id ?? ""))
    }
}
