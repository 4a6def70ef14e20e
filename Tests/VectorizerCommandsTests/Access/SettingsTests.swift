import Foundation
import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerCommands
import VectorizerSettings

/// Settings: what is read from where, what is refused, and what becomes of a change.
@Suite struct SettingsTests {
    private func get(
        _ key: String,
        _ bench: CommandBench,
        _ more: [String] = [],
        environment: [String: String] = [:]
    ) throws -> [String] {
        let tokens = ["config", "get", key, "-o", "json"] + more
        let row = try #require(try bench.run(tokens, environment: environment).rows.first)
        return ["\(row["value"] ?? "")", "\(row["source"] ?? "")"]
    }

    @Test("The command line wins over the environment, that over the file, that over the default")
    func order() throws {
        let bench = try CommandBench.withSettings()
        #expect(try get("wait", bench) == ["10", "default"])
        try bench.writeSettings("wait: 20\n")
        #expect(try get("wait", bench) == ["20", "file"])
        let environment = ["VECTORIZER_WAIT": "30"]
        #expect(try get("wait", bench, environment: environment) == ["30", "environment"])
        let option = try get("wait", bench, ["--wait", "40"], environment: environment)
        #expect(option == ["40", "option"])
        #expect(try get("data_dir", bench)[1] == "environment")
        #expect(try bench.run("config", "get", "wait", "-o", "ids").output == "20\n")
        #expect(try bench.run("config", "get", "wiat").error.contains("did you mean 'wait'?"))
    }

    @Test("validate finds a misspelled variable, and leaves alone what is none of ours")
    func variables() throws {
        let bench = try CommandBench.withSettings()
        let typo = ["VECTORIZER_WIAT": "3"]
        let outcome = try bench.run(["config", "validate"], environment: typo)
        #expect(outcome.code == 78 && outcome.error.contains("did you mean VECTORIZER_WAIT?"))
        #expect(try bench.run(["count", "docs"], environment: typo).code == 0)
        let foreign = try bench.run(
            ["config", "validate"],
            environment: ["VECTORIZER_BIN": "/x", "VECTORIZER_OUTPUT": "csv"]
        )
        #expect(foreign.code == 0 && foreign.error.contains("VECTORIZER_BIN is no setting"))
    }

    @Test("YAML's words for nothing are nothing, and seconds are shown without a needless fraction")
    func nothing() throws {
        let bench = try CommandBench.withSettings("log_file: ~\nserver: null\nwait: 30.0\n")
        #expect(try get("log_file", bench) == ["", "file"])
        #expect(try get("wait", bench) == ["30", "file"])
        try bench.writeSettings("\u{feff}log_file: null\nwait: 7\n")
        #expect(try get("wait", bench) == ["7", "file"])
        try bench.succeed("config", "set", "log_file", "null")
        #expect(try get("log_file", bench) == ["null", "file"])
        try bench.writeSettings("log_file: '~'\n")
        #expect(try get("log_file", bench) == ["~", "file"])
    }

