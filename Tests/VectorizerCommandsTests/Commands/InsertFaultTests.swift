import Foundation
import Testing
import VectorStore
import VectorizerCommands

/// Input that is refused: what it is, how the refusal is called, and where it points.
@Suite struct InsertFaultTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        var ending = "jsonl"
        let bytes: [UInt8]
        let kind: String
        var line: Int?
        var field: String?

        var testDescription: String { name }
    }

    private static func text(
        _ name: String,
        _ text: String,
        _ kind: String,
        ending: String = "jsonl",
        line: Int? = 2,
        field: String? = nil
    ) -> Case {
        Case(
            name: name,
            ending: ending,
            bytes: Array((good(ending) + text).utf8),
            kind: kind,
            line: line,
            field: field
        )
    }

    private static func good(_ ending: String) -> String {
        ending == "csv" ? "id,vector\ngood,\"[1,0]\"\n" : "{\"id\":\"good\",\"vector\":[1,0]}\n"
    }

    static let cases: [Case] = [
        text(
            "wrong dimension",
            "{\"id\":\"b\",\"vector\":[1]}\n",
            "dimension_mismatch",
            field: "vector"
        ),
        text("NaN", "{\"id\":\"b\",\"vector\":[1,NaN]}\n", "not_finite", field: "vector"),
        text(
            "infinity",
            "{\"id\":\"b\",\"vector\":[1,-Infinity]}\n",
            "not_finite",
            field: "vector"
        ),
        text("overflow", "{\"id\":\"b\",\"vector\":[1,1e400]}\n", "not_finite", field: "vector"),
        text("zero vector", "{\"id\":\"b\",\"vector\":[0,-0.0]}\n", "zero_length", field: "vector"),
        text("broken JSON", "{\"id\":\"b\",\"vector\":[1,0]\n", "invalid_json"),
        text("no object", "[1,2]\n", "wrong_type"),
        text(
            "deep JSON",
            "{\"id\":\"b\",\"vector\":[1,0],\"payload\":{\"x\":"
                + String(repeating: "[", count: 5000) + "\n",
            "too_deep"
        ),
        text(
            "duplicate members",
            "{\"id\":\"b\",\"vector\":[1,0],\"payload\":{\"x\":1,\"x\":2}}\n",
            "duplicate_member",
            field: "x"
        ),
        text("no id", "{\"vector\":[1,0]}\n", "missing_field", field: "id"),
        text("no vector", "{\"id\":\"b\"}\n", "missing_field", field: "vector"),
        text("empty id", "{\"id\":\"\",\"vector\":[1,0]}\n", "invalid_id", field: "id"),
        text("fraction as id", "{\"id\":1.5,\"vector\":[1,0]}\n", "wrong_type", field: "id"),
        text(
            "long id",
            "{\"id\":\"\(String(repeating: "x", count: 513))\",\"vector\":[1,0]}\n",
            "id_too_long",
            field: "id"
        ),
        text("id with NUL", "{\"id\":\"a\\u0000\",\"vector\":[1,0]}\n", "invalid_id", field: "id"),
        text(
            "payload no object",
            "{\"id\":\"b\",\"vector\":[1,0],\"payload\":[]}\n",
            "wrong_type",
            field: "payload"
        ),
        Case(
            name: "invalid UTF-8",
            bytes: Array(good("jsonl").utf8) + Array("{\"id\":\"".utf8) + [0xff]
                + Array("\",\"vector\":[1,0]}\n".utf8),
            kind: "invalid_utf8",
            line: 2
        ),
        Case(name: "empty file", bytes: [], kind: "empty_input"),
        Case(name: "empty csv", ending: "csv", bytes: [], kind: "empty_input"),
        Case(name: "empty npy", ending: "npy", bytes: [], kind: "empty_input"),
        Case(name: "empty fvecs", ending: "fvecs", bytes: [], kind: "empty_input"),
        Case(
            name: "no npy",
            ending: "npy",
            bytes: Array("hello, world".utf8),
            kind: "invalid_header"
        ),
        Case(
            name: "cut npy",
            ending: "npy",
            bytes: npy("{'descr':'<f4','fortran_order':False,'shape':(2,2)}", rows: 12),
            kind: "truncated"
        ),
        Case(
            name: "npy of another shape",
            ending: "npy",
            bytes: npy("{'descr':'<f4','fortran_order':False,'shape':(1,2,2)}", rows: 16),
            kind: "unsupported_format"
        ),
        Case(
            name: "npy of another dimension",
            ending: "npy",
            bytes: npy("{'descr':'<f4','fortran_order':False,'shape':(1,3)}", rows: 12),
            kind: "dimension_mismatch",
            field: "vector"
        ),
        Case(
            name: "cut fvecs",
            ending: "fvecs",
            bytes: [2, 0, 0, 0, 0, 0, 0x80, 0x3f, 0],
            kind: "truncated"
        ),
        Case(
            name: "fvecs of another dimension",
            ending: "fvecs",
            bytes: [1, 0, 0, 0, 0, 0, 0x80, 0x3f],
            kind: "dimension_mismatch",
            field: "vector"
        ),
        text("csv with too few columns", "b\n", "column_count_mismatch", ending: "csv", line: 3),
        text("csv with a stray quote", "b\"x,\"[1,0]\"\n", "invalid_csv", ending: "csv", line: 3),
        text(
            "csv zero vector",
            "b,\"[0,0]\"\n",
            "zero_length",
            ending: "csv",
            line: 3,
            field: "vector"
        ),
        Case(
            name: "csv without a vector column",
            ending: "csv",
            bytes: Array("id,x\na,1\n".utf8),
            kind: "missing_field",
            line: 1,
            field: "vector"
        ),
    ]

    private static func npy(_ header: String, rows byteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        bytes.append(littleEndian: UInt16(118))
        return bytes + Array(padded.utf8) + [UInt8](repeating: 0x3f, count: byteCount)
    }

    @Test(
        "Bad input is refused with its kind, line and field, and nothing is written",
        arguments: cases
    )
    func refused(_ bad: Case) throws {
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: true)
        let file = try bench.file("p." + bad.ending, bytes: bad.bytes)
        let outcome = try bench.run("insert", "docs", file, "-o", "json")
        #expect(outcome.code == 65, "\(outcome.error)")
        let fault = try outcome.fault
        #expect(fault["kind"] as? String == bad.kind)
        #expect(fault["file"] as? String == file)
        if bad.line != nil { #expect(fault["line"] as? Int == bad.line) }
        if bad.field != nil { #expect(fault["field"] as? String == bad.field) }
        #expect(fault["committed"] as? Int == 0)
        #expect(outcome.output.isEmpty)
        #expect(try bench.ids().isEmpty)
    }

    @Test("A line past 16 MiB is refused and skipped without being kept")
    func longLine() throws {
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: true)
        let long = [UInt8](repeating: UInt8(ascii: " "), count: Limits.lineByteCount + 1)
        let after = Array("\n{\"id\":\"after\",\"vector\":[1,0]}\n".utf8)
        let file = try bench.file("p.jsonl", bytes: long + after)
        let skipped = try bench.run(
            "insert",
            "docs",
            file,
            "--on-error",
            "skip",
            "--rejects",
            bench.path + "/bad"
        )
        #expect(skipped.code == 65)
        #expect(try bench.ids() == ["after"])
        let rejected = try bench.text("bad")
        #expect(rejected.contains("\"kind\":\"line_too_long\""))
        #expect(rejected.utf8.count < 100_000)
    }

    @Test("A directory is no file, and a file that may not be read is 77")
    func unreadable() throws {
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: true)
        let outcome = try bench.run(
            "insert",
            "docs",
            bench.store,
            "--format",
            "jsonl",
            "-o",
            "json"
        )
        #expect(outcome.code == 65)
        #expect(try outcome.fault["kind"] as? String == "is_directory")
        let parquet = try bench.file("points.parquet", bytes: [1])
        let unknown = try bench.run("insert", "docs", parquet, "-o", "json")
        #expect(try unknown.fault["kind"] as? String == "unsupported_format")
    }

    @Test("Ids that look like options, paths, patterns or SQL are ids")
    func oddIDs() throws {
        let ids = [
            "-x", "--help", "-", "--", "../../etc/passwd", "/", "*", "%", "_",
            "'; DROP TABLE points", "a\"b", "a\\b", " ", "\t", "\u{1b}[31m", "ä", "a\u{308}",
            "日本", "👩‍👩‍👧", "\u{202e}",
        ]
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: true)
        var lines: [UInt8] = []
        for id in ids {
            JSONText.append(
                object: [("id", .text(id)), ("vector", .vector([1, 0]))],
                to: &lines,
                forTerminal: false
            )
            lines.append(UInt8(ascii: "\n"))
        }
        try bench.succeed("insert", "docs", try bench.file("p.jsonl", bytes: lines))
        let sorted = ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(try bench.ids().map { Array($0.utf8) } == sorted.map { Array($0.utf8) })
        let shown = try bench.run(["get", "docs", "-o", "jsonl", "--"] + ids)
        #expect(try shown.rows.compactMap { $0["id"] as? String } == ids)
        for id in ids.prefix(3) {
            let found = try bench.run("search", "docs", "--id", id, "-o", "ids", "-k20")
            #expect(found.lines.count == ids.count, "\(found.error)")
        }
        try bench.succeed("set-payload", "docs", "--set", "{\"k\":1}", "--", "--help")
        #expect(try bench.succeed("count", "docs", "--filter", "k = 1", "-o", "ids") == "1\n")
        let deleted = try bench.run(["delete", "docs", "-o", "jsonl", "--"] + ids)
        #expect(deleted.output.contains("\"deleted\":\(ids.count)"))
    }
}
