import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands

/// The forms that other programs export points in, through the program.
@Suite struct InsertFormatTests {
    private static let rows = [
        #"{"id":"a","vector":[1,2],"payload":{"n":1}}"#, #"{"id":"b","vector":[3,4]}"#,
    ]
    private static let lines = rows.map { $0 + "\n" }.joined()

    private func empty() throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: true)
        return bench
    }

    private func vectors(_ bench: CommandBench) throws -> String {
        try bench.succeed("list-points", "docs", "--with-vector", "-o", "jsonl")
    }

    private static let stored = """
        {"id":"a","payload":{"n":1},"vector":[1.0,2.0]}
        {"id":"b","payload":{},"vector":[3.0,4.0]}

        """

    static let files: [(name: String, text: String, options: [String])] = [
        ("p.json", "[\(rows.joined(separator: ","))]", []),
        ("p.json", "\u{FEFF}[\n\(rows.joined(separator: ",\n"))\n]\n", []),
        ("p.json", rows.joined().replacing(",", with: "\n,"), []),
        ("p.json", lines, []),
        ("p.jsonl", "[\(rows.joined(separator: ","))]", ["--format", "json"]),
        ("p.tsv", "id\tvector\tn\na\t[1,2]\t1\nb\t[3,4]\t\n", []),
        ("p", "id\tvector\tn\na\t[1,2]\t1\nb\t[3,4]\t\n", []),
        ("p.txt", "id\tvector\tn\na\t[1,2]\t1\nb\t[3,4]\t\n", ["--format", "tsv"]),
        ("p.csv", "id;vector;n\na;[1,2];1\nb;[3,4];\n", ["--delimiter", ";"]),
        ("p.csv", "id\tvector\tn\na\t[1,2]\t1\nb\t[3,4]\t\n", ["--delimiter", "\\t"]),
        ("p.dat", "id|vector|n\na|[1,2]|1\nb|[3,4]|\n", ["--delimiter", "|"]),
        ("p.dat", "id|vector|n\na|[1,2]|1\nb|[3,4]|\n", []),
        ("p.csv", "v0,id,v1,n\n1,a,2,1\n3,b,4,\n", ["--vector-field", "v0..v1"]),
        ("p.tsv", "v0\tid\tv1\tn\n1\ta\t2\t1\n3\tb\t4\t\n", ["--vector-field", "v*"]),
    ]

    @Test("What other programs export is read as it is", arguments: files.indices)
    func exports(index: Int) throws {
        let bench = try empty()
        let (name, text, options) = Self.files[index]
        let outcome = try bench.run(
            ["insert", "docs", try bench.file(name, text)] + options
        )
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(try vectors(bench) == Self.stored)
    }

    @Test(
        "Compressed files are read by name, by content and from standard input",
        arguments: Compression.allCases
    )
    func compressed(compression: Compression) throws {
        let packed = PackedBytes.pack(Array(Self.lines.utf8), compression)
        for name in ["p.jsonl.gz", "p.jsonl", "p.json.zst", "dump", "-"] {
            let bench = try empty()
            let file = name == "-" ? name : try bench.file(name, bytes: packed)
            let run = try bench.program("insert", "docs", file, input: .bytes(packed))
            #expect(run.code == 0, "\(name): \(run.error)")
            #expect(try vectors(bench) == Self.stored)
        }
    }

    @Test(
        "Standard input and what a shell puts in a file's place are known by their content",
        arguments: [
            lines, "[\(rows.joined(separator: ", "))]\n",
            "vector,n,id\n\"[1,2]\",1,a\n\"[3,4]\",,b\n", "id;vector;n\na;[1,2];1\nb;[3,4];\n",
            "id\tvector\tn\na\t[1,2]\t1\nb\t[3,4]\t\n",
        ]
    )
    func sniffed(text: String) throws {
        for line in ["\"$0\" insert docs - <$1", "\"$0\" insert docs <(cat $1)"] {
            let bench = try empty()
            let file = try bench.file("content", text)
            let run = try ProgramRun(
                ["-c", line, ProgramRun.program, file],
                program: "/bin/bash",
                environment: bench.environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }
            ).wait()
            #expect(run.code == 0, "\(run.error)")
            #expect(try vectors(bench) == Self.stored)
        }
    }

    @Test("NumPy's arrays are known by their content in a pipe, compressed or not")
    func sniffedArrays() throws {
        var npy: [UInt8] = []
        var writer = NpyWriter(count: 2, dimension: 2)
        writer.begin(into: &npy)
        for value in [Float(1), 2, 3, 4] { npy.append(littleEndian: value.bitPattern) }
        for bytes in [npy, PackedBytes.pack(npy, .zstd)] {
            let bench = try empty()
            let run = try bench.program("insert", "docs", input: .bytes(bytes))
            #expect(run.code == 0, "\(run.error)")
            #expect(try bench.ids() == ["0", "1"])
        }
    }

    @Test("Standard input that tells nothing is lines of JSON, as ever; a pipe is refused")
    func ambiguous() throws {
        let bench = try empty()
        let run = try bench.program("insert", "docs", "-o", "json", input: .bytes([0x78, 0x0A]))
        #expect(run.code == 65)
        #expect(run.error.contains("standard input:1: unexpected 'x' at byte 1"))
        #expect(try bench.program("insert", "docs", input: .bytes([])).code == 0)
        let file = try bench.file("x", "x\n")
        let unknown = try bench.run("insert", "docs", file, "-o", "json")
        #expect(unknown.code == 65)
        #expect(try unknown.fault["kind"] as? String == "unsupported_format")
        let nothing = try bench.run("insert", "docs", try bench.file("y", ""), "-o", "json")
        #expect(try nothing.fault["kind"] as? String == "empty_input")
    }

    @Test(
        "A damaged or cut compressed file is 65 with its name, also with --on-error skip",
        arguments: Compression.allCases
    )
    func damaged(compression: Compression) throws {
        let text = (0..<2000).map { "{\"id\":\($0),\"vector\":[1,\($0)]}\n" }.joined()
        let packed = PackedBytes.pack(Array(text.utf8), compression)
        var changed = packed
        changed[packed.count - 2] ^= 0x10
        for (bytes, kind) in [(Array(packed.dropLast(9)), "truncated"), (changed, "damaged")] {
            let bench = try empty()
            let file = try bench.file("p.jsonl.gz", bytes: bytes)
            let outcome = try bench.run(
                ["insert", "docs", file, "-o", "json", "--on-error", "skip", "--batch-size", "100"]
            )
            #expect(outcome.code == 65)
            let fault = try outcome.fault
            #expect(fault["kind"] as? String == kind)
            #expect(fault["file"] as? String == file)
            #expect(fault["committed"] as? Int == (try bench.ids().count))
        }
    }

    @Test("A header with another delimiter is 65, and the hint is the line with the right one")
    func delimiterHint() throws {
        let bench = try empty()
        for (text, option) in [
            ("id;vector\na;[1,2]\n", "';'"), ("id\tvector\na\t[1,2]\n", "'\\t'"),
        ] {
            let file = try bench.file("p.csv", text)
            let outcome = try bench.run("insert", "docs", file)
            #expect(outcome.code == 65)
            let hint = "hint: vectorizer insert docs \(file) --delimiter \(option)\n"
            #expect(outcome.error.hasSuffix(hint), "\(outcome.error)")
        }
    }

    @Test(
        "A delimiter that is none, or goes with another format, is a usage error",
        arguments: [
            ["--delimiter", "\""], ["--delimiter", ";;"], ["--delimiter", ""],
            ["--delimiter", "é"], ["--delimiter", ";", "--format", "jsonl"],
            ["--delimiter", ";", "--format", "npy"],
        ]
    )
    func usage(options: [String]) throws {
        #expect(try CommandBench().run(["insert", "docs", "p.csv"] + options).code == 64)
    }

    @Test("Lists of ids and files of queries are read compressed; queries as arrays, too")
    func besides() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let plain = "{\"vector\":[1,0]}\n[0,1]\n"
        for (name, text) in [
            ("q.jsonl", plain), ("q.json", "[{\"vector\":[1,0]},\n[0,1]]"), ("q", "[[1,0],[0,1]]"),
            ("q.json", "{\"vector\":\n[1,0]}[0,1]"), ("q", "id;vector\n1;[1,0]\n2;[0,1]\n"),
            ("q", plain),
        ] {
            let packed = PackedBytes.pack(Array(text.utf8), .gzip)
            for file in [try bench.file(name, text), try bench.file(name + ".gz", bytes: packed)] {
                let outcome = try bench.run(
                    "search",
                    "docs",
                    "--queries",
                    file,
                    "-k",
                    "1",
                    "-o",
                    "jsonl"
                )
                let found = try outcome.rows.map { "\($0["query"] ?? "") \($0["id"] ?? "")" }
                #expect(found == ["0 a", "1 b"], "\(name) \(text): \(outcome.error)")
            }
        }
        let ids = try bench.file("ids", bytes: PackedBytes.pack(Array("a\nb\n".utf8), .zstd))
        try bench.succeed("delete", "docs", "--ids-from", ids)
        #expect(try bench.ids() == ["c", "d"])
    }

    @Test("A broken query in an array is refused with its line")
    func brokenQueries() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let file = try bench.file("q.json", "[\n[1,0],\n[1]]")
        let outcome = try bench.run("search", "docs", "--queries", file, "-o", "json")
        #expect(outcome.code == 65)
        #expect(try outcome.fault["line"] as? Int == 3)
        #expect(try outcome.fault["kind"] as? String == "dimension_mismatch")
    }

    @Test("What is exported under a compressed name is not compressed, so the name is refused")
    func exportNames() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        #expect(try bench.run("export", "docs", bench.path + "/out.jsonl.gz").code == 64)
        try bench.succeed("export", "docs", bench.path + "/out.json")
        #expect(try bench.text("out.json").hasPrefix(#"{"id":"a""#))
    }
}
