import Foundation
import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerCommands

/// verify, stats, config, demo, completions, version and help.
@Suite(.timeLimit(.minutes(10))) struct SystemCommandTests {
    @Test(
        "verify finds nothing in a sound store, at any depth",
        arguments: ["--quick", "--full", "-q"]
    )
    func sound(depth: String) throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let outcome = try bench.run("verify", depth, "-o", "jsonl")
        #expect(outcome.code == 0)
        let row = try #require(try outcome.rows.last)
        #expect(row["problems"] as? Int == 0)
        #expect(try #require(row["checked_files"] as? Int) >= 2)
        #expect(try bench.run("verify", "docs").code == 0)
        #expect(try bench.run("verify", "nope").code == 66)
        #expect(try bench.run("verify", "--quick", "--full").code == 64)
    }

    @Test("verify names the file that is damaged, says what can be done, and ends with 76")
    func damaged() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let names = try bench.storeBytes().keys.filter { !$0.contains("catalog") }
        let tail = try #require(
            names.first { (try? bench.contents("store/" + $0).count) ?? 0 > 60 }
        )
        var bytes = try bench.contents("store/" + tail)
        bytes[bytes.count - 1] ^= 0xff
        bytes[bytes.count / 2] ^= 0xff
        _ = try bench.file("store/" + tail, bytes: bytes)
        let outcome = try bench.run("verify", "-o", "jsonl", "--repair-plan")
        #expect(outcome.code == 76)
        let rows = try outcome.rows
        #expect(rows.count >= 2)
        #expect(try #require(rows[0]["file"] as? String).hasSuffix(tail))
        #expect(rows[0]["repair"] is String)
        #expect(try #require(rows.last?["problems"] as? Int) > 0)
        #expect(try outcome.fault["kind"] as? String == "corrupt")
        let plain = try bench.run("verify")
        #expect(plain.error.hasSuffix("\nhint: vectorizer verify --repair-plan\n"))
    }

    @Test("stats counts the store and names who holds a lock")
    func stats() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let row = try #require(try bench.run("stats", "-o", "json").rows.first)
        #expect(row["points"] as? Int == 4)
        #expect(row["collections"] as? Int == 1)
        let held = try HeldLock(bench.store + "/LOCK.write", holder: "41\tvectorizer insert\n")
        let locks = try #require(
            try bench.run("stats", "-o", "json").rows.first?["locks"] as? [[String: Any]]
        )
        #expect(locks[0]["holder"] as? Int == 41)
        #expect(locks[0]["command"] as? String == "vectorizer insert")
        _ = consume held
    }

    @Test("config show says where each setting comes from")
    func config() throws {
        let bench = try CommandBench()
        func sources(_ tokens: [String], _ extra: [String: String] = [:]) throws -> [String: String]
        {
            let rows = try bench.run(
                ["config", "show", "--source"] + tokens,
                environment: extra
            ).rows
            return Dictionary(
                uniqueKeysWithValues: try rows.map { row in
                    (try #require(row["key"] as? String), try #require(row["source"] as? String))
                }
            )
        }
        let usual = try sources([])
        #expect(usual["data_dir"] == "environment")
        #expect(usual["output"] == "default")
        let given = try sources(
            [
                "-D", "/x", "--wait", "3", "--color", "never", "--log-format", "json",
                "--progress", "never",
            ],
            ["VECTORIZER_OUTPUT": "jsonl"]
        )
        #expect(given["data_dir"] == "option")
        #expect(given["output"] == "environment")
        for key in ["wait", "color", "log_format", "progress"] { #expect(given[key] == "option") }
        #expect(try bench.run("config", "show", "-o", "csv").output.hasPrefix("key,value\n"))
        #expect(try bench.run("config").code == 64)
    }

    @Test("demo makes a store of its own, searches it, and leaves the user's alone")
    func demo() throws {
        let bench = try CommandBench()
        let dry = try bench.run("demo", "-n", environment: ["TMPDIR": bench.path])
        #expect(dry.code == 0)
        #expect(try bench.fileNames() == [])
        let outcome = try bench.run("demo", "-o", "jsonl", environment: ["TMPDIR": bench.path])
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(try outcome.rows.first?["id"] as? String == "fonts-freefont-ttf")
        #expect(!FileManager.default.fileExists(atPath: bench.store))
        let lines = outcome.error.split(separator: "\n")
        let commands = lines.filter { $0.hasPrefix("  vectorizer ") }
        #expect(commands.count == 3)
        for command in commands {
            let words = ["-c", "set -- \(command); shift; exec \"$0\" \"$@\""]
            let run = try ProgramRun(
                words + [try ProgramRun.program],
                program: "/bin/sh",
                environment: [:]
            )
            let result = try run.wait()
            #expect(result.code == 0, "\(command): \(result.error)")
            #expect(!result.output.isEmpty)
        }
        #expect(try bench.run("demo", environment: ["TMPDIR": "/nope"]).code == 66)
    }

    @Test("The version is one number, in every way of asking")
    func version() throws {
        let bench = try CommandBench()
        #expect(try bench.succeed("--version") == ProgramVersion.text + "\n")
        #expect(try bench.succeed("version", "-o", "ids") == ProgramVersion.text + "\n")
        let row = try #require(try bench.run("version", "-o", "json").rows.first)
        #expect(row["version"] as? String == ProgramVersion.text)
        #expect(row["sqlite"] is String)
    }

    @Test("Help is data: it goes to standard output, and a wrong topic is a usage error")
    func help() throws {
        let bench = try CommandBench()
        let help = try bench.run("help", "insert")
        #expect(help.code == 0)
        #expect(help.error.isEmpty)
        #expect(try bench.run("insert", "--help").output == help.output)
        #expect(try bench.run("insert", "-h").output == help.output)
        #expect(try bench.run("help", "nothing").code == 64)
        #expect(try bench.run("completions").code == 64)
        #expect(try bench.run("completions", "tcsh").code == 64)
    }
}
