import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands

/// Changing settings: what becomes of the file, and of those who change it at once.
@Suite(.timeLimit(.minutes(10))) struct SettingsEditingTests {
    private func text(_ bench: CommandBench) throws -> String {
        try bench.text("store/config.yaml")
    }

    @Test("Files with the line ends of other systems keep them")
    func lineEnds() throws {
        let bench = try CommandBench.withSettings(
            "# ours\r\nwait: 30 # long\r\ncompaction: manual\r\n"
        )
        try bench.succeed("config", "set", "wait", "7")
        try bench.succeed("config", "set", "limit_k", "5")
        #expect(
            try text(bench)
                == "# ours\r\nwait: 7 # long\r\ncompaction: manual\r\nlimit_k: 5\r\n"
        )
    }

    @Test("unset takes out one line, and is in the audit trail; what is not set is no error")
    func unset() throws {
        let bench = try CommandBench.withSettings("# ours\nwait: 30\n\noutput: json # for jq\n")
        let dry = try bench.run("config", "unset", "output", "-n")
        #expect(dry.error.contains("would take output"))
        try bench.succeed("config", "unset", "output")
        #expect(try text(bench) == "# ours\nwait: 30\n\n")
        try bench.succeed("config", "unset", "output")
        let rows = try bench.run("audit", "--action", "settings.set", "-o", "jsonl").rows
        #expect(rows.map { $0["object"] as? String } == ["config.yaml", "setting output"])
        #expect(rows.map { $0["outcome"] as? String } == ["found changed otherwise", "unset"])
        #expect(try bench.run("config", "unset", "outputs").code == 78)
        #expect(try bench.run("config", "unset", "wait", "-D", bench.path + "/no").code == 66)
        try bench.writeSettings("wait: 30\n")
        try bench.succeed("config", "unset", "wait")
        #expect(access(bench.store + "/config.yaml", F_OK) != 0)
        try bench.writeSettings("{wait: 30, output: json}\n")
        #expect(try bench.run("config", "unset", "wait").code == 78)
        #expect(try text(bench) == "{wait: 30, output: json}\n")
    }

    @Test("A file that would be too large to be read is not written")
    func tooLarge() throws {
        let comment = "#" + String(repeating: "x", count: (64 << 10) - 12) + "\n"
        let bench = try CommandBench.withSettings(comment)
        #expect(try bench.run("config", "set", "wait", "1000").code == 78)
        #expect(try text(bench) == comment)
        let long = String(repeating: "a", count: 5000)
        #expect(try bench.run("config", "set", "log_file", long).code == 78)
    }

    @Test("Many processes that change settings at once lose none")
    func together() throws {
        let bench = try CommandBench.withSettings()
        let keys = ["wait", "limit_k", "batch_rows", "limit_batch_rows", "log_files", "output"]
        let runs = try keys.map { key in
            try bench.start("config", "set", key, key == "output" ? "csv" : "9")
        }
        for run in runs { #expect(try run.wait().code == 0) }
        let lines = try text(bench).split(separator: "\n").sorted()
        let expected = keys.map { "\($0): " + ($0 == "output" ? "csv" : "9") }
        #expect(lines.map(String.init) == expected.sorted())
        let rows = try bench.run("audit", "--action", "settings.set", "-o", "ids").lines
        #expect(rows.count == keys.count)
    }

    @Test(
        "The store's own files are no log",
        arguments: [
            "store/catalog.sqlite", "store/x.log", "config.yaml", "LOCK.write", "store",
            "logs/../store/catalog.sqlite", "store/../config.yaml", "./LOCK.open", "store/", "..",
        ]
    )
    func logPlace(name: String) throws {
        let bench = try CommandBench.withSettings()
        #expect(mkdir(bench.store + "/logs", 0o700) == 0)
        let before = try bench.storeBytes()
        #expect(try bench.run("config", "set", "log_file", name).code == 78)
        let environment = ["VECTORIZER_LOG_FILE": name, "VECTORIZER_LOG_LEVEL": "trace"]
        for _ in 0..<2 {
            let outcome = try bench.run(["count", "docs"], environment: environment)
            #expect(outcome.code == 78 && outcome.error.contains("VECTORIZER_LOG_FILE"))
        }
        let absolute = ["VECTORIZER_LOG_FILE": bench.store + "/" + name]
        #expect(try bench.run(["count", "docs"], environment: absolute).code == 78)
        #expect(try bench.storeBytes() == before)
        try bench.writeSettings("log_file: \(name)\n")
        #expect(try bench.run("count", "docs").code == 78)
    }

    @Test(
        "Another user's file makes root write nothing outside of the data directory",
        .enabled(if: geteuid() == 0, "only root can give files away")
    )
    func foreign() throws {
        let bench = try CommandBench.withSettings("log_level: trace\nlog_file: ../victim\n")
        let victim = try bench.file("victim", "precious\n")
        for name in try FileManager.default.subpathsOfDirectory(atPath: bench.store) + ["."] {
            #expect(chown(bench.store + "/" + name, 65_534, 65_534) == 0)
        }
        let silent = try bench.run("count", "docs")
        #expect(silent.code == 0 && silent.error.contains("nothing is logged: config.yaml belongs"))
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious\n")
        // A file of the store's owner in his directory is another matter.
        try bench.writeSettings("log_level: trace\nlog_file: store.log\n")
        #expect(chown(bench.store + "/config.yaml", 65_534, 65_534) == 0)
        try bench.succeed("count", "docs")
        var facts = stat()
        #expect(stat(bench.store + "/store.log", &facts) == 0 && facts.st_uid == 65_534)
        // A second name for somebody else's file is none of his.
        #expect(unlink(bench.store + "/store.log") == 0)
        #expect(link(victim, bench.store + "/store.log") == 0)
        #expect(try bench.run("count", "docs").error.contains("nothing is logged"))
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious\n")
        // A settings file that neither he nor root has written is not believed.
        #expect(chown(bench.store + "/config.yaml", 65_533, 65_533) == 0)
        #expect(try bench.run("count", "docs").code == 77)
    }

    @Test("A lower limit of k lowers what is searched for where nobody says, and says its name")
    func usualK() throws {
        let bench = try CommandBench.withSettings(
            "limit_k: 2\nlimit_payload_bytes: 40\nlimit_dimension: 3\n"
        )
        #expect(try bench.run("search", "docs", "--id", "a", "-o", "ids").lines.count == 2)
        #expect(try bench.run("recall", "docs", "-o", "json").rows[0]["k"] as? Int == 2)
        let refused = try bench.run("search", "docs", "--id", "a", "-k", "3")
        #expect(refused.code == 69 && refused.error.contains("as limit_k is set"))
        #expect(try bench.run("recall", "docs", "-k", "3").code == 69)
        let wide = try bench.run("create-collection", "wide", "--dim", "4")
        #expect(wide.code == 69 && wide.error.contains("as limit_dimension is set"))
        let line = #"{"id":"z","vector":[1,2],"text":"\#(String(repeating: "x", count: 60))"}"#
        let large = try bench.run("insert", "docs", bench.file("large.jsonl", line + "\n"))
        #expect(large.code == 65 && large.error.contains("as limit_payload_bytes is set"))
    }

    @Test("validate wants a data directory that is there and shut")
    func validate() throws {
        let bench = try CommandBench.withSettings()
        try bench.succeed("config", "validate")
        #expect(try bench.run("-D", bench.path + "/typo", "config", "validate").code == 66)
        #expect(mkdir(bench.path + "/bare", 0o700) == 0)
        try bench.succeed("-D", bench.path + "/bare", "config", "validate")
        #expect(chmod(bench.store, 0o777) == 0)
        #expect(try bench.run("config", "validate").code == 77)
    }
}
