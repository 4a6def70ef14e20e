import Crypto
import Foundation
import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerCommands

@Suite(.timeLimit(.minutes(10))) struct ExportCommandTests {
    /// A store with vectors whose bits are all over the place and payloads full of odd text.
    private func wildStore(seed: UInt64) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs(metric: .dot, isEmpty: true)
        var random = SplitMix64(seed: seed)
        var hostile = SplitMix64(seed: seed)
        var batch = PointBatch(dimension: 2)
        for row in 0..<40 {
            let vector = (0..<2).map { _ in
                Float(Int.random(in: -99...99, using: &random)) / 7
                    * (row % 3 == 0 ? 1e-18 : row % 3 == 1 ? 1e12 : 1)
            }
            var payload: [UInt8] = []
            JSONText.append(
                object: [("text", .text(hostile.hostileText())), ("n", .integer(Int64(row)))],
                to: &payload,
                forTerminal: false
            )
            batch.append(id: try PointID("p\(row)"), vector: vector, payload: payload)
        }
        _ = try Store(path: bench.store, options: StoreOptions(access: .write))
            .write(batch, to: try CollectionName("docs"))
        return bench
    }

    private struct Point: Equatable {
        let id: String
        let bits: [UInt32]
        let payload: [UInt8]
    }

    private func points(_ bench: CommandBench, in name: String) throws -> [Point] {
        var points: [Point] = []
        try Store(path: bench.store).withReader(of: try CollectionName(name)) { snapshot in
            try snapshot.forEachPoint(filter: nil, includesVectors: true) { point in
                let bits = (point.vector ?? []).map(\.bitPattern)
                points.append(Point(id: point.id.text, bits: bits, payload: point.payload))
                return true
            }
        }
        return points
    }

    @Test(
        "What is exported reads back bit for bit",
        arguments: ["jsonl", "csv", "npy", "fvecs"],
        UInt64(1)...3
    )
    func roundTrip(ending: String, seed: UInt64) throws {
        let bench = try wildStore(seed: seed)
        let file = bench.path + "/out." + ending
        let beside = bench.path + "/beside.jsonl"
        let extra = ending == "npy" || ending == "fvecs" ? ["--payloads", beside] : []
        let exported = try bench.run(["export", "docs", file] + extra)
        #expect(exported.code == 0, "\(exported.error)")
        try bench.succeed("create-collection", "copy", "--dim", "2", "--metric", "dot")
        let inserted = try bench.run(["insert", "copy", file] + extra)
        #expect(inserted.code == 0, "\(inserted.error)")
        #expect(try points(bench, in: "copy") == points(bench, in: "docs"))
        #expect(
            try bench.fileNames() == (extra.isEmpty ? [] : ["beside.jsonl"]) + ["out." + ending]
        )
    }

    @Test("The summary has the count, the size and the SHA-256 of what was written")
    func summary() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let outcome = try bench.run(
            "export",
            "docs",
            bench.path + "/out.jsonl",
            "--log-format",
            "json"
        )
        let line = try JSONSerialization.jsonObject(with: Data(outcome.error.utf8))
        let fields = try #require(line as? [String: Any])
        let bytes = try bench.contents("out.jsonl")
        let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
        #expect(fields["sha256"] as? String == digest)
        #expect(fields["bytes"] as? Int == bytes.count)
        #expect(fields["exported"] as? Int == 4)
        let piped = try bench.run("export", "docs")
        #expect(piped.outputBytes == bytes)
        #expect(piped.error.contains("exported 4 points, \(bytes.count) bytes, sha256 \(digest)"))
    }

    @Test("An export can be filtered, and empty")
    func filtered() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let some = try bench.run("export", "docs", "--filter", "lang = 'en'", "-q")
        #expect(try some.rows.map { $0["id"] as? String } == ["a", "c"])
        #expect(some.error.isEmpty)
        for format in ["jsonl", "csv", "npy", "fvecs"] {
            let none = try bench.run("export", "docs", "--filter", "x", "--format", format)
            #expect(none.code == 0, "\(none.error)")
        }
    }

    @Test("A file appears whole or not at all, and the one before stays")
    func atomic() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        _ = try bench.file("out.jsonl", "before\n")
        let missing = try bench.run("export", "nope", bench.path + "/out.jsonl")
        #expect(missing.code == 66)
        let device = try bench.run(
            "export",
            "docs",
            bench.path + "/out.jsonl",
            "--payloads",
            "/dev/full",
            "-o",
            "json"
        )
        #expect(device.code == 74)
        #expect(try device.fault["file"] as? String == "/dev/full")
        #expect(try bench.text("out.jsonl") == "before\n")
        #expect(try bench.fileNames() == ["out.jsonl"])
        #expect(try bench.run("export", "docs", bench.path + "/out.jsonl").code == 0)
        #expect(try bench.text("out.jsonl").hasPrefix("{\"id\":\"a\""))
    }

    @Test("Targets that can't be are refused")
    func badTargets() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let file = bench.path + "/x.npy"
        #expect(try bench.run("export", "docs", bench.store, "--format", "csv").code == 74)
        #expect(try bench.run("export", "docs", bench.path + "/no/x.csv").code == 66)
        #expect(try bench.run("export", "docs", "x.parquet").code == 64)
        #expect(try bench.run("export", "docs", "-", "--payloads", "-").code == 64)
        #expect(try bench.run("export", "docs", file, "--payloads", file).code == 64)
        #expect(try bench.fileNames() == [])
    }

    @Test("Numbers in binary are not thrown at a terminal, and text there is made harmless")
    func terminal() throws {
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: true)
        let line =
            "{\"id\":\"\u{9b}31m\",\"vector\":[1,0],\"payload\":{\"t\":\"\u{7f}\u{202e}é\"}}\n"
        try bench.succeed("insert", "docs", try bench.file("p.jsonl", line))
        #expect(try bench.run("export", "docs", "--format", "npy", terminal: .wide(80)).code == 64)
        for format in ["jsonl", "csv"] {
            let shown = try bench.run("export", "docs", "--format", format, terminal: .wide(80))
            #expect(isHarmless(shown.output), "\(shown.output)")
            #expect(shown.output.contains("é"))
        }
        let shown = try bench.run("export", "docs", terminal: .wide(80))
        let row = try #require(try shown.rows.first)
        #expect(row["id"] as? String == "\u{9b}31m")
        #expect(try bench.run("export", "docs").output.contains("\u{202e}"))
    }

    /// An export into a named pipe beside a file, which waits for somebody to read the pipe.
    private func start(_ bench: CommandBench) throws -> ProgramRun {
        try #require(mkfifo(bench.path + "/pipe", 0o600) == 0)
        return try bench.start(
            "export",
            "docs",
            bench.path + "/out.csv",
            "--payloads",
            bench.path + "/pipe"
        )
    }

    @Test("An export that waits for its reader ends with the first request to stop")
    func interruptedWrite() throws {
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: true)
        let lines = (1...8000).map { "{\"id\":\"\($0)\",\"vector\":[1,\($0)]}\n" }
        try bench.succeed("insert", "docs", bench.file("points.jsonl", lines.joined()))
        let fifo = bench.path + "/full.fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        let end = open(fifo, O_RDWR)
        defer { close(end) }
        let run = try ProgramRun(
            ["export", "docs"],
            environment: bench.environment,
            output: .path(fifo)
        )
        // F_GETPIPE_SZ, which Swift does not know.
        let capacity = fcntl(end, 1032)
        var waiting: Int32 = 0
        while waiting < capacity { #expect(ioctl(end, UInt(FIONREAD), &waiting) == 0) }
        run.signal(SIGTERM)
        let outcome = try run.wait()
        #expect(outcome.code == 143)
        #expect(outcome.error == "vectorizer: error: interrupted by SIGTERM\n")
    }

    @Test("An interrupted export leaves no file behind", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: true)
        let text = String(repeating: "x", count: 1000)
        let lines = (0..<400).map { "{\"id\":\"\($0)\",\"vector\":[1,\($0)],\"t\":\"\(text)\"}\n" }
        try bench.succeed("insert", "docs", try bench.file("p.jsonl", lines.joined()))
        let run = try start(bench)
        let reader = open(bench.path + "/pipe", O_RDONLY | O_CLOEXEC)
        try #require(reader >= 0)
        defer { close(reader) }
        // The pipe takes a sixth of what is written, so the first bytes come from the middle.
        var chunk = [UInt8](repeating: 0, count: 4096)
        try #require(read(reader, &chunk, 1) == 1)
        run.signal(signal)
        while read(reader, &chunk, chunk.count) > 0 {}
        let outcome = try run.wait()
        #expect(outcome.code == 128 + signal)
        #expect(outcome.error.contains("vectorizer: error: interrupted by SIG"))
        #expect(try bench.fileNames() == ["p.jsonl", "pipe"])
    }

    @Test("An export that waits for a reader can be interrupted")
    func interruptedOpen() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let run = try start(bench)
        // The file under its other name shows that the pipe is next.
        while try bench.fileNames().count < 2 { sched_yield() }
        run.signal(SIGINT)
        #expect(try run.wait().code == 130)
        #expect(try bench.fileNames() == ["pipe"])
    }
}
