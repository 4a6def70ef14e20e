import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands

/// The log of what the program does.
@Suite(.timeLimit(.minutes(10))) struct EventLogTests {
    private func bench(_ settings: [String: String]) throws -> (CommandBench, [String: String]) {
        let bench = try CommandBench()
        try bench.makeDocs()
        return (bench, settings)
    }

    private func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").filter { $0.hasPrefix("{") }.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(object as? [String: Any])
        }
    }

    @Test("Nothing is logged unless it is asked for")
    func off() throws {
        let (bench, _) = try bench([:])
        #expect(try bench.run("count", "docs").error.isEmpty)
        #expect(
            try bench.run("count", "docs", environment: ["VECTORIZER_LOG_LEVEL": "off"]).error
                .isEmpty
        )
        let part = ["VECTORIZER_LOG_LEVEL": "off,keys=info"]
        #expect(try bench.run("count", "docs", environment: part).error.isEmpty)
    }

    @Test("Each line has time, level, subsystem, process and the command's id")
    func lines() throws {
        let (bench, settings) = try bench(["VECTORIZER_LOG_LEVEL": "off,command=debug"])
        let form =
            #/.{19}Z (?:debug|info) command \[\d+ ([0-9a-f]{8})\] \w+.* command=count.*/#
        let text = try bench.run("count", "docs", environment: settings).error
        let matches = text.split(separator: "\n").map { $0.wholeMatch(of: form) }
        #expect(matches.count == 2 && matches.allSatisfy { $0 != nil }, "\(text)")
        #expect(Set(matches.compactMap { $0?.output.1 }).count == 1)
        let rows = try objects(
            try bench.run("count", "nope", "--log-format", "json", "-q", environment: settings)
                .error
        )
        let last = try #require(rows.last)
        #expect(last["level"] as? String == "warning" && last["code"] as? Int == 66)
        #expect(last["kind"] as? String == "collection_not_found")
        #expect(Set(last.keys).isSuperset(of: ["time", "subsystem", "process", "id", "message"]))
        let again = try objects(
            try bench.run("count", "docs", "--log-format", "json", environment: settings).error
        )
        #expect(again[0]["id"] as? String != last["id"] as? String)
    }

    @Test("A level of its own holds for a subsystem, and refused keys are told with their reason")
    func subsystems() throws {
        let (bench, _) = try bench([:])
        let settings = [
            "VECTORIZER_LOG_LEVEL": "error,keys=notice", "VECTORIZER_LOG_FORMAT": "json",
        ]
        let outcome = try bench.run(
            "keys",
            "test",
            bench.file("k", "vz_wrong"),
            environment: settings
        )
        #expect(outcome.code == 77)
        let rows = try objects(outcome.error)
        #expect(rows.compactMap { $0["subsystem"] as? String } == ["keys"])
        #expect(rows.first?["message"] as? String == "a key is refused: malformed")
    }

    @Test("A file takes the lines, is turned over at its size, and keeps so many")
    func rotation() throws {
        let (bench, _) = try bench([:])
        let settings = [
            "VECTORIZER_LOG_LEVEL": "debug", "VECTORIZER_LOG_FILE": "events.log",
            "VECTORIZER_LOG_FILE_BYTES": "4096", "VECTORIZER_LOG_FILES": "3",
        ]
        for _ in 0..<120 {
            #expect(try bench.run("count", "docs", environment: settings).error.isEmpty)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.store)
            .filter { $0.hasPrefix("events") }.sorted()
        #expect(names == ["events.log", "events.log.1", "events.log.2"])
        for name in names {
            let text = try bench.text("store/" + name)
            #expect(text.utf8.count <= 4096 && text.hasSuffix("\n"))
            var facts = stat()
            #expect(stat(bench.store + "/" + name, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
        }
    }

    @Test("Several processes share a file without losing or tearing a line")
    func together() throws {
        let (bench, _) = try bench([:])
        try bench.succeed("config", "set", "log_file", "events.log")
        try bench.succeed("config", "set", "log_level", "info")
        let runs = try (0..<8).map { _ in try bench.start("count", "docs") }
        for run in runs { #expect(try run.wait().code == 0) }
        let lines = try bench.text("store/events.log").split(separator: "\n")
        #expect(lines.filter { $0.contains("command=count") && $0.contains(" ends ") }.count == 8)
    }

    @Test(
        "Several processes turn a file over without losing or tearing a line",
        arguments: [1, 100]
    )
    func turningOverTogether(fileCount: Int) throws {
        let (bench, _) = try bench([:])
        for (name, value) in [
            ("log_format", "json"), ("log_file", "events.log"), ("log_file_bytes", "4096"),
            ("log_files", "\(fileCount)"), ("log_level", "info"),
        ] {
            try bench.succeed("config", "set", name, value)
        }
        let script = String(repeating: "count docs\n", count: 100)
        let file = try bench.file("script", script)
        let runs = try (0..<4).map { _ in try bench.start("shell", "-f", file) }
        for run in runs {
            let outcome = try run.wait()
            #expect(outcome.code == 0 && outcome.error.isEmpty, "\(outcome.error)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.store)
            .filter { $0.hasPrefix("events.log") }
        let texts = try names.map { try bench.text("store/" + $0) }
        #expect(texts.allSatisfy { $0.hasSuffix("\n") })
        let events = try texts.flatMap(objects)
        #expect(events.count == texts.map { $0.split(separator: "\n").count }.reduce(0, +))
        let ends = events.filter { ($0["message"] as? String) == "ends" }
        #expect(fileCount == 1 ? texts.count == 1 : texts.count > 5)
        #expect(fileCount == 1 || ends.count { $0["command"] as? String == "count" } == 400)
    }

    @Test("A log that can't be written is told once in a session")
    func toldOnce() throws {
        let (bench, _) = try bench([:])
        let settings = ["VECTORIZER_LOG_LEVEL": "info", "VECTORIZER_LOG_FILE": "nowhere/log"]
        let run = try ProgramRun(
            ["shell", "-c", "count docs", "-c", "count docs", "-c", "count docs"],
            environment: bench.environment.merging(settings) { $1 }
        )
        let outcome = try run.wait()
        #expect(outcome.code == 0)
        #expect(outcome.error.components(separatedBy: "nothing is logged").count == 2)
    }

    @Test("What is no log is told by name", arguments: ["fifo", "link", "other"])
    func noLog(name: String) throws {
        let (bench, _) = try bench([:])
        let place = bench.store + "/" + name
        #expect(mkfifo(bench.store + "/fifo", 0o600) == 0)
        #expect(symlink("/etc/passwd", bench.store + "/link") == 0)
        _ = try bench.file("store/other", "")
        #expect(link(bench.store + "/other", bench.store + "/same") == 0)
        let settings = ["VECTORIZER_LOG_LEVEL": "info", "VECTORIZER_LOG_FILE": name]
        let words = ["fifo": "no regular file", "link": "a symbolic link", "other": "another name"]
        let outcome = try bench.run("count", "docs", environment: settings)
        #expect(outcome.code == 0)
        #expect(
            outcome.error.contains(
                "\(place) \(name == "other" ? "has" : "is") \(words[name] ?? "")"
            )
        )
    }

    @Test("A process that was stopped while it had the file keeps nobody from logging")
    func stopped() throws {
        let (bench, _) = try bench([:])
        let settings = [
            "VECTORIZER_LOG_LEVEL": "info", "VECTORIZER_LOG_FILE": "events.log",
            "VECTORIZER_LOG_FILE_BYTES": "4096",
        ]
        try bench.run(["count", "docs"], environment: settings)
        let held = open(bench.store + "/events.log", O_RDWR)
        defer { close(held) }
        #expect(flock(held, LOCK_EX) == 0)
        for _ in 0..<60 { try bench.run(["count", "docs"], environment: settings) }
        let text = try bench.text("store/events.log")
        #expect(text.split(separator: "\n").count == 61 && text.utf8.count > 4096)
    }

    @Test("A log that can't be written is told once, and the command does its work")
    func unwritable() throws {
        let (bench, _) = try bench([:])
        let settings = ["VECTORIZER_LOG_LEVEL": "debug", "VECTORIZER_LOG_FILE": "/nope/events.log"]
        let outcome = try bench.run("count", "docs", environment: settings)
        #expect(outcome.code == 0 && outcome.output == "{\"count\":4}\n")
        #expect(outcome.lines.count == 1)
        #expect(outcome.error.split(separator: "\n").count == 1)
        #expect(outcome.error.contains("nothing is logged"))
        #expect(symlink("/etc/passwd", bench.store + "/link") == 0)
        let linked = ["VECTORIZER_LOG_LEVEL": "debug", "VECTORIZER_LOG_FILE": "link"]
        #expect(
            try bench.run("count", "docs", environment: linked).error.contains("nothing is logged")
        )
    }

    @Test("A store that others can read is told on standard error, and not with -q")
    func readers() throws {
        let (bench, _) = try bench([:])
        #expect(chmod(bench.store, 0o755) == 0)
        let told = try bench.run("count", "docs")
        #expect(told.code == 0 && told.error.contains("can be read by other users"))
        #expect(try bench.run("count", "docs", "-q").error.isEmpty)
        #expect(chmod(bench.store, 0o770) == 0)
        let refused = try bench.run("count", "docs")
        #expect(refused.code == 77)
        #expect(refused.error.contains("hint: chmod -R go-w \(bench.store)"))
    }

    @Test("A line that a full disk has cut short does not spoil the next one")
    func tornLine() throws {
        let (bench, _) = try bench([:])
        let settings = [
            "VECTORIZER_LOG_LEVEL": "info", "VECTORIZER_LOG_FORMAT": "json",
            "VECTORIZER_LOG_FILE": "events.log",
        ]
        try bench.run(["count", "docs"], environment: settings)
        let path = bench.store + "/events.log"
        let whole = try String(contentsOfFile: path, encoding: .utf8)
        #expect(truncate(path, off_t(whole.utf8.count - 10)) == 0)
        try bench.run(["count", "docs"], environment: settings)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == whole.dropLast(10))
        #expect(try objects(String(lines[1])).count == 1)
    }

    @Test("Where messages are JSON, errors and warnings are, too")
    func json() throws {
        let (bench, _) = try bench([:])
        for (tokens, environment) in [
            (["--log-format", "json"], [:]), ([], ["VECTORIZER_LOG_FORMAT": "json"]),
        ] {
            for line in [["count", "nope"], ["count", "docs", "--bogus"], ["nonsense"]] {
                let outcome = try bench.run(tokens + line, environment: environment)
                #expect(try outcome.fault["code"] as? Int == Int(outcome.code), "\(outcome.error)")
            }
        }
        try bench.writeSettings("log_format: json\n")
        #expect(try bench.run("count", "nope").fault["code"] as? Int == 66)
        let unwritable = ["VECTORIZER_LOG_LEVEL": "info", "VECTORIZER_LOG_FILE": "nowhere/log"]
        let outcome = try bench.run(["count", "docs"], environment: unwritable)
        let told = try objects(outcome.error)
        #expect(outcome.code == 0 && told.count == 1)
        #expect((told[0]["message"] as? String)?.hasPrefix("nothing is logged") == true)
    }

    @Test("What the engine does is told: opening, reading, commits and indexes")
    func engine() throws {
        let (bench, _) = try bench([:])
        let settings = ["VECTORIZER_LOG_LEVEL": "off,store=trace"]
        func messages(_ tokens: String...) throws -> Set<String> {
            let outcome = try bench.run(tokens + ["--log-format", "json"], environment: settings)
            return Set(try objects(outcome.error).compactMap { $0["message"] as? String })
        }
        #expect(try messages("count", "docs").isSuperset(of: ["opened", "reading"]))
        #expect(try messages("delete", "docs", "a").isSuperset(of: ["opened", "committed"]))
        #expect(try messages("compact", "docs").isSuperset(of: ["indexed", "committed"]))
    }

    @Test("Numbers that the engine tells are numbers")
    func numbers() throws {
        let (bench, _) = try bench([:])
        let outcome = try bench.run(
            ["delete", "docs", "a", "--log-format", "json"],
            environment: ["VECTORIZER_LOG_LEVEL": "off,store=debug"]
        )
        let committed = try objects(outcome.error).filter {
            $0["message"] as? String == "committed"
        }
        #expect(committed.first?["changes"] as? Int == 1)
    }
}