    @Test(
        "An unknown name or bad value is 78 with its line, and nothing goes on",
        arguments: [
            ("wait: 3\n# more\ncompactoin: auto\n", 3, "did you mean 'compaction'?"),
            ("wait: -1\n", 1, "expected seconds"), ("wait: soon\n", 1, "'soon'"),
            ("compaction: maybe\n", 1, "expected auto, manual"), ("durability: none\n", 1, "full"),
            ("limit_k: 0\n", 1, "expected a number from 1"), ("limit_k: 1.5\n", 1, "'1.5'"),
            ("limit_k:\n", 1, "''"), ("limit_k: [1]\n", 1, "a list or section"),
            ("compaction:\n  threshold: 3\n", 1, "a list or section"),
            ("wait: 1\nwait: 2\n", 2, "wait"), ("audit_retention: 90\n", 1, "90d"),
            ("log_level: loud\n", 1, "warning,store=debug"),
            ("log_level: info,x=debug\n", 1, "info,x"),
            ("server:\n  port: 1\n", 2, "server.port"), ("- wait\n", 1, "expected lines such as"),
            ("wait:5\n", 1, "expected lines such as"),
            ("wait: 3\ncompa", 2, ""), ("wait: [[[", 1, ""), ("a: &x [1]\nb: *x\n", 1, "'a'"),
            ("---\nwait: 1\n---\nwait: 2\n", 3, "several documents"),
            ("\"log_file\": \"a\\nb\"\n", 1, "control"),
            (String(repeating: "[", count: 60_000), 1, ""), ("{wait: 3, wiat: 4}\n", 1, "'wait'"),
            ("limit_dimension: 99999999999999999999\n", 1, "expected"),
        ]
    )
    func refused(file: String, line: Int, words: String) throws {
        let bench = try CommandBench.withSettings(file)
        for tokens in [
            ["count", "docs"], ["config", "validate"], ["config", "set", "wait", "3"],
        ] {
            let outcome = try bench.run(tokens + ["-o", "json"])
            #expect(outcome.code == 78, "\(tokens) \(outcome.error)")
            let fault = try outcome.fault
            #expect("\(fault["message"] ?? "")".contains(words) || words.isEmpty)
            if line > 0 { #expect(fault["line"] as? Int == line, "\(fault)") }
        }
        #expect(try bench.text("store/config.yaml") == file)
        #expect(try bench.run("version").code == 0)
    }

    @Test(
        "A file that sets nothing is in order",
        arguments: ["", "\n# nothing\n", "---\n", "server:\n"]
    )
    func nothing(file: String) throws {
        let bench = try CommandBench.withSettings(file)
        #expect(try bench.run("config", "validate").code == 0)
        #expect(try bench.run("count", "docs").code == 0)
    }

    @Test("What is no plain text file of the owner's is refused in its place")
    func odd() throws {
        let bench = try CommandBench.withSettings()
        let path = bench.store + "/config.yaml"
        func refusal(_ code: Int32) throws -> String {
            let outcome = try bench.run("count", "docs")
            #expect(outcome.code == code)
            try FileManager.default.removeItem(atPath: path)
            return outcome.error
        }
        #expect(mkdir(path, 0o700) == 0)
        #expect(try refusal(78).contains("it is a directory"))
        #expect(symlink("/etc/passwd", path) == 0)
        #expect(try refusal(78).contains("it is a symbolic link"))
        #expect(mkfifo(path, 0o600) == 0)
        #expect(try refusal(78).contains("it is no regular file"))
        _ = try bench.file("store/config.yaml", bytes: [0x77, 0xff, 0xfe])
        #expect(chmod(path, 0o600) == 0)
        #expect(try refusal(78).contains("it is not UTF-8 text"))
        _ = try bench.file("store/config.yaml", bytes: Array("wait: 3\0".utf8))
        #expect(chmod(path, 0o600) == 0)
        #expect(try refusal(78).contains("it is not UTF-8 text"))
        try bench.writeSettings("#" + String(repeating: "x", count: 1 << 17))
        #expect(try refusal(78).contains("more than 65536 bytes"))
        try bench.writeSettings("wait: 3\n")
        #expect(chmod(path, 0o666) == 0)
        #expect(try refusal(77).contains("can be written by other users"))
    }

    @Test("set changes one line, keeps all others and comments, and is in the audit trail")
    func setting() throws {
        let text = "# how we run it\nwait: 3   # seconds\n\ncompaction: 'manual' # by cron\n"
        let bench = try CommandBench.withSettings(text)
        try bench.succeed("config", "set", "wait", "60")
        try bench.succeed("config", "set", "compaction", "auto")
        try bench.succeed("config", "set", "log_file", "it's # here")
        #expect(
            try bench.text("store/config.yaml")
                == "# how we run it\nwait: 60   # seconds\n\ncompaction: auto # by cron\n"
                + "log_file: 'it''s # here'\n"
        )
        #expect(try get("log_file", bench) == ["it's # here", "file"])
        let rows = try bench.run("audit", "--action", "settings.set", "-o", "jsonl").rows
        #expect(
            rows.compactMap { $0["object"] as? String } == [
                "config.yaml", "setting wait", "setting compaction", "setting log_file",
            ]
        )
        let before = try bench.text("store/config.yaml")
        #expect(try bench.run("config", "set", "wait", "1", "-n").code == 0)
        #expect(try bench.run("config", "set", "wait", "no").code == 78)
        #expect(try bench.run("config", "set", "wiat", "1").code == 78)
        #expect(try bench.run("-D", bench.path + "/no", "config", "set", "wait", "1").code == 66)
        #expect(try bench.text("store/config.yaml") == before)
        let hidden = try bench.run(
            "config",
            "set",
            "wait",
            "2",
            environment: ["VECTORIZER_WAIT": "9"]
        )
        #expect(hidden.error.contains("VECTORIZER_WAIT is set to 9, and wins"))
    }

    @Test(
        "A file that set can't edit stays as it is",
        arguments: [
            "{wait: 3, compaction: auto}\n", "wait:\n  3\n", "wait: >-\n  3\n",
        ]
    )
    func uneditable(file: String) throws {
        let bench = try CommandBench.withSettings(file)
        #expect(try get("wait", bench) == ["3", "file"])
        let outcome = try bench.run("config", "set", "wait", "5")
        #expect(outcome.code == 78 && outcome.error.contains("by hand"))
        #expect(try bench.text("store/config.yaml") == file)
    }

    @Test("Every setting takes its usual value, is shown, and reads back")
    func all() throws {
        let bench = try CommandBench.withSettings()
        for key in SettingKey.allCases {
            guard let usual = key.defaultValue, !usual.isEmpty else { continue }
            try bench.succeed("config", "set", key.rawValue, usual)
        }
        let rows = try bench.run("config", "show", "--source", "--effective", "-o", "jsonl").rows
        let sources = rows.filter { $0["source"] as? String == "file" }
        #expect(sources.count == SettingKey.allCases.count - 3)
        let threads = rows.first { $0["key"] as? String == "compaction_threads" }
        #expect(try #require(threads?["value"] as? Int) >= 1)
    }

    // MARK: What each setting does

    @Test("The limits hold for payloads, lines, batches, dimensions and k")
    func limits() throws {
        let bench = try CommandBench.withSettings(
            """
            limit_payload_bytes: 20
            limit_line_bytes: 100
            limit_batch_rows: 2
            limit_k: 2
            limit_dimension: 3
            """
        )
        func insert(_ text: String, _ more: String...) throws -> CommandOutcome {
            try bench.run(["insert", "docs", bench.file("in.jsonl", text), "-o", "json"] + more)
        }
        let long = try insert(
            #"{"id":"x","vector":[1,2]}"# + "\n"
                + #"{"id":"y","vector":[1,2],"a":"0123456789012345"}"#
        )
        #expect(long.code == 65)
        #expect(try long.fault["line"] as? Int == 2)
        #expect(try long.fault["kind"] as? String == "payload_too_large")
        #expect(try long.fault["expected"] as? Int == 20)
        let line = try insert(#"{"id":"y","vector":[1,2]}"# + String(repeating: " ", count: 100))
        #expect(line.code == 65)
        let three = (0..<3).map { #"{"id":"\#($0)","vector":[1,2]}"# }.joined(separator: "\n")
        #expect(try insert(three, "--batch-size", "3").code == 69)
        #expect(try insert(three).code == 0, "the usual batch gets smaller by itself")
        #expect(
            try bench.run("set-payload", "docs", "a", "--set", #"{"b":"0123456789"}"#).code == 65
        )
        #expect(try bench.run("search", "docs", "--id", "a", "-k", "2").code == 0)
        #expect(try bench.run("search", "docs", "--id", "a", "-k", "3").code == 69)
        #expect(try bench.run("create-collection", "d3", "--dim", "3").code == 0)
        #expect(try bench.run("create-collection", "d4", "--dim", "4").code == 69)
    }

    @Test("Output, wait, batches, compaction and retention do what they say")
    func others() throws {
        let bench = try CommandBench.withSettings(
            "output: csv\nwait: 0\nbatch_rows: 2\ncompaction_threshold: 3\n"
        )
        #expect(try bench.run("count", "docs").output == "4\n")
        #expect(try bench.run("count", "docs", "-o", "json").output == "{\"count\":4}\n")
        let lock = try HeldLock(bench.store + "/LOCK.write", holder: "41\tvectorizer insert\n")
        let busy = try bench.run("create-collection", "x", "--dim", "2")
        #expect(busy.code == 75 && busy.error.contains("waited 0.0 s"))
        _ = consume lock
        let rows = (0..<5).map { #"{"id":"n\#($0)","vector":[1,\#($0)]}"# }.joined(separator: "\n")
        let file = try bench.file("in.jsonl", rows)
        let acknowledged = try bench.run("insert", "docs", file, "--ack", "-o", "jsonl")
        #expect(acknowledged.lines.filter { $0.hasPrefix("{\"batch\"") }.count == 3)
        #expect(acknowledged.error.contains("indexing"))
        try bench.writeSettings("compaction: manual\ncompaction_threshold: 1\n")
        #expect(!(try bench.run("insert", "docs", file)).error.contains("indexing"))
        try bench.writeSettings("compaction_threads: 1\naudit_retention: 1s\n")
        #expect(try bench.run("compact", "docs").code == 0)
        #expect(try bench.run("audit", "-o", "ids").lines.count == 1)
    }
}
