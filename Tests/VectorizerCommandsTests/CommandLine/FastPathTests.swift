import ArgumentParser
import TestSupport
import Testing
import VectorizerCommands

@Suite("The fast path")
struct FastPathTests {
    /// The words from which lines are made: right ones, odd ones and wrong ones.
    private static let commands = [
        "search", "count", "get", "list-points", "insert", "stats", "version", "list-collections",
    ]
    private static let options: [[String]] = [
        ["-D", "dir"], ["--data-dir=dir"], ["-Ddir"], ["-o", "json"], ["-ojson"],
        ["--output", "x"],
        ["-q"], ["--quiet"], ["-qv"], ["-v"], ["-n"], ["-y"], ["--no-header"],
        ["--color", "never"],
        ["--log-format", "json"], ["--progress", "often"], ["--wait", "2.5"], ["--wait", "-1"],
        ["--wait", "soon"], ["--vector", "[1,2]"], ["--vector", "-1,2"], ["--vector", "-"],
        ["--id", "a"], ["--id=a"], ["--queries", "f.npy"], ["-k", "3"], ["-k3"], ["-k", "0"],
        ["-k", "many"], ["--filter", "a = 1"], ["--filter", "-1"], ["--fields", "a,b"],
        ["--min-score", "0.5"], ["--min-score", "-0.5"], ["--min-score", "nan"], ["--exact"],
        ["--ef", "64"], ["--ef", "0"], ["--recall", "0.99"], ["--recall", "2"], ["--explain"],
        ["--threads", "2"], ["--threads", "none"],
        ["--with-vector"], ["--fail-empty"], ["--limit", "5"], ["--limit", "-5"],
        ["--after", "a"], ["--format", "csv"], ["--format", "xml"], ["--id-field", "n"],
        ["--array", "emb"], ["--id-start", "next"], ["--id-start", "7"], ["--id-start", "x"],
        ["--id-prefix", "p"], ["--payloads", "p.jsonl"], ["--mode", "insert"],
        ["--mode", "replace"],
        ["--batch-size", "10"], ["--batch-size", "0"], ["--on-error", "skip"],
        ["--rejects", "r"], ["--ack"], ["--"], ["--help"], ["-h"], ["--unknown"], ["-x"], ["-"],
        ["docs"], ["b.jsonl"], [""], ["--version"], ["-D"], ["--filter"],
    ]

    @Test(
        "The fast path says what the parser says, or leaves it the line",
        arguments: UInt64(0)..<80
    )
    func agreement(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<10 {
            let tokens = Self.line(&generator)
            guard let fast = CommandTree.fastCommand(ScannedLine(tokens)) else { continue }
            do {
                let parsed = try VectorizerRoot.parseAsRoot(tokens)
                #expect(Self.description(fast) == Self.description(parsed), "\(tokens)")
            } catch {
                Issue.record("\(tokens) is parsed, but the parser refuses it: \(error)")
            }
        }
    }

    @Test(
        "Ordinary lines need no parser",
        arguments: [
            ["search", "docs", "--vector", "[1]"], ["search", "docs", "--id", "a", "--ef", "32"],
            ["search", "docs", "--id", "a", "--explain", "--recall", "0.9"],
            ["-o", "json", "-D", "x", "count", "docs"],
            ["get", "docs", "a", "b", "-q"], ["list-points", "docs", "--limit", "3"],
            ["insert", "docs", "a.jsonl", "-"], ["insert", "docs"], ["version"], ["stats", "-q"],
            ["--wait", "2.5", "list-collections", "--color", "never"],
        ]
    )
    func ordinary(tokens: [String]) {
        #expect(CommandTree.fastCommand(ScannedLine(tokens)) != nil)
    }

    private static func line(_ generator: inout SplitMix64) -> [String] {
        var words = [[commands.randomElement(using: &generator) ?? "search"], ["docs"]]
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            words.append(options.randomElement(using: &generator) ?? [])
        }
        if Bool.random(using: &generator) { words.swapAt(0, words.count - 1) }
        return words.flatMap { $0 }
    }

    /// Every property with its value; the titles of groups are for help alone.
    private static func description(_ command: any ParsableCommand) -> String {
        var text = ""
        dump(command, to: &text)
        return text.split(separator: "\n").filter { !$0.contains("title") }
            .joined(separator: "\n")
    }
}
