import ArgumentParser
import CKernels
import VectorStore

/// The vectors of a benchmark.
struct BenchmarkInput: Sendable {
    /// Where they come from, such that the same name means the same vectors.
    let name: String
    let base: BenchmarkRows
    let queries: BenchmarkRows
    /// For each query the numbers of the nearest rows, where they are known.
    var truth: [[UInt32]]?
    /// The settings of the collection that they come from.
    var configuration: CollectionConfiguration?
    /// The file or collection with the vectors, and the one with the queries, for messages.
    var places: (base: String, queries: String)
}

/// The options that say where vectors come from.
struct BenchmarkSource: ParsableArguments {
    @Option(
        help: ArgumentHelp("The vectors: fvecs, bvecs, npy or npz", valueName: "file"),
        completion: .file(extensions: ["fvecs", "bvecs", "npy", "npz"])
    )
    var base: String?

    @Option(
        help: ArgumentHelp("The queries: fvecs, bvecs, npy or npz", valueName: "file"),
        completion: .file(extensions: ["fvecs", "bvecs", "npy", "npz"])
    )
    var queries: String?

    @Option(
        help: ArgumentHelp("The true nearest rows of each query: ivecs", valueName: "file"),
        completion: .file(extensions: ["ivecs"])
    )
    var groundTruth: String?

    @Option(
        help: ArgumentHelp("Take the points of this collection", valueName: "name"),
        completion: .collection
    )
    var collection: String?

    @Option(help: ArgumentHelp("How many vectors to draw (20000)", valueName: "n"))
    var rows: Int?

    @Option(help: ArgumentHelp("Numbers in each vector that is drawn (128)", valueName: "n"))
    var dim: Int?

    @Option(help: ArgumentHelp("What to draw from (1)", valueName: "n"))
    var seed: UInt64?

    init() {}

    /// The most vectors that are drawn.
    private static let drawnCountMax = 100_000_000
    /// Queries that are drawn, or kept out of a collection, at most.
    private static let queryCountMax = 1000

    func validate() throws {
        let drawn = rows != nil || dim != nil || seed != nil
        guard [base != nil, collection != nil, drawn].filter({ $0 }).count <= 1 else {
            throw ValidationError("give files, --collection, or --rows, --dim and --seed")
        }
        guard (base == nil) == (queries == nil) else {
            throw ValidationError("--base and --queries go together")
        }
        if groundTruth != nil, base == nil { throw ValidationError("--ground-truth needs --base") }
        try (1...Self.drawnCountMax).check(rows, "--rows")
        try (1...Limits.dimension).check(dim, "--dim")
    }

    /// Reads or draws the vectors.
    func read(
        in context: CommandContext,
        _ parameters: BenchmarkParameters
    ) throws -> BenchmarkInput {
        if let base, let queries { return try readFiles(base, queries, k: parameters.k) }
        if let collection { return try readCollection(collection, context) }
        let (rows, dim, seed) = (rows ?? 20_000, dim ?? 128, seed ?? 1)
        let drawn = BenchmarkRows.clustered(
            count: rows,
            queryCount: min(Self.queryCountMax, max(1, rows / 4)),
            dimension: dim,
            seed: seed
        )
        return BenchmarkInput(
            name: "clusters of seed \(seed)",
            base: drawn.base,
            queries: drawn.queries,
            places: ("the vectors", "the queries")
        )
    }

    private func readFiles(_ base: String, _ queries: String, k: Int) throws -> BenchmarkInput {
        let isCancelled = { vz_signals_pending() != 0 }
        let rows = try VectorTable.read(base, isCancelled: isCancelled)
        let asked = try VectorTable.read(
            queries,
            dimension: rows.dimension,
            isCancelled: isCancelled
        )
        let truth = try groundTruth.map { path in
            let truth = try IvecsReader.read(path, below: rows.count, isCancelled: isCancelled)
            try Self.check(truth, path, queryCount: asked.count, k: min(k, rows.count))
            return truth
        }
        let names = [base, queries].map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        return BenchmarkInput(
            name: names.joined(separator: " and "),
            base: rows,
            queries: asked,
            truth: truth,
            places: (base, queries)
        )
    }

    /// A truth must know k rows for each query.
    private static func check(
        _ truth: [[UInt32]],
        _ path: String,
        queryCount: Int,
        k: Int
    ) throws(InputError) {
        guard truth.count >= queryCount else {
            throw InputError(
                file: path,
                problem: .queryCount(expected: queryCount, got: truth.count)
            )
        }
        if let short = truth.firstIndex(where: { $0.count < k }) {
            throw InputError(
                file: path,
                place: .row(short + 1),
                problem: .dimension(expected: k, got: truth[short].count)
            )
        }
    }

    private func readCollection(
        _ text: String,
        _ context: CommandContext
    ) throws -> BenchmarkInput {
        let name = try CollectionName(text)
        return try context.openStore(.read).withReader(of: name) { snapshot in
            let info = snapshot.info
            let dimension = info.configuration.dimension
            var base = BenchmarkRows(dimension: dimension)
            var queries = BenchmarkRows(dimension: dimension)
            // Every so many points one is a query: never more than a tenth of all.
            let step = max(10, info.pointCount / Self.queryCountMax)
            var number = 0
            try snapshot.forEachPoint(includesVectors: true) { point in
                let vector = point.vector ?? []
                if number % step == step / 2 {
                    queries.append(vector)
                } else {
                    base.append(vector)
                }
                number += 1
                try Cancellation.bySignal.check()
                return true
            }
            guard base.count > 0, queries.count > 0 else {
                throw Diagnostic(
                    code: 65,
                    kind: "too_few_points",
                    message: "collection '\(name)' has \(number) points, too few to measure with",
                    expected: .text("10 points or more"),
                    got: .integer(number)
                )
            }
            return BenchmarkInput(
                name: "collection \(name)",
                base: base,
                queries: queries,
                configuration: info.configuration,
                places: ("collection \(name)", "collection \(name)")
            )
        }
    }
}
