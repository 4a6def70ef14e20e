import ArgumentParser
import VectorStore

/// Which chunks `verify-backup` reads, as `1/7` or `10%`.
extension ChunkSubset {
    /// What `--read-data-subset` takes.
    init(text: String) throws {
        guard let subset = text.hasSuffix("%") ? Self.percent(text) : Self.part(text) else {
            throw ValidationError("'\(text)' is not a part such as 1/7 or 10%")
        }
        self = subset
    }

    private static func percent(_ text: String) -> ChunkSubset? {
        let number = text.dropLast()
        // No exponents, no hexadecimal digits and no infinity, which Double would read.
        guard number.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
            let percent = Double(number), percent > 0, percent <= 100
        else { return nil }
        return .percent(percent)
    }

    private static func part(_ text: String) -> ChunkSubset? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
            (1...1_000_000).contains(count), (1...count).contains(number)
        else { return nil }
        return .part(number, of: count)
    }
}

/// The rules for what names a repository or a snapshot's tag.
enum BackupName {
    /// An empty path is most likely a variable that is not set.
    static func check(path: String, _ what: String) throws {
        guard path.isEmpty else { return }
        throw ValidationError("\(what) is empty")
    }

    static func check(tag: String, _ option: String) throws {
        guard !KeyRedaction.holdsKey(tag) else {
            throw ValidationError("\(option) has the text of a key in it")
        }
        guard tag.isEmpty || tag.utf8.count > 128 else { return }
        throw ValidationError("\(option) takes 1 to 128 bytes")
    }
}

/// The repository that a command works with.
struct RepositoryArgument: ParsableArguments {
    @Argument(help: "The repository's directory", completion: .directory)
    var repository: String

    init() {}

    func validate() throws {
        try BackupName.check(path: repository, "the repository's name")
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
        for tag in keepTag { try BackupName.check(tag: tag, "--keep-tag") }
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
