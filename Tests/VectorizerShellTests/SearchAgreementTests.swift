import TestSupport
import Testing
import VectorStore
import VectorizerCommands
import VectorizerShell

/// A search on the command line, one of a file of queries, and one in a shell.
@Suite("Searches agree wherever they are asked for", .timeLimit(.minutes(10)))
struct SearchAgreementTests {
    /// So many points that those near a query are tested one by one.
    private static let pointCount = 5000

    private func docs(_ random: inout SplitMix64) throws -> ShellBench {
        let bench = try ShellBench()
        try Store.create(path: bench.store)
        let store = try Store(path: bench.store, options: StoreOptions(access: .write))
        let docs = try CollectionName("docs")
        try store.createCollection(
            docs,
            configuration: CollectionConfiguration(dimension: 8, efConstruction: 20)
        )
        var batch = PointBatch(dimension: 8)
        for number in 0..<Self.pointCount {
            batch.append(
                id: try PointID("p\(number)"),
                vector: random.vector(8),
                payload: #"{"n":\#(number)}"#.utf8
            )
        }
        _ = try store.write(batch, to: docs)
        _ = try store.maintenance.compact(docs, options: CompactionOptions())
        return bench
    }

    @Test("The program, a file of queries and a shell find the same rows")
    func sameRows() throws {
        var random = SplitMix64(seed: 9)
        let bench = try docs(&random)
        let queries = (0..<8).map { _ in random.vector(8).description }
        let file = try bench.file("queries.jsonl", queries.joined(separator: "\n") + "\n")
        let shell = bench.shell()
        for options in [
            [], ["--filter", "n >= 400"], ["--filter", "n < 60"],
            ["--filter", "n >= 400", "--ef", "30"], ["--filter", "n >= 400", "--exact"],
        ] {
            let words = ["search", "docs", "-o", "jsonl"] + options
            var single = ""
            for (number, query) in queries.enumerated() {
                let line = words + ["--vector", query]
                let code = CommandRunner.run(
                    VectorizerRoot.self,
                    line,
                    in: bench.world(.none).process
                )
                let alone = try bench.outcome(code)
                #expect(code == 0 && alone.lines.count == 10)
                for _ in 0..<2 {
                    let code = shell.run(ShellLine(words: line))
                    #expect(try bench.outcome(code).output == alone.output, "\(options)")
                }
                single += alone.output.replacing("{\"rank\"", with: "{\"query\":\(number),\"rank\"")
            }
            let code = CommandRunner.run(
                VectorizerRoot.self,
                words + ["--queries", file],
                in: bench.world(.none).process
            )
            #expect(try bench.outcome(code).output == single, "\(options)")
        }
    }
}
