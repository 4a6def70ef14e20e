import Foundation
import Testing
import VectorStore
import VectorizerCommands

@Suite struct BenchCommandTests {
    /// A short run.
    private static let short = ["bench", "--rows", "400", "--dim", "8", "--ef", "16"]

    /// Vectors as an fvecs or ivecs file.
    private func vecs(_ rows: [[Float]]) -> [UInt8] {
        bytes(rows.map { $0.map(\.bitPattern) })
    }

    private func bytes(_ rows: [[UInt32]]) -> [UInt8] {
        rows.flatMap { row in
            ([UInt32(row.count)] + row).flatMap { number in
                (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
            }
        }
    }

    /// What a run has left in its own temporary directory.
    private func run(_ bench: CommandBench, _ line: [String]) throws -> CommandOutcome {
        let outcome = try bench.run(line, environment: ["TMPDIR": bench.path])
        #expect(try bench.fileNames().filter { $0.hasPrefix("vectorizer-bench") } == [])
        return outcome
    }

    @Test("Rows tell of the build and of each breadth, and nothing is left behind")
    func rows() throws {
        let bench = try CommandBench()
        let outcome = try run(bench, Self.short + ["--threads", "2", "-k", "5"])
        #expect(outcome.code == 0, "\(outcome.error)")
        let rows = try outcome.rows
        #expect(rows.count == 2)
        #expect(
            Set(rows[0].keys) == ["phase", "rows", "threads", "seconds", "cpu_seconds", "bytes"]
        )
        #expect(rows[0]["rows"] as? Int == 400 && rows[0]["threads"] as? Int == 2)
        #expect(
            Set(rows[1].keys) == ["phase", "ef", "recall", "qps", "cpu_qps", "p50_us", "p99_us"]
        )
        #expect(rows[1]["recall"] as? Double == 1 && rows[1]["ef"] as? Int == 16)
    }

    @Test("A saved run can be compared with, and worse numbers are told")
    func comparing() throws {
        let bench = try CommandBench()
        let file = bench.path + "/run.json"
        #expect(try run(bench, Self.short + ["--save", file]).code == 0)
        let saved = try bench.text("run.json")
        for member in ["\"cpu\":", "\"kernels\":", "\"date\":", "\"version\":", "\"parameters\":"] {
            #expect(saved.contains(member))
        }
        let same = try run(bench, Self.short + ["--compare", file, "--max-regress", "95%"])
        #expect(same.code == 0, "\(same.error)")
        let rate = try #require(saved.firstMatch(of: /"cpu_qps":[0-9.]+/))
        let better = saved.replacing(rate.0, with: "\"cpu_qps\":9e15")
        let worse = try run(
            bench,
            Self.short + ["--compare", try bench.file("better.json", better)]
        )
        #expect(worse.code == 1 && worse.error.contains("search at ef 16"))
        let other = try run(bench, Self.short + ["--compare", file, "-k", "3"])
        #expect(other.code == 64 && other.error.contains("k is 10, here 3"))
        let recall = try #require(saved.firstMatch(of: /"recall":[0-9.]+/))
        let orders = ["16,24", "24,16"].map { Array(Self.short.dropLast()) + [$0] }
        let pair = bench.path + "/pair.json"
        #expect(try run(bench, orders[0] + ["--save", pair]).code == 0)
        let swapped = orders[1] + ["--compare", pair, "--max-regress", "95%"]
        #expect(try run(bench, swapped).code == 0)
        for damaged in [
            saved.replacing(rate.0, with: "\"cpu_qps\":-1"),
            saved.replacing(rate.0, with: "\"cpu_qps\":0"),
            saved.replacing("\"phase\":\"search\"", with: "\"phase\":\"other\""),
            saved.replacing(recall.0, with: "\"recall\":2"),
        ] {
            let broken = try bench.file("broken.json", damaged)
            #expect(try run(bench, Self.short + ["--compare", broken]).code == 65, "\(damaged)")
        }
        let nowhere = try run(bench, Self.short + ["--save", bench.path + "/none/run.json"])
        #expect(nowhere.code != 0 && nowhere.output.isEmpty)
        for text in ["", "{", "[]", "{\"kind\":\"other\"}", "{\"kind\":\"vectorizer-bench\"}"] {
            let broken = try bench.file("broken.json", text)
            #expect(try run(bench, Self.short + ["--compare", broken]).code == 65, "\(text)")
        }
        #expect(try run(bench, Self.short + ["--compare", bench.path + "/none"]).code == 66)
    }

    @Test("Files give vectors, queries and the truth")
    func files() throws {
        let bench = try CommandBench()
        let rows = BenchmarkRows.clustered(count: 300, queryCount: 10, dimension: 4, seed: 9)
        let base = try bench.file(
            "base.fvecs",
            bytes: vecs((0..<300).map { Array(rows.base[$0]) })
        )
        let queries = try bench.file(
            "query.fvecs",
            bytes: vecs((0..<10).map { Array(rows.queries[$0]) })
        )
        let line = [
            "bench", "--base", base, "--queries", queries, "--metric", "euclidean", "--ef", "16",
            "-k", "1",
        ]
        #expect(try run(bench, line).rows[1]["recall"] as? Double == 1)
        // Row 0 as everybody's nearest: recall against that would mean nothing.
        let truth = try bench.file(
            "truth.ivecs",
            bytes: bytes([[UInt32]](repeating: [0], count: 10))
        )
        let foreign = try run(bench, line + ["--ground-truth", truth])
        #expect(foreign.code == 65 && foreign.error.contains("not of these rows"))
        let beyond = try bench.file("beyond.ivecs", bytes: bytes([[300]]))
        let outcome = try run(bench, line + ["--ground-truth", beyond])
        #expect(outcome.code == 65 && outcome.error.contains("0 to 299"))
        let few = try bench.file("few.ivecs", bytes: bytes([[1]]))
        #expect(try run(bench, line + ["--ground-truth", few]).code == 65)
        let other = try bench.file("other.fvecs", bytes: vecs([[1, 2]]))
        #expect(try run(bench, ["bench", "--base", base, "--queries", other]).code == 65)
        let zero = try bench.file("zero.fvecs", bytes: vecs([[0, 0, 0, 0]]))
        let refused = try run(bench, ["bench", "--base", zero, "--queries", queries])
        #expect(refused.code == 65 && refused.error.contains("zero.fvecs: row 1"))
    }

    @Test("A collection gives its points, and its own parameters")
    func collection() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let few = try run(bench, ["bench", "--collection", "docs"])
        #expect(few.code == 65 && few.error.contains("too few"))
        let store = try Store(path: bench.store, options: StoreOptions(access: .write))
        var batch = PointBatch(dimension: 2)
        for number in 1...200 {
            let angle = Double(number) / 40
            batch.append(
                id: try PointID("q\(number)"),
                vector: [Float(cos(angle)), Float(sin(angle))],
                payload: Array("{}".utf8)
            )
        }
        _ = try store.write(batch, to: CollectionName("docs"))
        let before = try bench.storeBytes()
        let outcome = try run(bench, ["bench", "--collection", "docs", "--ef", "20"])
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(try outcome.rows[0]["rows"] as? Int ?? 0 > 150)
        #expect(try bench.storeBytes() == before)
    }

    @Test("A share of the rows as answers is measured against the truth among them")
    func filterShare() throws {
        let bench = try CommandBench()
        let outcome = try run(bench, Self.short + ["--filter-share", "0.2"])
        #expect(try outcome.rows[1]["recall"] as? Double == 1)
    }

    @Test(
        "Options that contradict one another, or make no sense, are usage errors",
        arguments: [
            ["--base", "x.fvecs"], ["--queries", "x.fvecs"], ["--collection", "c", "--rows", "5"],
            ["--ground-truth", "t"], ["--ef", "0"], ["--ef", "8,8"], ["--ef", ""], ["-k", "0"],
            ["--threads", "0"], ["--m", "1"], ["--ef-construction", "1"],
            ["--filter-share", "0"], ["--filter-share", "1.5"], ["--max-regress", "5%"],
            ["--compare", "f", "--max-regress", "x"], ["--dim", "5000"], ["--rows", "0"],
        ]
    )
    func usage(options: [String]) throws {
        #expect(try CommandBench().run(["bench"] + options).code == 64)
    }
}
