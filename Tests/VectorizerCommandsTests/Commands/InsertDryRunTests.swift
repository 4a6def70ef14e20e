import TestSupport
import Testing
import VectorStore
import VectorizerCommands

/// A dry insert is no undone one: what it tells has to be compared with what an insert does.
@Suite struct InsertDryRunTests {
    @Test(
        "A dry insert counts and refuses what the insert then does",
        arguments: UInt64(0)..<6,
        WriteMode.allCases
    )
    func counts(seed: UInt64, mode: WriteMode) throws {
        var random = SplitMix64(seed: seed)
        let bench = try CommandBench()
        try bench.makeDocs(metric: .euclidean, isEmpty: true)
        func lines(_ count: Int) -> String {
            (0..<count).map { _ in
                let id = Int.random(in: 0..<30, using: &random)
                return #"{"id":"p\#(id)","vector":[\#(id),1]}"# + "\n"
            }.joined()
        }
        try bench.succeed("insert", "docs", try bench.file("known.jsonl", lines(12)))
        let file = try bench.file("new.jsonl", lines(40))
        for policy in ["skip", "stop"] {
            let line = [
                "insert", "docs", file, "--mode", mode.rawValue, "--batch-size", "7",
                "--on-error", policy, "-o", "json",
            ]
            let dry = try bench.run(line + ["--dry-run"])
            let real = try bench.run(line)
            #expect(dry.code == real.code, "\(dry.error)\(real.error)")
            #expect(dry.output.isEmpty == real.output.isEmpty)
            guard !real.output.isEmpty, !dry.output.isEmpty else { continue }
            for count in ["inserted", "updated", "rejected", "superseded"] {
                let (told, done) = (try dry.rows.first?[count], try real.rows.first?[count])
                #expect(told as? Int == done as? Int, "\(count)")
            }
        }
    }
}
