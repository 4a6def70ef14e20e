package import ArgumentParser
import CKernels
import VectorStore

/// `recall`: measures how many of the truly nearest points searches find.
package struct RecallCommand: VectorizerCommand {
    package static let name = "recall"
    package static let configuration = CommandConfiguration.command(
        name,
        "Measure how many of the nearest points searches find",
        arguments: "<collection>",
        discussion: """
            Searches for points of the collection itself, chosen by a hash, once with the index \
            and once by comparing every point, and tells which share of the true k nearest was \
            found. The point that is searched for does not count, and an answer as near as the \
            k-th nearest is right. With --filter only points that pass may be answers. The number \
            ef is the breadth asked for, before segments with dead rows or a filter raise it.

            Examples:
              vectorizer recall docs
              vectorizer recall docs --min 0.98 || mail -s recall admin@example.org
            """,
        exitCodes: [0, 1, 64, 65, 66, 69, 74, 75, 76, 77, 78, 130, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @Argument(help: "The collection's name", completion: .collection)
    var collection: String

    @Option(
        name: [.customShort("k", allowingJoined: true)],
        help: ArgumentHelp("How many neighbours to find (10)", valueName: "n")
    )
    var k: Int?

    @Option(help: ArgumentHelp("How many points to search for, at most", valueName: "n"))
    var sample = 200

    @OptionGroup var filter: FilterOption

    @Option(
        help: ArgumentHelp("How broadly to walk the index (64, or k if more)", valueName: "n")
    )
    var ef: Int?

    @Option(
        help: ArgumentHelp("End with exit code 1 when the recall is below this", valueName: "r")
    )
    var min: Double?

    package init() {}

    package func validate() throws {
        try (1...Limits.neighbourCount).check(k, "-k")
        try (1...Limits.sampleCount).check(sample, "--sample")
        try (1...Limits.ef).check(ef, "--ef")
        if let min, !(0...1).contains(min) {
            throw ValidationError("--min takes 0 to 1, got \(min)")
        }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        let name = try CollectionName(collection)
        let parsed = try filter.parsed
        let k = k ?? context.defaultNeighbourCount
        vz_signals_install()
        let measured = try context.openStore(.read).withReader(of: name) { snapshot in
            let measured = try snapshot.recall(
                neighbourCount: k,
                sampleCount: sample,
                filter: parsed,
                effort: ef.map { .ef($0) } ?? .default,
                cancellation: .bySignal
            )
            if measured.recall == nil { context.tellMissingFields(of: parsed, in: snapshot) }
            return measured
        }
        let breadth = Swift.max(ef ?? SearchEffort.defaultEF, k)
        let row = OutputRow(columns: [
            ("k", .integer(k)),
            ("sample", .integer(measured.sampleCount)),
            ("ef", .integer(breadth)),
            ("recall", measured.recall.map { .double(($0 * 1e6).rounded() / 1e6) } ?? .null),
            ("filter", filter.filter.map { .text($0) } ?? .null),
        ])
        let (least, recall) = (min, measured.recall)
        return .rows(columns: row.columns.map(\.name), isRecord: true) { sink in
            try sink.write(row)
            guard let least else { return }
            guard let recall else {
                throw NegativeAnswer(message: "there was nothing to find, so nothing was measured")
            }
            guard recall >= least else {
                throw NegativeAnswer(message: "the recall is \(recall), less than \(least)")
            }
        }
    }
}
