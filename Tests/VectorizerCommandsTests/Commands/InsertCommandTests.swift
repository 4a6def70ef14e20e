import Foundation
import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerCommands
import VectorizerSettings

@Suite(.timeLimit(.minutes(10))) struct InsertCommandTests {
    private func empty(metric: Metric = .cosine) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs(metric: metric, isEmpty: true)
        return bench
    }

    private func summary(_ outcome: CommandOutcome) throws -> [Int?] {
        let row = try #require(try outcome.rows.last)
        return ["inserted", "updated", "skipped", "rejected", "sequence"].map { row[$0] as? Int }
    }

    private static let lines = """
        {"id":"a","vector":[1,0],"payload":{"n":1}}
        {"id":7,"vector":[0,1],"lang":"en"}
        {"id":"c","vector":[1,1]}

        """

    @Test("Lines of JSON become points; other members are the payload where there is none")
    func jsonLines() throws {
        let bench = try empty()
        let file = try bench.file("p.jsonl", Self.lines)
        let outcome = try bench.run("insert", "docs", file, "-o", "jsonl")
        #expect(outcome.code == 0)
        #expect(
            outcome.output
                == #"{"inserted":3,"updated":0,"skipped":0,"rejected":0,"sequence":2}"# + "\n"
        )
        #expect(
            try bench.succeed("list-points", "docs", "--with-vector", "-o", "jsonl") == """
                {"id":"7","payload":{"lang":"en"},"vector":[0.0,1.0]}
                {"id":"a","payload":{"n":1},"vector":[1.0,0.0]}
                {"id":"c","payload":{},"vector":[1.0,1.0]}

                """
        )
    }

    @Test("Fields may have other names, in JSON and in CSV")
    func fieldNames() throws {
        let bench = try empty()
        let names = ["--id-field", "key", "--vector-field", "v", "--payload-field", "meta"]
        let json = try bench.file("p.jsonl", #"{"key":"a","v":[1,0],"meta":{"x":1}}"# + "\n")
        let csv = try bench.file("p.csv", "v,key,meta\n\"[0,1]\",b,\"{\"\"x\"\":2}\"\n")
        #expect(try bench.run(["insert", "docs", json, csv] + names).code == 0)
        #expect(
            try bench.succeed("list-points", "docs", "-o", "csv")
                == "id,payload\na,\"{\"\"x\"\":1}\"\nb,\"{\"\"x\"\":2}\"\n"
        )
    }

    @Test("Files of vectors take ids that go on, or ids and payloads from beside them")
    func vectorFiles() throws {
        let bench = try empty()
        var fvecs: [UInt8] = []
        for value in [Float(1), 2] {
            fvecs.append(littleEndian: Int32(2))
            for number in [value, 0.5] { fvecs.append(littleEndian: number.bitPattern) }
        }
        let bvecs: [UInt8] = [2, 0, 0, 0, 3, 4]
        let first = try bench.file("v.fvecs", bytes: fvecs)
        let second = try bench.file("v.bvecs", bytes: bvecs)
        #expect(try bench.run("insert", "docs", first, second).code == 0)
        #expect(
            try bench.succeed("list-points", "docs", "--with-vector", "-o", "jsonl") == """
                {"id":"0","payload":{},"vector":[1.0,0.5]}
                {"id":"1","payload":{},"vector":[2.0,0.5]}
                {"id":"2","payload":{},"vector":[3.0,4.0]}

                """
        )
        let beside = try bench.file(
            "p.jsonl",
            "{\"id\":\"x\",\"payload\":{\"k\":1}}\n{\"id\":\"y\"}\n"
        )
        #expect(try bench.run("insert", "docs", first, "--payloads", beside).code == 0)
        #expect(try bench.ids() == ["0", "1", "2", "x", "y"])
        let short = try bench.run(
            "insert",
            "docs",
            first,
            second,
            "--payloads",
            beside,
            "-o",
            "json"
        )
        #expect(short.code == 65)
        #expect(try short.fault["kind"] as? String == "row_count_mismatch")
        let format = try bench.run("insert", "docs", first, "--format", "bvecs", "-o", "json")
        #expect(format.code == 65)
    }

    @Test("upsert replaces, the last of one id wins, and the counts say so")
    func upsert() throws {
        let bench = try empty()
        try bench.succeed("insert", "docs", try bench.file("p.jsonl", Self.lines))
        let again = """
            {"id":"a","vector":[0,1],"payload":{"n":2}}
            {"id":"z","vector":[0,1],"payload":{"n":3}}
            {"id":"a","vector":[0,1],"payload":{"n":4}}

            """
        let file = try bench.file("again.jsonl", again)
        let dry = try bench.run("insert", "docs", file, "-o", "jsonl", "-n")
        let real = try bench.run("insert", "docs", file, "-o", "jsonl")
        #expect(try summary(dry) == [1, 1, 1, 0, 2])
        #expect(try summary(real) == [1, 1, 1, 0, 3])
        #expect(
            try bench.succeed("get", "docs", "a", "-o", "jsonl")
                == #"{"id":"a","payload":{"n":4}}"# + "\n"
        )
    }

    @Test("insert refuses known ids with 65 and update new ones with 66, dry or not")
    func modes() throws {
        let bench = try empty()
        try bench.succeed("insert", "docs", try bench.file("p.jsonl", Self.lines))
        let before = try bench.storeBytes()
        for dry in [["-n"], []] {
            let known = try bench.file(
                "known.jsonl",
                "{\"id\":\"q\",\"vector\":[1,0]}\n{\"id\":\"c\",\"vector\":[1,0]}\n"
            )
            let line = ["insert", "docs", known, "-o", "json"] + dry
            let insert = try bench.run(line + ["--mode", "insert"])
            #expect(insert.code == 65)
            #expect(try insert.fault["kind"] as? String == "point_exists")
            #expect(try insert.fault["line"] as? Int == 2)
            #expect(try insert.fault["committed"] as? Int == 0)
            let update = try bench.run(line + ["--mode", "update"])
            #expect(update.code == 66)
            #expect(try update.fault["kind"] as? String == "point_not_found")
            #expect(try update.fault["line"] as? Int == 1)
            #expect(
                try #require(try update.fault["message"] as? String)
                    == "\(known):1: no point with id 'q' in \(bench.store); nothing was written"
            )
        }
        #expect(try bench.storeBytes() == before)
    }

    @Test(
        "Rows that the mode refuses are skipped when asked to, and counted the same in a dry run",
        arguments: [
            (WriteMode.insert, [2, 0, 0, 2]), (.update, [0, 2, 0, 2]), (.upsert, [2, 1, 1, 0]),
        ]
    )
    func skippedModes(mode: WriteMode, counts: [Int]) throws {
        let bench = try empty()
        try bench.succeed("insert", "docs", try bench.file("p.jsonl", Self.lines))
        let rows = ["a", "x", "a", "y"].map { "{\"id\":\"\($0)\",\"vector\":[1,2]}\n" }
        let file = try bench.file("q.jsonl", rows.joined())
        let line = [
            "insert", "docs", file, "-o", "jsonl", "--mode", mode.rawValue, "--on-error", "skip",
        ]
        for dry in [["-n"], []] {
            let outcome = try bench.run(line + dry)
            #expect(outcome.code == (counts[3] == 0 ? 0 : 65))
            // An update of one row twice in a batch replaces it once.
            let expected = mode == .update ? [0, 1, 1, 2] : counts
            #expect(try summary(outcome).prefix(4).elementsEqual(expected), "\(outcome.output)")
        }
    }

    @Test("Refused rows are skipped, listed with the reason, and end with 65")
    func rejects() throws {
        let bench = try empty()
        let text = """
            {"id":"a","vector":[1,0]}
            {"id":"b","vector":[1,0,0]}
            broken
            {"id":"zero","vector":[0,0],"payload":{"k":1}}
            {"id":"c","vector":[0,1]}

            """
        let file = try bench.file("p.jsonl", text)
        let outcome = try bench.run(
            "insert",
            "docs",
            file,
            "--on-error",
            "skip",
            "--rejects",
            bench.path + "/bad.jsonl",
            "-o",
            "jsonl"
        )
        #expect(outcome.code == 65)
        #expect(try summary(outcome) == [2, 0, 0, 3, 2])
        #expect(try outcome.fault["rejected"] as? Int == 3)
        #expect(try outcome.fault["committed"] as? Int == 2)
        #expect(try outcome.fault["line"] as? Int == 2)
        #expect(try bench.ids() == ["a", "c"])
        let rejected = try bench.text("bad.jsonl").split(separator: "\n").map { line in
            try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            )
        }
        #expect(rejected.map { $0["line"] as? Int } == [2, 3, 4])
        #expect(
            rejected.map { $0["kind"] as? String } == [
                "dimension_mismatch", "invalid_json", "zero_length",
            ]
        )
        #expect(rejected.allSatisfy { $0["file"] as? String == file })
        #expect(
            rejected.map { $0["row"] as? String } == [
                #"{"id":"b","vector":[1,0,0]}"#, "broken",
                #"{"id":"zero","vector":[0.0,0.0],"payload":{"k":1}}"#,
            ]
        )
    }

    @Test("A rejects file is never a file that is read, and a dry run leaves it alone")
    func rejectsPlace() throws {
        let bench = try empty()
        let file = try bench.file("p.jsonl", "broken\n")
        let kept = try bench.file("kept.jsonl", "precious\n")
        try #require(symlink(file, bench.path + "/link.jsonl") == 0)
        for place in [file, bench.path + "/link.jsonl"] {
            let outcome = try bench.run(
                "insert",
                "docs",
                file,
                "--on-error",
                "skip",
                "--rejects",
                place
            )
            #expect(outcome.code == 64)
        }
        #expect(try bench.text("p.jsonl") == "broken\n")
        let dry = try bench.run(
            "insert",
            "docs",
            file,
            "--on-error",
            "skip",
            "--rejects",
            kept,
            "-n"
        )
        #expect(dry.code == 65)
        #expect(try bench.text("kept.jsonl") == "precious\n")
        let full = try bench.run(
            "insert",
            "docs",
            file,
            "--on-error",
            "skip",
            "--rejects",
            "/dev/full"
        )
        #expect(full.code == 74)
    }

    @Test(
        "Each batch is acknowledged on its own, the counts come last",
        arguments: OutputMode.allCases
    )
    func acknowledgements(mode: OutputMode) throws {
        let bench = try empty()
        let file = try bench.file("p.jsonl", Self.lines)
        let outcome = try bench.run(
            "insert",
            "docs",
            file,
            "--batch-size",
            "2",
            "--ack",
            "-o",
            mode.rawValue
        )
        #expect(outcome.code == 0)
        try expectGolden(outcome.output, "insert-ack.\(mode.rawValue)")
    }

    @Test("Stopping keeps the batches before, and the error says how many rows that is")
    func stop() throws {
        let bench = try empty()
        let file = try bench.file("p.jsonl", Self.lines + "{\"id\":\"d\",\"vector\":[1,\"x\"]}\n")
        let outcome = try bench.run("insert", "docs", file, "--batch-size", "2", "-o", "jsonl")
        #expect(outcome.code == 65)
        #expect(outcome.output.isEmpty)
        let fault = try outcome.fault
        #expect(fault["committed"] as? Int == 2)
        #expect(fault["sequence"] as? Int == 2)
        #expect(fault["line"] as? Int == 4)
        #expect(fault["field"] as? String == "vector")
        #expect(try bench.ids() == ["7", "a"])
        #expect(try bench.run("verify", "--full").code == 0)
    }

    @Test("What standard output can't take is 74, and says what is durable all the same")
    func acknowledgementLost() throws {
        let bench = try empty()
        let file = try bench.file("p.jsonl", Self.lines)
        let full = try bench.program(
            "insert",
            "docs",
            file,
            "--batch-size",
            "2",
            "--ack",
            "-o",
            "jsonl",
            output: .path("/dev/full")
        )
        #expect(full.code == 74)
        #expect(full.error.contains("\"committed\":2"))
        #expect(try bench.ids() == ["7", "a"])
    }

    @Test(
        "Lines that contradict themselves are usage errors",
        arguments: [
            ["--batch-size", "0"], ["--batch-size", "1000001"], ["--rejects", "x"],
            ["-", "-"], ["-", "--payloads", "-"], ["--rejects", "-", "--on-error", "skip"],
            ["--mode", "replace"], ["--format", "xml"],
        ]
    )
    func usage(options: [String]) throws {
        #expect(try CommandBench().run(["insert", "docs"] + options).code == 64)
    }

    @Test("A terminal is not waited for in silence")
    func terminal() throws {
        let bench = try empty()
        let outcome = try bench.run("insert", "docs", terminal: .wide(80))
        #expect(outcome.code == 64)
        #expect(outcome.error.hasSuffix("hint: vectorizer help insert\n"))
    }

    @Test("A missing store, collection or file is 66")
    func missing() throws {
        let bench = try CommandBench()
        let file = try bench.file("p.jsonl", Self.lines)
        let none = try bench.run("insert", "docs", file)
        #expect(none.code == 66)
        #expect(none.error.contains("no store in \(bench.store)"))
        #expect(!FileManager.default.fileExists(atPath: bench.store))
        try bench.makeDocs(isEmpty: true)
        #expect(try bench.run("insert", "nope", file).code == 66)
        #expect(try bench.run("insert", "docs", bench.path + "/no.jsonl").code == 66)
        // A misspelled name is told before anything of the other files is written.
        #expect(try bench.run("insert", "docs", file, bench.path + "/no.jsonl").code == 66)
        #expect(try bench.ids().isEmpty)
    }
}
