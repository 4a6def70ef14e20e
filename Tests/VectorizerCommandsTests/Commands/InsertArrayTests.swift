import Testing
import VectorStore
import VectorizerCommands

/// NumPy's files, through the program.
@Suite struct InsertArrayTests {
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
        #expect(unnamed.error.contains(#""emb", "other""#))
        #expect(unnamed.error.hasSuffix("hint: vectorizer insert docs \(file) --array emb\n"))
        let queries = try bench.run("search", "docs", "--queries", file)
        #expect(queries.code == 65 && !queries.error.contains("--array"))
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

    @Test("Arrays are known by their content, in files and in what is compressed or redirected")
    func sniffed() throws {
        let array = ArrayFixture(descriptor: "<f4", rows: Self.rows, isByColumn: true)
        let zip = ZipFixture(entries: [ZipFixture.Entry(name: "emb.npy", bytes: array.bytes)])
        for bytes in [zip.bytes, array.bytes, PackedBytes.pack(array.bytes, .zstd)] {
            let bench = try empty()
            let file = try bench.file("v", bytes: bytes)
            #expect(try bench.program("insert", "docs", file).code == 0)
            #expect(try vectors(bench) == Self.rows)
            let redirected = try empty()
            #expect(try redirected.program("insert", "docs", input: .bytes(bytes)).code == 0)
            #expect(try vectors(redirected) == Self.rows)
            let queries = try bench.run("search", "docs", "--queries", file, "-k", "1", "-o", "ids")
            #expect(queries.output == "0\n1\n2\n", "\(queries.error)")
        }
        let bench = try empty()
        let packed = try bench.file("v.npz.gz", bytes: PackedBytes.pack(zip.bytes, .gzip))
        let outcome = try bench.program("insert", "docs", packed, "-o", "json")
        #expect(outcome.code == 65 && outcome.error.contains(#""kind":"needs_file""#))
        #expect(try bench.ids().isEmpty)
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
}
