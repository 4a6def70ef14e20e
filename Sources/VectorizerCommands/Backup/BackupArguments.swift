import ArgumentParser
import VectorStore

/// A span of time as `26h`, `90m`, `7d`.
struct Age: ExpressibleByArgument {
    let seconds: Int64

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let last = argument.last, let unit = units[last],
            argument.utf8.dropLast().allSatisfy({ (48...57).contains($0) }),
            let count = Int64(argument.dropLast())
        else { return nil }
        let product = count.multipliedReportingOverflow(by: unit)
        guard !product.overflow else { return nil }
        seconds = product.partialValue
    }
}

extension Timestamp: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
    }
}

/// Which pieces `verify-backup` reads, as `1/7` or `10%`.
struct PieceSubsetArgument: ExpressibleByArgument {
    let subset: PieceSubset

    init?(argument: String) {
        if argument.hasSuffix("%") {
            guard let percent = Double(argument.dropLast()), percent > 0, percent <= 100 else {
                return nil
            }
            subset = .percent(percent)
            return
        }
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
            (1...1_000_000).contains(count), (1...count).contains(number)
        else { return nil }
        subset = .part(number, of: count)
    }
}

/// Which snapshots are kept.
struct RetentionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep the latest n snapshots", valueName: "n"))
    var keepLast: Int?

    @Option(help: ArgumentHelp("Keep the latest of each of the last n days", valueName: "n"))
    var keepDaily: Int?

    @Option(help: ArgumentHelp("Keep the latest of each of the last n weeks", valueName: "n"))
    var keepWeekly: Int?

    @Option(help: ArgumentHelp("Keep the latest of each of the last n months", valueName: "n"))
    var keepMonthly: Int?

    @Option(help: ArgumentHelp("Keep the latest of each of the last n years", valueName: "n"))
    var keepYearly: Int?

    @Option(help: ArgumentHelp("Keep all with this tag (may be given again)", valueName: "tag"))
    var keepTag: [String] = []

    init() {}

    func validate() throws {
        let counts = [
            ("last", keepLast), ("daily", keepDaily), ("weekly", keepWeekly),
            ("monthly", keepMonthly), ("yearly", keepYearly),
        ]
        for case (let name, let count?) in counts where count < 1 {
            throw ValidationError("--keep-\(name) takes 1 or more, got \(count)")
        }
    }

    /// The policy; nil when no rule was given.
    var policy: RetentionPolicy? {
        var policy = RetentionPolicy()
        policy.last = keepLast ?? 0
        policy.daily = keepDaily ?? 0
        policy.weekly = keepWeekly ?? 0
        policy.monthly = keepMonthly ?? 0
        policy.yearly = keepYearly ?? 0
        policy.tags = Set(keepTag)
        return policy.isEmpty ? nil : policy
    }
}
