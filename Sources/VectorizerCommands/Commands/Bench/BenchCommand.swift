package import ArgumentParser
import CKernels
import Glibc
import VectorStore

/// `bench`: measures building and searching an index.
package struct BenchCommand: VectorizerCommand {
    package static let name = "bench"
    package static let configuration = CommandConfiguration.command(
        name,
        "Measure how fast an index is built and searched, and its recall",
        arguments: "[--base <file> --queries <file>]",
        discussion: """
            Builds an index in a temporary directory, searches it and removes it: no store is \
            changed. The vectors come from files (fvecs, bvecs, npy or npz; --ground-truth is an \
            ivecs file of row numbers from 0, else the truth is computed), from a collection (some \
            of its points are kept out of the index and used as queries), or are drawn in clusters \
            by --rows, --dim and --seed.

            Each breadth (--ef) is measured in five rounds of all queries, in turns, for more \
            than a second of processor time; medians are shown. qps counts queries per second, \
            cpu_qps per processor second. With --filter-share only that part of the rows, chosen \
            by a hash, may be answers.

            --save writes host, parameters and rows to a file. --compare wants the parameters of \
            such a file given again, and ends with 1 when a row is worse than there: less \
            cpu_qps, or more cpu_seconds for the build, by more than --max-regress, or less \
            recall by more than 0.005. What looks worse is measured again before it is told.

            Examples:
              vectorizer bench
              vectorizer bench --base b.fvecs --queries q.fvecs --metric dot --ef 32,64
              vectorizer bench --collection docs --save before.json
              vectorizer bench --collection docs --compare before.json --max-regress 5%
            """,
        exitCodes: [0, 1, 64, 65, 66, 69, 73, 74, 75, 76, 77, 78, 130, 143]
    )

    @OptionGroup(title: "Global options") package var global: GlobalOptions

    @OptionGroup var source: BenchmarkSource

    @OptionGroup var parameters: BenchmarkParameters

    @Option(
        help: ArgumentHelp("Write host, parameters and rows to this file", valueName: "file"),
        completion: .file(extensions: ["json"])
    )
    var save: String?

    @Option(
        help: ArgumentHelp("End with 1 when slower than in this file", valueName: "file"),
        completion: .file(extensions: ["json"])
    )
    var compare: String?

    @Option(
        help: ArgumentHelp("How much slower is still no regression (10%)", valueName: "p%"),
        transform: Percentage.init(text:)
    )
    var maxRegress: Percentage?

    package init() {}

    package func validate() throws {
        if maxRegress != nil, compare == nil {
            throw ValidationError("--max-regress goes with --compare")
        }
        if parameters.filterShare != nil, source.groundTruth != nil {
            throw ValidationError("--ground-truth knows nothing of --filter-share")
        }
    }

    package func run(in context: CommandContext) throws -> CommandResult {
        if context.options.isDryRun {
            context.log.note("would build an index in a temporary directory and search it")
            return .nothing
        }
        let earlier = try compare.map { try SavedBenchmark(path: $0) }
        vz_signals_install()
        let columns = ["phase", "rows", "threads", "seconds", "cpu_seconds", "bytes"]
        return .rows(columns: columns) { sink in
            let input = try source.read(in: context, parameters)
            let plan = try parameters.plan(for: input)
            let run = BenchmarkRun(input, plan, context)
            try earlier?.check(run.parameters)
            try earlier?.check(efs: plan.efs)
            let target = try save.map { try BenchmarkRecord.target($0, context) }
            defer { run.removeFiles() }
            try run.measure(to: &sink)
            if let target { try run.record.write(to: target) }
            guard let earlier else { return }
            let regressions = try run.regressions(
                from: earlier,
                tolerance: maxRegress?.share ?? 0.1
            )
            guard regressions.isEmpty else {
                throw NegativeAnswer(message: regressions.joined(separator: "; "))
            }
        }
    }
}

/// A part of a whole, as `10%` or `10`.
struct Percentage {
    let share: Double

    init(text: String) throws {
        let number = text.hasSuffix("%") ? text.dropLast() : Substring(text)
        guard let percent = Double(number), (0...100).contains(percent) else {
            throw ValidationError("'\(text)' is not a percentage from 0% to 100%")
        }
        share = percent / 100
    }
}
