import Glibc
import Testing
import VectorStore
import VectorizerCommands

/// Row numbers as ids: where they begin, and what they replace.
@Suite struct InsertNumberingTests {
    private func bench() throws -> (bench: CommandBench, file: String) {
        let bench = try CommandBench()
        try bench.makeDocs(metric: .euclidean, isEmpty: true)
        let fixture = ArrayFixture(descriptor: "<f4", rows: [[1, 2], [3, 4]])
        return (bench, try bench.file("v.npy", bytes: fixture.bytes))
    }

    private func insertIDs(_ ids: [String], _ bench: CommandBench) throws {
        let lines = ids.map { #"{"id":"\#($0)","vector":[0,0]}"# + "\n" }.joined()
        _ = try bench.succeed("insert", "docs", try bench.file("ids.jsonl", lines))
    }

    @Test("Points that row numbers replace are counted in a note, in a dry run as well")
    func replaced() throws {
        let (bench, file) = try bench()
        #expect(try bench.run("insert", "docs", file).error.contains("replaced") == false)
        let dry = try bench.run("insert", "docs", file, file, "--dry-run")
        #expect(
            dry.error.contains(
                "note: 2 existing points would be replaced by rows whose ids are row numbers"
            )
        )
        let outcome = try bench.run("insert", "docs", file, file)
        #expect(outcome.code == 0)
        #expect(
            outcome.error.contains(
                "note: 2 existing points were replaced by rows whose ids are row numbers; "
                    + "--id-start next or --id-prefix TEXT gives rows new ids"
            )
        )
        #expect(try bench.ids() == ["0", "1", "2", "3"])
        let asked = try bench.run("insert", "docs", file, "--mode", "update")
        #expect(asked.code == 0 && !asked.error.contains("replaced"))
    }

    @Test("Points that rows with ids of their own replace are not counted")
    func ownIDs() throws {
        let (bench, file) = try bench()
        try insertIDs(["0", "x", "y"], bench)
        let lines = try bench.file("more.jsonl", #"{"id":"x","vector":[1,1]}"# + "\n")
        let outcome = try bench.run("insert", "docs", lines, file)
        #expect(outcome.error.contains("1 existing point was replaced by rows"))
        let again = try bench.run("insert", "docs", lines)
        #expect(again.code == 0 && !again.error.contains("replaced"))
    }

    @Test(
        "Numbering goes on behind the largest number that is an id",
        arguments: [
            ([], "0", "1"), (["0"], "1", "2"), (["9", "10", "8"], "11", "12"),
            (["7", "007", "9a", "-9", "9.5", "x12", "٣٣", " 99"], "8", "9"),
            (["99999"], "100000", "100001"), (["00"], "0", "1"),
        ]
    )
    func next(ids: [String], first: String, second: String) throws {
        let (bench, file) = try bench()
        if !ids.isEmpty { try insertIDs(ids, bench) }
        let dry = try bench.run("insert", "docs", file, "--id-start", "next", "--dry-run")
        #expect(dry.output.contains("2") && !dry.error.contains("replaced"))
        let outcome = try bench.run("insert", "docs", file, "--id-start", "next")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(Set(try bench.ids()) == Set(ids).union([first, second]))
        #expect(try bench.ids().count == ids.count + 2)
    }

    @Test("A prefix stands before each number, and has numbers of its own")
    func prefix() throws {
        let (bench, file) = try bench()
        try insertIDs(["5", "ä%_"], bench)
        #expect(try bench.run("insert", "docs", file, "--id-prefix", "ä%_").code == 0)
        let next = ["insert", "docs", file, "--id-prefix", "ä%_", "--id-start", "next"]
        #expect(try bench.run(next).code == 0)
        #expect(try bench.run("insert", "docs", file, "--id-start", "40").code == 0)
        #expect(
            Set(try bench.ids())
                == ["5", "ä%_", "ä%_0", "ä%_1", "ä%_2", "ä%_3", "40", "41"]
        )
    }

    @Test(
        "An id that leaves no number behind it is told",
        arguments: [
            "9223372036854775807", "99999999999999999999999999",
        ]
    )
    func tooLarge(id: String) throws {
        let (bench, file) = try bench()
        try insertIDs([id], bench)
        let outcome = try bench.run("insert", "docs", file, "--id-start", "next")
        #expect(outcome.code == 65)
        #expect(outcome.error.contains(id) && outcome.error.contains("--id-prefix"))
        #expect(try bench.ids() == [id])
    }

    @Test(
        "Numbers behind the largest never replace a point that appears meanwhile",
        arguments: [["--format", "npy"], []]
    )
    func refusesTaken(options: [String]) throws {
        let (bench, file) = try bench()
        let pipe = bench.path + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        let run = try ProgramRun(
            ["insert", "docs", pipe, "--id-start", "next"] + options,
            environment: bench.environment
        )
        // The program opens the pipe when it has chosen the numbers, and waits for the first row.
        let end = open(pipe, O_WRONLY | O_CLOEXEC)
        try #require(end >= 0)
        let lines = try bench.file("p.jsonl", #"{"id":"1","vector":[9,9]}"# + "\n")
        #expect(try bench.program("insert", "docs", lines).code == 0)
        let bytes = try bench.contents("v.npy")
        let written = bytes.withUnsafeBytes { write(end, $0.baseAddress, $0.count) }
        close(end)
        #expect(written == bytes.count)
        let outcome = try run.wait()
        #expect(outcome.code == 65)
        #expect(outcome.error.contains("row 2: a point with id '1' exists already"))
        #expect(try bench.ids() == ["1"])
        #expect(try bench.run("insert", "docs", file, "--id-start", "next").code == 0)
        #expect(try bench.ids() == ["1", "2", "3"])
    }

    @Test("Rows with ids of their own may take a number, whose point they then replace")
    func mixed() throws {
        let (bench, file) = try bench()
        let beside = try bench.file("p.jsonl", #"{"id":"0","vector":[1,1]}"# + "\n")
        let mixed = try bench.run("insert", "docs", beside, file, "--id-start", "next")
        #expect(mixed.code == 0)
        #expect(try bench.ids() == ["0", "1"])
        let asked = ["insert", "docs", file, "--id-start", "next", "--mode", "insert"]
        #expect(try bench.run(asked).code == 0)
        #expect(try bench.ids() == ["0", "1", "2", "3"])
    }

    @Test(
        "Options without a use are usage errors",
        arguments: [
            ["--id-start", "-1"], ["--id-start", "x"], ["--id-start", ""],
            ["--id-start", "9223372036854775807"], ["--id-start", "next", "--mode", "update"],
            ["--id-start", "1", "--payloads", "p.jsonl"],
            ["--id-prefix", "x", "--payloads", "p.jsonl"],
            ["--id-prefix", String(repeating: "x", count: 500)], ["--array", "emb"],
        ]
    )
    func usage(options: [String]) throws {
        let (bench, file) = try bench()
        #expect(try bench.run(["insert", "docs", file] + options).code == 64)
        #expect(try bench.ids().isEmpty)
    }

    @Test("Rows that bring their ids are not numbered")
    func unused() throws {
        let (bench, _) = try bench()
        let lines = try bench.file("p.jsonl", #"{"id":"0","vector":[1,1]}"# + "\n")
        let outcome = try bench.run("insert", "docs", lines, "--id-start", "next", "-o", "json")
        #expect(outcome.code == 64)
        #expect(try outcome.fault["kind"] as? String == "unused_row_numbers")
        // What standard input holds is known only when it is read.
        for option in ["--id-start", "--array"] {
            let text = #"{"id":"0","vector":[1,1]}"# + "\n"
            let piped = try bench.program(
                "insert",
                "docs",
                option,
                "7",
                input: .bytes(Array(text.utf8))
            )
            #expect(piped.code == 64)
        }
        #expect(try bench.ids().isEmpty)
    }
}
