import Foundation
import Testing
import VectorStore
import VectorizerCommands

/// Files of other tools, through the program.
@Suite struct InsertFormatTests {
    private static let rows: [[Double]] = [[1, 2], [3, 4], [5, 6]]

    private func empty() throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs(metric: .euclidean, isEmpty: true)
        return bench
    }

    private func vectors(_ bench: CommandBench) throws -> [[Double]] {
        let outcome = try bench.run("list-points", "docs", "--with-vector", "-o", "jsonl")
        return try outcome.rows.compactMap { $0["vector"] as? [Double] }
    }

    /// Pipes a file into the program.
    private func pipe(
        _ bench: CommandBench,
        _ file: String,
        _ arguments: String...
    ) throws -> ProgramRun.Outcome {
        try ProgramRun(
            ["-c", #"cat "$1" | "$0" insert docs - "${@:2}""#, try ProgramRun.program, file]
                + arguments,
            program: "/bin/bash",
            environment: bench.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }
        ).wait()
    }

    @Test(
        "Arrays of other types and orders become points, from files and from pipes",
        arguments: [
            ("<i4", false), (">f4", false), ("<f2", true), (">u2", true), ("|i1", true),
        ]
    )
    func arrays(type: String, isByColumn: Bool) throws {
        let fixture = ArrayFixture(descriptor: type, rows: Self.rows, isByColumn: isByColumn)
        let bench = try empty()
        let file = try bench.file("v.npy", bytes: fixture.bytes)
        #expect(try bench.program("insert", "docs", file).code == 0)
        #expect(try vectors(bench) == Self.rows)
        let piped = try empty()
        #expect(try pipe(piped, file, "--format", "npy").code == 0)
        #expect(try vectors(piped) == Self.rows)
        let redirected = try empty()
        let outcome = try redirected.program(
            "insert",
            "docs",
            "-",
            "--format",
            "npy",
            input: .bytes(fixture.bytes)
        )
        #expect(outcome.code == 0)
        #expect(try vectors(redirected) == Self.rows)
    }

    @Test("An array by columns in a pipe is kept only up to a limit")
    func keptTooLarge() throws {
        let bench = try empty()
        let header = ArrayFixture.header("<f8", "(20000000, 2)", isByColumn: true)
        let file = try bench.file("v.npy", bytes: header + [1, 2, 3])
        let outcome = try pipe(bench, file, "--format", "npy", "-o", "json")
        #expect(outcome.code == 65)
        #expect(
            outcome.error.contains("needs_file") && outcome.error.contains("write it to a file")
        )
    }

    @Test("An npz file needs to be a file, and is told apart by its arrays")
    func npz() throws {
        let bench = try empty()
        let array = ArrayFixture(descriptor: "<f4", rows: Self.rows)
        let other = ArrayFixture(descriptor: ">i8", rows: [[9, 8]])
        let both = ZipFixture(entries: [
            ZipFixture.Entry(name: "emb.npy", bytes: array.bytes, method: 8),
            ZipFixture.Entry(name: "other.npy", bytes: other.bytes),
        ])
        let file = try bench.file("v.npz", bytes: both.bytes)
        let unnamed = try bench.program("insert", "docs", file)
        #expect(unnamed.code == 65)
        #expect(unnamed.error.contains(#""emb", "other""#) && unnamed.error.contains("--array"))
        let piped = try pipe(bench, file, "--format", "npz", "--array", "emb")
        #expect(piped.code == 65)
        #expect(piped.error.contains("standard input: an npz file can't be read from a pipe"))
        #expect(try bench.ids().isEmpty)
        #expect(try bench.program("insert", "docs", file, "--array", "emb").code == 0)
        #expect(try vectors(bench) == Self.rows)
        #expect(
            try bench.program(
                "insert",
                "docs",
                "-",
                "--format",
                "npz",
                "--array",
                "other.npy",
                "--id-start",
                "next",
                input: .bytes(both.bytes)
            ).code == 0
        )
        #expect(try vectors(bench) == Self.rows + [[9, 8]])
    }

    @Test("Nothing of a small npz file with a wrong checksum is written")
    func damaged() throws {
        let bench = try empty()
        let array = ArrayFixture(descriptor: "<f4", rows: Self.rows)
        var entry = ZipFixture.Entry(name: "emb.npy", bytes: array.bytes, method: 8)
        entry.checksum = 1
        let file = try bench.file("v.npz", bytes: ZipFixture(entries: [entry]).bytes)
        let outcome = try bench.program("insert", "docs", file, "-o", "json")
        #expect(outcome.code == 65)
        #expect(outcome.error.contains(#""kind":"invalid_archive""#))
        #expect(outcome.error.contains("v.npz") && outcome.error.contains("nothing was written"))
        #expect(try bench.ids().isEmpty)
    }

    @Test("Base64 stands for a vector in lines, tables, options and queries")
    func base64() throws {
        let bench = try empty()
        let text = Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]).base64EncodedString()
        let lines = try bench.file("p.jsonl", #"{"id":"a","vector":"\#(text)"}"# + "\n")
        let table = try bench.file("p.csv", "id,vector\nb,\(text)\nc,\"\(text)\"\n")
        #expect(try bench.program("insert", "docs", lines, table).code == 0)
        #expect(try vectors(bench) == [[1, -2], [1, -2], [1, -2]])
        let quoted = try bench.file("q.json", "\"\(text)\"\n")
        let queries = try bench.file("q.jsonl", "\"\(text)\"\n\(text)\n{\"vector\":\"\(text)\"}\n")
        for arguments in [
            ["--vector", text], ["--vector", "@" + quoted], ["--queries", queries],
        ] {
            let outcome = try bench.run(["search", "docs", "-k", "1", "-o", "jsonl"] + arguments)
            #expect(outcome.code == 0, "\(outcome.error)")
            let count = arguments[0] == "--queries" ? 3 : 1
            #expect(
                try outcome.rows.map { $0["id"] as? String } == Array(repeating: "a", count: count)
            )
        }
        let short = try bench.file("s.jsonl", #"{"id":"d","vector":"AACAPw=="}"# + "\n")
        let outcome = try bench.run("insert", "docs", short)
        #expect(outcome.code == 65)
        #expect(outcome.error.contains(#"s.jsonl:1: field "vector": expected 2 numbers, got 1"#))
        let bad = try bench.file("t.jsonl", #"{"id":"d","vector":"AACA-w=="}"# + "\n")
        #expect(
            try bench.run("insert", "docs", bad).error.contains(
                "expected an array of numbers or base64, got '-' at byte 5"
            )
        )
    }

    @Test("Fields that are no part of the payload are told once, with the number of rows")
    func leftOut() throws {
        let bench = try empty()
        let lines = try bench.file(
            "p.jsonl",
            #"{"id":"a","vector":[1,0],"meta":{"x":1},"doc":"hello"}"# + "\n"
                + #"{"id":"b","vector":[1,0],"doc":"hi","meta":{},"\u001b[2J":0}"# + "\n"
                + #"{"id":"c","vector":[1,0],"doc":"kept"}"# + "\n"
        )
        let table = try bench.file("p.csv", "id,vector,meta,doc\nd,\"[1,1]\",,x\ne,\"[1,1]\",,\n")
        let fields = ["--payload-field", "meta"]
        let note =
            #"note: fields beside "meta" are left out: "doc" (3 rows), "\u001b[2J" (1 row); "#
            + "--payload-field '*' keeps all"
        for extra in [["--dry-run"], []] {
            let outcome = try bench.run(["insert", "docs", lines, table] + fields + extra)
            #expect(outcome.code == 0)
            #expect(outcome.error.components(separatedBy: note).count == 2, "\(outcome.error)")
        }
        let quiet = try bench.run(["insert", "docs", lines, "-q"] + fields)
        #expect(quiet.error.isEmpty)
    }

    @Test("With the payload field * nothing is left out, in lines and in tables")
    func allFields() throws {
        let bench = try empty()
        let lines = try bench.file(
            "p.jsonl",
            #"{"id":"a","vector":[1,0],"payload":{"x":1},"doc":"hello"}"# + "\n"
        )
        let table = try bench.file("p.csv", "id,vector,payload,n\nb,\"[1,1]\",{},7\n")
        let outcome = try bench.run("insert", "docs", lines, table, "--payload-field", "*")
        #expect(outcome.code == 0)
        #expect(!outcome.error.contains("left out"))
        #expect(
            try bench.succeed("list-points", "docs", "-o", "jsonl") == """
                {"id":"a","payload":{"payload":{"x":1},"doc":"hello"}}
                {"id":"b","payload":{"payload":"{}","n":7}}

                """
        )
    }
}
