import Foundation
import Testing
import VectorStore
import VectorizerCommands

@Suite(.timeLimit(.minutes(10))) struct SearchCommandTests {
    private func docs(metric: Metric = .cosine) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs(metric: metric)
        return bench
    }

    private func ids(_ bench: CommandBench, _ options: String...) throws -> [String] {
        try bench.run(["search", "docs", "-o", "ids"] + options).lines
    }

    @Test("The query comes from the line, a file, or a stored point")
    func sources() throws {
        let bench = try docs()
        let file = try bench.file("query.json", " [ 0.9, 0.1 ]\n")
        #expect(try ids(bench, "--vector", "[0.9,0.1]", "-k", "2") == ["a", "c"])
        #expect(try ids(bench, "--vector", "@" + file, "-k2") == ["a", "c"])
        #expect(try ids(bench, "--id", "b", "-k", "2") == ["b", "c"])
        #expect(try bench.run("search", "docs", "--id", "nope").code == 66)
        #expect(try bench.run("search", "docs", "--vector", "@" + bench.path + "/no").code == 66)
    }

    @Test("Standard input gives one vector, or many lines of them")
    func standardInput() throws {
        let bench = try docs()
        let one = try bench.program(
            "search",
            "docs",
            "--vector",
            "-",
            "-k1",
            "-o",
            "ids",
            input: .bytes(Array("[0,2]".utf8))
        )
        #expect(one.output == "b\n")
        let many = try bench.program(
            "search",
            "docs",
            "--queries",
            "-",
            "-k1",
            "-o",
            "ids",
            input: .bytes(Array("[0,2]\n\n{\"id\":\"q\",\"vector\":[-1,0]}\n".utf8))
        )
        #expect(many.output == "b\nd\n")
        let none = try bench.program(
            "search",
            "docs",
            "--queries",
            "-",
            "-o",
            "json",
            input: .bytes([])
        )
        #expect(none.output == "[]\n")
        #expect(none.code == 0)
    }

    @Test("Rows have rank, score and payload, and a query's number in a batch")
    func rows() throws {
        let bench = try docs()
        #expect(
            try bench.succeed(
                "search",
                "docs",
                "--id",
                "b",
                "-k1",
                "--fields",
                "lang",
                "-o",
                "jsonl"
            )
                == #"{"rank":1,"id":"b","score":1.0,"payload":{"lang":"de"}}"# + "\n"
        )
        let queries = try bench.file("q.jsonl", "[1,0]\n[0,1]\n")
        #expect(
            try bench.succeed(
                "search",
                "docs",
                "--queries",
                queries,
                "-k1",
                "--fields",
                "none",
                "--with-vector",
                "-o",
                "jsonl"
            )
                == #"{"query":0,"rank":1,"id":"a","score":1.0,"payload":{},"vector":[1.0,0.0]}"#
                + "\n"
                + #"{"query":1,"rank":1,"id":"b","score":1.0,"payload":{},"vector":[0.0,1.0]}"#
                + "\n"
        )
    }

    @Test("Queries are read in every input format", arguments: ["csv", "npy", "fvecs", "jsonl"])
    func queryFormats(ending: String) throws {
        let bench = try docs()
        let file = bench.path + "/queries." + ending
        try bench.succeed("export", "docs", file)
        let rows = try bench.run(
            "search",
            "docs",
            "--queries",
            file,
            "-k1",
            "-o",
            "jsonl"
        ).rows
        #expect(rows.map { $0["query"] as? Int } == [0, 1, 2, 3])
        #expect(rows.map { $0["id"] as? String } == ["a", "b", "c", "d"])
    }

    @Test("Scores follow the metric, and --min-score cuts from the bad end")
    func metrics() throws {
        let cosine = try docs()
        #expect(try ids(cosine, "--vector", "[2,0]", "--min-score", "0.5") == ["a", "c"])
        let distance = try docs(metric: .euclidean)
        let row = try distance.run("search", "docs", "--vector", "[4,0]", "-k1", "-o", "json")
        #expect(row.output.contains(#""score":3.0"#))
        #expect(try ids(distance, "--vector", "[4,0]", "--min-score", "3.5") == ["a", "c"])
        let dot = try docs(metric: .dot)
        #expect(try ids(dot, "--vector", "[2,1]", "--min-score=-2") == ["c", "a", "b", "d"])
        #expect(try ids(dot, "--vector", "[2,1]", "--min-score", "-1") == ["c", "a", "b"])
    }

    @Test("A search gives as many rows as match, up to k, and filters first")
    func filter() throws {
        let bench = try docs()
        #expect(try ids(bench, "--id", "b", "--filter", "lang = 'en'", "-k", "2") == ["c", "a"])
        #expect(try ids(bench, "--id", "b", "--filter", "lang = 'en'", "--exact").count == 2)
    }

    @Test("Nothing found is 1 with --fail-empty, and the answer is a whole empty one")
    func failEmpty() throws {
        let bench = try docs()
        let line = ["search", "docs", "--id", "a", "--filter", "lang = 'fr'", "-o", "json"]
        #expect(try bench.run(line).code == 0)
        let outcome = try bench.run(line + ["--fail-empty"])
        #expect(outcome.code == 1)
        #expect(outcome.output == "[]\n")
        #expect(try bench.run(line.dropLast() + ["csv", "--fail-empty"]).output.hasPrefix("rank,"))
        #expect(try bench.run("search", "docs", "--id", "a", "--fail-empty").code == 0)
    }

    @Test(
        "Queries that can't be asked are refused",
        arguments: [
            ("[1]", "dimension_mismatch"), ("[1,2,3]", "dimension_mismatch"),
            ("[NaN,1]", "not_finite"), ("[1e99,1]", "not_finite"), ("[0,0]", "zero_length"),
            ("1,2", "wrong_type"), ("[1,", "invalid_json"), ("", "invalid_json"),
            ("[1,\"x\"]", "wrong_type"),
        ]
    )
    func badVectors(text: String, kind: String) throws {
        let bench = try docs()
        let outcome = try bench.run("search", "docs", "--vector", text, "-o", "json")
        #expect(outcome.code == 65, "\(outcome.error)")
        #expect(try outcome.fault["kind"] as? String == kind)
        #expect(outcome.output.isEmpty)
        let file = try bench.file("queries.jsonl", "[1,0]\n\(text)\n{\"vector\":\(text)}\n")
        guard !text.isEmpty else { return }
        let batch = try bench.run("search", "docs", "--queries", file, "-o", "jsonl")
        #expect(batch.code == 65)
        #expect(try batch.fault["kind"] as? String == kind)
        #expect(try batch.fault["line"] as? Int == 2)
        #expect(batch.lines.count == 4)
    }

    @Test("Lines of a query file that are no queries are told with their number")
    func badQueryLines() throws {
        let bench = try docs()
        for (text, kind) in [
            ("{\"id\":1}", "missing_field"), ("{\"vector\":1}", "wrong_type"),
            ("{\"vector\":[1,0]", "invalid_json"),
        ] {
            let file = try bench.file("queries.jsonl", "\n" + text + "\n")
            let outcome = try bench.run("search", "docs", "--queries", file, "-o", "json")
            #expect(outcome.code == 65)
            #expect(try outcome.fault["kind"] as? String == kind)
            #expect(try outcome.fault["line"] as? Int == 2)
        }
        let empty = try bench.file("queries.jsonl", "\n\n")
        #expect(try bench.run("search", "docs", "--queries", empty).code == 65)
    }

    @Test(
        "Numbers that make no sense are usage errors",
        arguments: [
            ["-k", "0"], ["-k", "1000001"], ["-k", "x"], ["--min-score", "nan"],
            ["--min-score", "x"], ["--queries", "f"],
        ]
    )
    func badNumbers(options: [String]) throws {
        #expect(try docs().run(["search", "docs", "--id", "a"] + options).code == 64)
    }
}
