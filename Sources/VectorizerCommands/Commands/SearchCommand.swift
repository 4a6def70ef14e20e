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
            The query is a vector (--vector: a JSON array, @FILE with one, or - for standard \
            input), the vector of a stored point (--id, which then is its own nearest), or many \
            vectors in a file (--queries: jsonl, csv, npy, fvecs or bvecs; a line of jsonl is an \
            array or an object with a member vector).

            Rows come nearest first with rank, id, score and payload, and with --queries the \
            query's number from 0. The score is the cosine similarity, the dot product, or the \
            Euclidean distance, by the collection's metric. There are never fewer than k rows when \
            so many points pass the filter.

            Examples:
              vectorizer search docs --vector '[0.1, 0.2, 0.3]' -k 5
              vectorizer search docs --id intro-1 --filter "lang = 'en'" --fields title
              embed "how do I start" | vectorizer search docs --vector - -o ids
              vectorizer search docs --queries questions.npy -k 10 > answers.jsonl
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
        help: ArgumentHelp("Search for each vector of a file; - is jsonl", valueName: "file"),
        completion: .file()
    )
    var queries: String?

    @Option(
        name: [.customShort("k", allowingJoined: true)],
        help: ArgumentHelp("How many points to find", valueName: "n")
    )
    var k = 10

    @OptionGroup var filter: FilterOption

    @Flag(help: "Compare with every point (all searches do, until there is an index)")
    var exact = false

    @OptionGroup var shown: ShownFields

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The worst score to show; for distances the largest", valueName: "s")
    )
    var minScore: Float?

    @Flag(help: "End with exit code 1 when nothing is found")
    var failEmpty = false

    package init() {}

    package func validate() throws {
        guard [vector, id, queries].compactMap({ $0 }).count == 1 else {
            throw ValidationError("give exactly one of --vector, --id and --queries")
        }
        guard (1...Limits.neighbourCount).contains(k) else {
            throw ValidationError("-k takes 1 to \(Limits.neighbourCount), got \(k)")
        }
        if let minScore, minScore.isNaN { throw ValidationError("--min-score takes a number") }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        var request = SearchRequest(
            vector: [],
            neighbourCount: k,
            filter: try filter.parsed,
            minimumScore: minScore,
            includesVectors: shown.withVector
        )
        let columns = try shown.columns(context)
        let names =
            (queries == nil ? [] : ["query"]) + ["rank", "id", "score"]
            + columns.names.dropFirst()
        let store = try context.openStore(.read)
        let source = try querySource()
        let failsEmpty = failEmpty
        return .rows(columns: names) { sink in
            try store.withSnapshot(of: name) { snapshot in
                let dimension = snapshot.info.configuration.dimension
                try source.forEach(dimension: dimension, in: snapshot) { number, vector in
                    request.vector = vector
                    try write(
                        try snapshot.search(request),
                        query: number,
                        columns,
                        to: &sink
                    )
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

    private func write(
        _ hits: [SearchHit],
        query: Int?,
        _ columns: PointColumns,
        to sink: inout RowSink
    ) throws {
        for (place, hit) in hits.enumerated() {
            var row: [(name: String, value: OutputValue)] = []
            if let query { row.append(("query", .integer(Int64(query)))) }
            row.append(("rank", .integer(Int64(place + 1))))
            let point = try columns.columns(of: hit.point)
            row.append(contentsOf: point.prefix(1))
            row.append(("score", .float(hit.score)))
            row.append(contentsOf: point.dropFirst())
            try sink.write(OutputRow(id: hit.point.id.text, columns: row))
        }
    }
}
