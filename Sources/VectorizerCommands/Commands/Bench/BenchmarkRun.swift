import CKernels
import Glibc
import VectorStore

/// One run of a benchmark: what is measured, and the files that it needs.
final class BenchmarkRun {
    private let input: BenchmarkInput
    private let plan: BenchmarkPlan
    private let context: CommandContext
    private var directory: String?
    private var benchmark: IndexBenchmark?
    private var builds: [IndexBenchmark.Build] = []
    private var searches: [[SearchMeasurement]] = []

    init(_ input: BenchmarkInput, _ plan: BenchmarkPlan, _ context: CommandContext) {
        self.input = input
        self.plan = plan
        self.context = context
    }

    /// What must be the same for two runs to be compared.
    var parameters: BenchmarkRecord.Parameters {
        BenchmarkRecord.Parameters(
            plan,
            source: input.name,
            rowCount: input.base.count,
            queryCount: input.queries.count
        )
    }

    // MARK: Measuring

    /// Builds, searches, and writes a row for each.
    func measure(to sink: inout RowSink) throws {
        let benchmark = try build()
        try sink.write(Self.row(of: medianBuild))
        try sink.flush()
        try benchmark.learnTruth(input.truth, threadCount: nil)
        try checkTruth(of: benchmark)
        searches.append(try benchmark.measure(plan))
        for search in medianSearches { try sink.write(Self.row(of: search)) }
    }

    /// Recall against the neighbours of other rows would be a number that means nothing.
    private func checkTruth(of benchmark: IndexBenchmark) throws {
        guard input.truth != nil, let query = benchmark.queryWithOtherTruth() else { return }
        throw Diagnostic(
            code: 65,
            kind: "wrong_ground_truth",
            message: "the ground truth is not of these rows and this metric: "
                + "there are nearer rows to query \(query)",
            hint: "leave out --ground-truth to have it computed"
        )
    }

    private func build() throws -> IndexBenchmark {
        let directory = try directory ?? makeDirectory()
        let box = ProgressBox(context.progressBar(label: "building", totalByteCount: nil))
        let path = "\(directory)/\(builds.count).seg"
        defer { box.bar.finish() }
        do {
            let benchmark = try IndexBenchmark(
                input.base,
                queries: input.queries,
                plan: plan,
                path: path,
                cancellation: .bySignal,
                progress: { linked, _ in box.bar.update(rows: Int64(linked)) }
            )
            builds.append(benchmark.build)
            self.benchmark = benchmark
            return benchmark
        } catch IndexBenchmark.Fault.base(let fault, let row) {
            throw Diagnostic(fault).located(file: input.places.base, line: row + 1, isRow: true)
        } catch IndexBenchmark.Fault.query(let fault, let row) {
            throw Diagnostic(fault).located(file: input.places.queries, line: row + 1, isRow: true)
        }
    }

    /// A bar that a closure draws.
    private final class ProgressBox {
        var bar: ProgressBar
        init(_ bar: ProgressBar) { self.bar = bar }
    }

    private var medianBuild: IndexBenchmark.Build {
        let byCost = builds.sorted { $0.processorSeconds < $1.processorSeconds }
        return byCost[byCost.count / 2]
    }

    private var medianSearches: [SearchMeasurement] {
        plan.efs.indices.map { place in
            let all = searches.map { $0[place] }
            var middle = all[0]
            func median(_ value: (SearchMeasurement) -> Double) -> Double {
                IndexBenchmark.median(all.map(value))
            }
            middle.queriesPerSecond = median(\.queriesPerSecond)
            middle.queriesPerProcessorSecond = median(\.queriesPerProcessorSecond)
            middle.medianMicroseconds = median(\.medianMicroseconds)
            middle.slowMicroseconds = median(\.slowMicroseconds)
            return middle
        }
    }

    // MARK: Comparing

    /// What is worse than it was, in words; measured twice more before it is believed.
    func regressions(from earlier: SavedBenchmark, tolerance: Double) throws -> [String] {
        for _ in 0..<2 {
            let found = record.regressions(from: earlier, tolerance)
            guard !found.isEmpty else { return [] }
            if found.contains(where: \.isBuild) { _ = try build() }
            if found.contains(where: { !$0.isBuild }), let benchmark {
                if benchmark.needsTruth {
                    try benchmark.learnTruth(input.truth, threadCount: nil)
                }
                searches.append(try benchmark.measure(plan))
            }
        }
        return record.regressions(from: earlier, tolerance).map(\.text)
    }

    /// The medians so far, with the host they were measured on.
    var record: BenchmarkRecord {
        BenchmarkRecord(
            host: .here,
            parameters: parameters,
            build: medianBuild,
            searches: medianSearches
        )
    }

    // MARK: Rows

    static func row(of build: IndexBenchmark.Build) -> OutputRow {
        OutputRow(columns: [
            ("phase", .text("build")), ("rows", .integer(build.rowCount)),
            ("threads", .integer(build.threadCount)),
            ("seconds", .double(rounded(build.seconds, 1000))),
            ("cpu_seconds", .double(rounded(build.processorSeconds, 1000))),
            ("bytes", .integer(build.byteCount)),
        ])
    }

    static func row(of search: SearchMeasurement) -> OutputRow {
        OutputRow(columns: [
            ("phase", .text("search")), ("ef", .integer(search.ef)),
            ("recall", .double(rounded(search.recall, 100_000))),
            ("qps", .double(rounded(search.queriesPerSecond, 10))),
            ("cpu_qps", .double(rounded(search.queriesPerProcessorSecond, 10))),
            ("p50_us", .double(rounded(search.medianMicroseconds, 10))),
            ("p99_us", .double(rounded(search.slowMicroseconds, 10))),
        ])
    }

    private static func rounded(_ number: Double, _ places: Double) -> Double {
        (number * places).rounded() / places
    }

    // MARK: Files

    private func makeDirectory() throws(Diagnostic) -> String {
        let made = try TemporaryDirectory.make("vectorizer-bench", context.environment)
        directory = made
        return made
    }

    /// Removes the segments, however the run ended.
    func removeFiles() {
        guard let directory else { return }
        benchmark = nil
        // Builds that were cut short have left a file, too.
        for number in 0...builds.count { unlink("\(directory)/\(number).seg") }
        if rmdir(directory) != 0 {
            context.log.warning("\(directory) stays: \(String(cString: strerror(errno)))")
        }
        self.directory = nil
    }
}
