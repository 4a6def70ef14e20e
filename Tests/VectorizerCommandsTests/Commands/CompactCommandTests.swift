import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands

/// `compact`, and what `insert` indexes by itself; effects are looked at from a new process.
@Suite(.timeLimit(.minutes(10))) struct CompactCommandTests {
    private static let threshold = ["VECTORIZER_COMPACTION_THRESHOLD": "100"]

    /// A file of points `0`, `1` … around a circle.
    private func points(_ bench: CommandBench, _ range: Range<Int>) throws -> String {
        let lines = range.map { number in
            let angle = Double(number) * 0.7
            return #"{"id":"\#(number)","vector":[\#(cos(angle)),\#(sin(angle))],"n":\#(number)}"#
        }
        return try bench.file("points.jsonl", lines.joined(separator: "\n") + "\n")
    }

    private func filled(_ count: Int) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: true)
        try bench.succeed("insert", "docs", points(bench, 0..<count))
        return bench
    }

    private func info(_ bench: CommandBench, _ field: String) throws -> Int {
        let outcome = try bench.program("info", "docs", "-o", "json")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require((object as? [String: Any])?[field] as? Int)
    }

    @Test("compact tells the segments and bytes before and after, one row a collection")
    func rows() throws {
        let bench = try filled(300)
        try bench.succeed("create-collection", "empty", "--dim", "3")
        try bench.succeed("delete", "docs", "--filter", "n < 100")
        let before = try info(bench, "bytes")
        let outcome = try bench.program("compact", "--threads", "2", "-o", "jsonl")
        #expect(outcome.code == 0 && outcome.error == "")
        let after = try info(bench, "bytes")
        #expect(
            outcome.output == """
                {"collection":"docs","segments_before":0,"segments_after":1,\
                "bytes_before":\(before),"bytes_after":\(after)}
                {"collection":"empty","segments_before":0,"segments_after":0,\
                "bytes_before":0,"bytes_after":0}

                """
        )
        #expect(try info(bench, "segments") == 1 && info(bench, "unindexed") == 0)
        #expect(try info(bench, "reclaimable_bytes") == 0 && info(bench, "points") == 200)
        #expect(try bench.program("verify", "--full", "--graph").code == 0)
        #expect(
            try bench.program("search", "docs", "--id", "150", "-k", "1", "-o", "ids").output
                == "150\n"
        )
        #expect(try bench.program("compact", "docs", "-o", "ids").output == "docs\n")
    }

    @Test("A dry run of compact changes no byte")
    func dryRun() throws {
        let bench = try filled(200)
        let before = try bench.storeBytes()
        let told = try bench.program("compact", "-n", "-o", "csv", "--no-header")
        #expect(told.code == 0 && told.output.hasPrefix("docs,0,1,"))
        #expect(told.error.contains("dry run: nothing is changed"))
        #expect(try bench.storeBytes() == before)
        let done = try bench.program("compact", "docs", "-o", "csv", "--no-header")
        let (estimate, truth) = (
            told.output.split(separator: ","), done.output.split(separator: ",")
        )
        #expect(estimate.dropLast() == truth.dropLast())
    }

    @Test("A collection that is not there, a number of threads that can't be, and a busy lock")
    func refusals() throws {
        let bench = try filled(20)
        #expect(try bench.run("compact", "nope").code == 66)
        for threads in ["0", "-1", "1025", "x"] {
            #expect(try bench.run("compact", "docs", "--threads", threads).code == 64)
            #expect(
                try bench.run("insert", "docs", "none.jsonl", "--threads", threads).code == 64
            )
        }
        #expect(try bench.run("verify", "--quick", "--graph").code == 64)
        let lock = open(bench.store + "/LOCK.compact", O_RDWR)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX) == 0)
        try #require(pwrite(lock, "77\tvectorizer compact\n", 22, 0) == 22)
        let outcome = try bench.run("compact", "--wait", "0", "-o", "json")
        #expect(outcome.code == 75)
        let message = try #require(outcome.fault["message"] as? String)
        #expect(message.contains("77") && message.contains("vectorizer compact"), "\(message)")
        // Whoever only inserts does not wait, and is not told.
        let inserted = try bench.run(
            ["insert", "docs", try points(bench, 20..<200)],
            environment: Self.threshold
        )
        #expect(inserted.code == 0 && inserted.error == "")
        #expect(try info(bench, "segments") == 0)
    }

    @Test("Insert indexes past the threshold, and says so on standard error only")
    func automatic() throws {
        let bench = try filled(99)
        let file = try points(bench, 99..<100)
        let outcome = try bench.run(["insert", "docs", file], environment: Self.threshold)
        #expect(outcome.code == 0)
        #expect(
            outcome.output
                == #"{"inserted":1,"updated":0,"skipped":0,"rejected":0,"sequence":3}"# + "\n"
        )
        #expect(outcome.error.hasPrefix("vectorizer: note: indexing 100 rows of docs"))
        #expect(try info(bench, "segments") == 1 && info(bench, "unindexed") == 0)
        #expect(try info(bench, "sequence") == 3)
        let more = try points(bench, 100..<199)
        #expect(try bench.run(["insert", "docs", more], environment: Self.threshold).error == "")
        #expect(try info(bench, "unindexed") == 99)
    }

    @Test("With VECTORIZER_COMPACTION=manual insert leaves it to compact; quiet says nothing")
    func manual() throws {
        let bench = try filled(20)
        let environment = Self.threshold.merging(["VECTORIZER_COMPACTION": "manual"]) { $1 }
        let file = try points(bench, 20..<200)
        #expect(try bench.run(["insert", "docs", file], environment: environment).error == "")
        #expect(try info(bench, "segments") == 0)
        let quiet = try bench.run(["-q", "insert", "docs", file], environment: Self.threshold)
        #expect(quiet.error == "" && quiet.code == 0)
        #expect(try info(bench, "segments") == 1)
        let shown = try bench.run(["config", "show", "--source"], environment: environment)
        #expect(
            shown.lines.contains(#"{"key":"compaction","value":"manual","source":"environment"}"#)
        )
        #expect(
            shown.lines.contains(
                #"{"key":"compaction_threshold","value":100,"source":"environment"}"#
            )
        )
        for (name, value) in [
            ("VECTORIZER_COMPACTION", "always"), ("VECTORIZER_COMPACTION_THRESHOLD", "0"),
            ("VECTORIZER_COMPACTION_THRESHOLD", "many"),
        ] {
            let outcome = try bench.run(["count", "docs"], environment: [name: value])
            #expect(outcome.code == 78)
            #expect(outcome.error.hasPrefix("vectorizer: error: \(name) is '\(value)', expected "))
        }
    }

    @Test("Rows that were refused are still told by 65 after the indexing")
    func rejected() throws {
        let bench = try filled(120)
        let bad = try bench.file("bad.jsonl", "{\"id\":\"x\",\"vector\":[1]}\n")
        let outcome = try bench.run(
            ["insert", "docs", bad, "--on-error", "skip"],
            environment: Self.threshold
        )
        #expect(outcome.code == 65 && outcome.output.contains(#""rejected":1"#))
        #expect(try info(bench, "segments") == 1)
    }

    @Test(
        "The acknowledgement is there before the indexing begins, and a signal then is harmless",
        arguments: [SIGINT, SIGTERM]
    )
    func acknowledged(signal: Int32) async throws {
        let bench = try filled(20)
        let line = ChildLine(
            ["insert", "docs", try points(bench, 20..<200), "-o", "json"],
            in: bench.environment.merging(Self.threshold) { $1 },
            signal: signal
        )
        // Whatever was written by then is in the file.
        let output = try bench.file("output", "")
        let result = await #expect(
            processExitsWith: .exitCode(0),
            observing: [\.standardErrorContent]
        ) { [line = line as ChildLine, output = output as String] in
            dup2(open(output, O_WRONLY | O_APPEND), 1)
            line.run { name, path in
                guard name == .open, path.hasSuffix("/LOCK.compact") else { return false }
                var facts = stat()
                guard stat(output, &facts) == 0, facts.st_size > 0 else { exit(98) }
                return true
            }
        }
        let error = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(error.contains("indexing was interrupted"), "\(error)")
        #expect(try bench.text("output").contains(#""inserted":180"#))
        #expect(try info(bench, "points") == 200 && info(bench, "unindexed") == 200)
        #expect(try bench.vectorFiles(".tmp") == [] && bench.vectorFiles(".seg") == [])
        #expect(try bench.program("verify", "--full").code == 0)
        #expect(try bench.program("compact").code == 0)
        #expect(try info(bench, "segments") == 1)
    }

    /// Where a compaction is while something happens to it.
    enum Moment: String, CaseIterable, Codable, Sendable {
        case itHasTheLock, itWritesTheSegment, itForcesTheSegment, itPublishes

        /// Whether a call is the first of that moment.
        func isReached(by name: SystemCall.Name, _ path: String) -> Bool {
            switch self {
            case .itHasTheLock: name == .open && path.hasSuffix("/LOCK.queue")
            case .itWritesTheSegment: name == .write && path.hasSuffix(".tmp")
            case .itForcesTheSegment: name == .fsync && path.hasSuffix(".tmp")
            case .itPublishes: name == .rename && path.hasSuffix(".tmp")
            }
        }
    }

    @Test(
        "An interrupted compact ends with 130 or 143 and has changed nothing",
        arguments: [SIGINT, SIGTERM],
        [Moment.itHasTheLock, .itWritesTheSegment, .itForcesTheSegment]
    )
    func interrupted(signal: Int32, moment: Moment) async throws {
        let bench = try filled(300)
        let line = ChildLine(["compact"], in: bench.environment, signal: signal)
        let result = await #expect(
            processExitsWith: .exitCode(128 + signal),
            observing: [\.standardErrorContent]
        ) { [line = line as ChildLine, moment] in line.run { moment.isReached(by: $0, $1) } }
        let error = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(error.contains("vectorizer: error: interrupted by SIG"), "\(error)")
        #expect(try info(bench, "segments") == 0 && info(bench, "points") == 300)
        #expect(try bench.vectorFiles(".tmp") == [] && bench.vectorFiles(".seg") == [])
        #expect(try bench.program("verify", "--full").code == 0)
    }

    @Test("A full disk while indexing is a warning; what was acknowledged stays")
    func fullDisk() throws {
        let bench = try filled(20)
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            name == .write && path.hasSuffix(".tmp") ? ENOSPC : nil
        }
        let file = try points(bench, 20..<200)
        let outcome = try SystemCall.$fault.withValue(hook) {
            try bench.run(["insert", "docs", file], environment: Self.threshold)
        }
        #expect(outcome.code == 0 && outcome.output.contains(#""inserted":180"#))
        #expect(outcome.error.contains("warning: everything is written, but docs is not indexed"))
        #expect(try bench.vectorFiles(".tmp") == [])
        #expect(try info(bench, "points") == 200 && info(bench, "unindexed") == 200)
        #expect(try bench.program("verify", "--full").code == 0)
    }

    @Test(
        "A process that is killed while it compacts leaves a whole store",
        arguments: Moment.allCases,
        [["compact"], ["compact", "--rebuild"]]
    )
    func killed(moment: Moment, tokens: [String]) async throws {
        let bench = try filled(300)
        if tokens.count > 1 { try bench.succeed("compact") }
        let line = ChildLine(tokens, in: bench.environment, signal: SIGKILL)
        await #expect(processExitsWith: .signal(SIGKILL)) { [line = line as ChildLine, moment] in
            line.run { moment.isReached(by: $0, $1) }
        }
        // It was in the middle of it: its name stands in the lock, its work in the directory.
        #expect(try bench.text("store/LOCK.compact").hasSuffix("\tvectorizer compact\n"))
        #expect(try bench.vectorFiles(".tmp").count == (moment == .itHasTheLock ? 0 : 1))
        #expect(try bench.program("count", "docs", "-o", "ids").output == "300\n")
        let hit = try bench.program("search", "docs", "--id", "100", "-k", "1", "-o", "ids")
        #expect(hit.code == 0 && hit.output != "", "\(hit.error)")
        #expect(try bench.program("verify", "--full", "--graph").code == 0)
        #expect(try bench.program("compact").code == 0)
        #expect(try bench.vectorFiles("").count == 1)
        #expect(try bench.program("verify", "--full", "--graph").code == 0)
    }

    @Test("Two processes insert while a third compacts and others search")
    func sideBySide() throws {
        let bench = try filled(300)
        let inserts = try ["x", "y"].map { prefix in
            let lines = (0..<400).map { "{\"id\":\"\(prefix)\($0)\",\"vector\":[1,\($0)]}\n" }
            return try bench.start(
                "insert",
                "docs",
                "-",
                "--batch-size",
                "20",
                "--wait",
                "60",
                input: .bytes(Array(lines.joined().utf8))
            )
        }
        for _ in 0..<4 {
            let compact = try bench.start("compact", "--wait", "60")
            let search = try bench.program("search", "docs", "--id", "7", "-k", "20", "-o", "ids")
            #expect(search.code == 0 && search.output.split(separator: "\n").count == 20)
            let outcome = try compact.wait()
            #expect(outcome.code == 0, "\(outcome.error)")
        }
        for insert in inserts { #expect(try insert.wait().code == 0) }
        #expect(try info(bench, "points") == 1100)
        #expect(try bench.program("verify", "--full", "--graph").code == 0)
        #expect(try bench.program("compact").code == 0)
        #expect(try info(bench, "points") == 1100 && info(bench, "unindexed") == 0)
        #expect(try bench.program("verify", "--full", "--graph").code == 0)
    }

    @Test("A damaged segment is 76, by verify with the way to mend it")
    func damaged() throws {
        let bench = try filled(3000)
        try bench.succeed("compact")
        let segment = try #require(try bench.vectorFiles(".seg").first)
        var bytes = try Data(contentsOf: URL(filePath: segment))
        bytes[3 * 4096] ^= 1
        try bytes.write(to: URL(filePath: segment))
        let outcome = try bench.program("verify", "--repair-plan", "-o", "jsonl")
        #expect(outcome.code == 76)
        #expect(outcome.output.contains(#""repair":"vectorizer compact docs --rebuild""#))
        #expect(try bench.program("compact", "docs", "--rebuild").code == 0)
        #expect(try bench.program("verify", "--full", "--graph").code == 0)
    }
}

extension CommandBench {
    /// The vector files that are there and end in something, by path.
    fileprivate func vectorFiles(_ ending: String) throws -> [String] {
        let root = store + "/store/vectors"
        return try FileManager.default.subpathsOfDirectory(atPath: root)
            .filter { $0.contains("/") && $0.hasSuffix(ending) }.map { root + "/" + $0 }
    }
}
