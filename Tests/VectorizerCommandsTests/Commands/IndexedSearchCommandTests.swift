import Foundation
import Testing
import VectorStore
import VectorizerCommands

/// `search` over an index, and `recall`.
@Suite(.timeLimit(.minutes(10))) struct IndexedSearchCommandTests {
    /// A collection of points with one member `n`, indexed.
    private func indexed(_ count: Int = 2000, dimension: Int = 64) throws -> CommandBench {
        let bench = try CommandBench()
        try Store.create(path: bench.store)
        let store = try Store(path: bench.store, options: StoreOptions(access: .write))
        let docs = try CollectionName("docs")
        try store.createCollection(
            docs,
            configuration: CollectionConfiguration(dimension: dimension)
        )
        let rows = BenchmarkRows.clustered(
            count: count,
            queryCount: 1,
            dimension: dimension,
            seed: 3
        ).base
        var batch = PointBatch(dimension: dimension)
        for row in 0..<count {
            batch.append(
                id: try PointID("p\(row)"),
                vector: Array(rows[row]),
                payload: Array(#"{"n":\#(row)}"#.utf8)
            )
        }
        _ = try store.write(batch, to: docs)
        _ = try store.maintenance.compact(docs)
        return bench
    }

    private func explanation(_ outcome: CommandOutcome) throws -> [[String: Any]] {
        try outcome.error.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let whole = try #require(object as? [String: Any])
            return try #require(whole["explain"] as? [String: Any])
        }
    }

    @Test("--explain tells on standard error what was done, and rows stay rows")
    func explain() throws {
        let bench = try indexed()
        let line = ["search", "docs", "--id", "p7", "-k", "3", "-o", "jsonl"]
        let plain = try bench.run(line)
        let told = try bench.run(line + ["--explain"])
        #expect(told.output == plain.output && plain.error.isEmpty)
        let account = try #require(try explanation(told).first)
        #expect(
            Set(account.keys) == [
                "segments", "tails", "tail_rows", "tested_points", "reused_filter",
                "microseconds",
            ]
        )
        let segments = try #require(account["segments"] as? [[String: Any]])
        let segment = try #require(segments.first)
        #expect(
            Set(segment.keys) == [
                "file", "rows", "live", "passing", "path", "why", "ef", "distances",
                "expected_recall",
            ]
        )
        #expect(segment["rows"] as? Int == 2000 && segment["path"] as? String == "graph")
        #expect(segment["ef"] as? Int == 64)
        let times = try #require(account["microseconds"] as? [String: Any])
        #expect(Set(times.keys) == ["open", "filter", "walk", "rerank", "payload"])
        let tree = try bench.run("search", "docs", "--id", "p7", "--explain", "-o", "table")
        #expect(tree.error.contains("|-- segment ") && tree.error.contains("`-- microseconds: "))
        let exact = try bench.run(line + ["--explain", "--exact"])
        #expect(exact.error.contains("an exact search was asked for"))
    }

    @Test("A batch has the same rows on any number of threads, and one account per query")
    func batch() throws {
        let bench = try indexed()
        let rows = BenchmarkRows.clustered(count: 1, queryCount: 300, dimension: 64, seed: 5)
        let lines = (0..<300).map { "\(Array(rows.queries[$0]))\n" }.joined()
        let file = try bench.file("queries.jsonl", lines)
        let one = try bench.run("search", "docs", "--queries", file, "--threads", "1")
        #expect(one.code == 0 && one.lines.count == 3000)
        for threads in ["2", "5"] {
            let many = try bench.run("search", "docs", "--queries", file, "--threads", threads)
            #expect(many.output == one.output)
        }
        let usual = try bench.run("search", "docs", "--queries", file, "--explain")
        #expect(usual.output == one.output)
        let accounts = try explanation(usual)
        #expect(accounts.compactMap { $0["query"] as? Int } == Array(0..<300))
    }

    @Test("A wrong query in a file ends the batch behind the answers before it")
    func wrongQuery() throws {
        let bench = try indexed(20, dimension: 2)
        let file = try bench.file("queries.jsonl", "[1,0]\n[0,0]\n[0,1]\n")
        let outcome = try bench.run("search", "docs", "--queries", file, "-k", "1")
        #expect(outcome.code == 65 && outcome.lines.count == 1)
        #expect(outcome.error.contains("queries.jsonl:2"))
    }

    @Test(
        "Options that contradict one another, or make no sense, are usage errors",
        arguments: [
            ["--ef", "10", "--exact"], ["--ef", "10", "--recall", "0.9"],
            ["--exact", "--recall", "0.9"], ["--ef", "0"], ["--recall", "0.4"],
            ["--recall", "1"], ["--threads", "2"], ["--ef", "many"],
        ]
    )
    func usage(options: [String]) throws {
        let bench = try CommandBench()
        #expect(try bench.run(["search", "docs", "--id", "a"] + options).code == 64)
    }

    @Test("recall tells the share that is found, and ends with 1 below --min")
    func recall() throws {
        let bench = try indexed()
        let outcome = try bench.run("recall", "docs", "--sample", "50")
        let row = try #require(try outcome.rows.first)
        #expect(Set(row.keys) == ["k", "sample", "ef", "recall", "filter"])
        #expect(row["sample"] as? Int == 50 && row["k"] as? Int == 10 && row["ef"] as? Int == 64)
        #expect((row["recall"] as? Double ?? 0) > 0.9)
        let narrow = ["recall", "docs", "--sample", "50", "--ef", "10"]
        let low = try bench.run(narrow + ["--min", "1"])
        #expect(low.code == 1 && low.lines.count == 1 && low.error.contains("less than 1"))
        #expect(try bench.run(narrow + ["--min", "0.1"]).code == 0)
        let filtered = try bench.run("recall", "docs", "--filter", "n < 40", "--min", "1")
        #expect(try filtered.rows.first?["filter"] as? String == "n < 40")
        #expect(filtered.code == 0)
        // Where there is nothing to find, nothing was measured, and no gate opens.
        let nothing = try bench.run("recall", "docs", "--filter", "nosuch", "--min", "0.5")
        #expect(nothing.code == 1 && nothing.error.contains("nothing was measured"))
        let row0 = try #require(try nothing.rows.first)
        #expect(row0["recall"] is NSNull && row0["sample"] as? Int == 0)
        #expect(try bench.run("recall", "nope").code == 66)
        #expect(try bench.run("recall", "docs", "--filter", "n <").code == 64)
        #expect(try bench.run("recall", "docs", "--min", "2").code == 64)
    }
}
