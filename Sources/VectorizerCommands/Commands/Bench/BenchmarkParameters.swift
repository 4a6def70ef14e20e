import ArgumentParser
import VectorStore

/// The options that say how the index is built and searched.
struct BenchmarkParameters: ParsableArguments {
    @Option(
        name: [.customShort("k", allowingJoined: true)],
        help: ArgumentHelp("How many neighbours to find", valueName: "n")
    )
    var k = 10

    @Option(help: ArgumentHelp("The breadths to search with", valueName: "a,b,…"))
    var ef = "16,32,64,128"

    @Option(help: ArgumentHelp("Threads that build and search", valueName: "n"))
    var threads = 1

    @Option(help: "How nearness is measured (cosine, or the collection's)")
    var metric: Metric?

    @Option(help: ArgumentHelp("Links per row (16, or the collection's)", valueName: "n"))
    var m: Int?

    @Option(
        help: ArgumentHelp("Breadth while building (200, or the collection's)", valueName: "n")
    )
    var efConstruction: Int?

    @Option(help: "The codes that are walked over (int8, or the collection's)")
    var quantization: Quantization?

    @Option(help: ArgumentHelp("The part of the rows that may be answers", valueName: "share"))
    var filterShare: Double?

    init() {}

    /// The efs, read; nil when one is no ef.
    var efs: [Int]? {
        let numbers = ef.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        let efs = numbers.compactMap { $0 }.filter { (1...Limits.ef).contains($0) }
        let isWhole = efs.count == numbers.count && Set(efs).count == numbers.count
        return isWhole ? efs : nil
    }

    func validate() throws {
        try (1...Limits.neighbourCount).check(k, "-k")
        guard efs != nil else {
            throw ValidationError("--ef takes different numbers like 16,32,64, got '\(ef)'")
        }
        try (1...Limits.threadCount).check(threads, "--threads")
        try Limits.linkCounts.check(m, "--m")
        try Limits.constructionEFs.check(efConstruction, "--ef-construction")
        if let filterShare, !(filterShare > 0 && filterShare <= 1) {
            throw ValidationError("--filter-share takes a number above 0, at most 1")
        }
    }

    /// The plan of a run over some vectors.
    func plan(for input: BenchmarkInput) throws -> BenchmarkPlan {
        let usual = input.configuration
        var plan = BenchmarkPlan(
            configuration: try CollectionConfiguration(
                dimension: input.base.dimension,
                metric: metric ?? usual?.metric ?? .cosine,
                quantization: quantization ?? usual?.quantization ?? .int8,
                linkCount: m ?? usual?.linkCount ?? 16,
                efConstruction: efConstruction ?? usual?.efConstruction ?? 200
            )
        )
        plan.neighbourCount = k
        plan.efs = efs ?? plan.efs
        plan.threadCount = threads
        plan.filterShare = filterShare
        return plan
    }
}

extension ClosedRange<Int> {
    /// Refuses an option's value that lies outside.
    func check(_ value: Int?, _ option: String) throws {
        guard let value, !contains(value) else { return }
        throw ValidationError("\(option) takes \(lowerBound) to \(upperBound), got \(value)")
    }
}
