import Foundation
import Testing
import VectorStore
import VectorizerCommands

/// What fields of a row become, through the program: base64 vectors, payloads, what is left out.
@Suite struct InsertFieldTests {
    private func empty() throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs(metric: .euclidean, isEmpty: true)
        return bench
    }

    private func vectors(_ bench: CommandBench) throws -> [[Double]] {
        let outcome = try bench.run("list-points", "docs", "--with-vector", "-o", "jsonl")
        return try outcome.rows.compactMap { $0["vector"] as? [Double] }
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
        let array = try bench.file("p.json", #"[{"id":"a","vector":[1,0],"meta":{},"doc":1}]"#)
        let vectors = ArrayFixture(descriptor: "<f4", rows: [[1, 2]]).bytes
        for arguments in [
            [array], [try bench.file("v.npy", bytes: vectors), "--payloads", array],
        ] {
            let outcome = try bench.run(["insert", "docs"] + arguments + fields)
            #expect(outcome.code == 0)
            let told = outcome.error.contains(#"are left out: "doc" (1 row), "vector""#)
            #expect(told == false && outcome.error.contains(#"left out: "doc" (1 row);"#))
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
