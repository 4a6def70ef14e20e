import ArgumentParser
import VectorStore

/// How hard a search looks: at most one of three options.
struct EffortOptions: ParsableArguments {
    @Flag(help: "Compare with every point")
    var exact = false

    @Option(
        help: ArgumentHelp("How broadly to walk the index (64, or k if more)", valueName: "n")
    )
    var ef: Int?

    @Option(
        help: ArgumentHelp("Walk as broadly as reached this recall, 0.5 to 0.9999", valueName: "r")
    )
    var recall: Double?

    init() {}

    func validate() throws {
        guard [exact, ef != nil, recall != nil].filter({ $0 }).count <= 1 else {
            throw ValidationError("give at most one of --exact, --ef and --recall")
        }
        try (1...Limits.ef).check(ef, "--ef")
        if let recall, !SearchEffort.recalls.contains(recall) {
            throw ValidationError("--recall takes 0.5 to 0.9999, got \(recall)")
        }
    }

    /// What the options ask for.
    var effort: SearchEffort {
        if exact { return .exact }
        if let ef { return .ef(ef) }
        if let recall { return .recall(recall) }
        return .default
    }
}
