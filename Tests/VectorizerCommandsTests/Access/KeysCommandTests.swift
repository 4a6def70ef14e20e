import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands

/// keys and audit, as somebody at a shell has them.
@Suite(.timeLimit(.minutes(10))) struct KeysCommandTests {
    @Test(
        "create and rotate write the key and nothing else to standard output",
        arguments: [
            "table", "json", "csv", "ids",
        ]
    )
    func secretAlone(mode: String) throws {
        let bench = try CommandBench.withDocs()
        let made = try bench.run(
            "keys",
            "create",
            "--name",
            "n",
            "--scope",
            "*:admin",
            "--scope",
            "docs:read",
            "-o",
            mode
        )
        let form = /vz_[0-9a-f]{16}_[0-9a-f]{64}_[0-9a-f]{8}\n/
        #expect(made.output.wholeMatch(of: form) != nil)
        let secret = made.output.dropFirst(20).prefix(64)
        #expect(!made.error.contains(secret))
        let id = String(made.output.dropFirst(3).prefix(16))
        let rotated = try bench.run("keys", "rotate", id, "-o", mode)
        #expect(rotated.output.wholeMatch(of: form) != nil)
        #expect(rotated.output != made.output)
        for tokens in [["list"], ["show", id]] {
            let shown = try bench.run(["keys"] + tokens + ["-o", mode])
            #expect(shown.code == 0 && shown.output.contains(id))
            #expect(!(shown.output + shown.error).contains(secret))
        }
    }

    @Test("A key's row says what it permits, until when, and how often")
    func rows() throws {
        let bench = try CommandBench.withDocs()
        let (_, id) = try bench.makeKey(
            "--scope",
            "*:write",
            "--rate",
            "600/min",
            "--burst",
            "20",
            "--expires",
            "2999-01-01"
        )
        let row = try #require(try bench.run("keys", "show", id, "-o", "json").rows.first)
        #expect(row["scopes"] as? [String] == ["docs:read", "*:write"])
        #expect(row["expires"] as? String == "2999-01-01T00:00:00Z")
        #expect(row["rate"] as? String == "600/min" && row["burst"] as? Int == 20)
        #expect(row["state"] as? String == "active" && row["name"] as? String == "web")
        let (_, forever) = try bench.makeKey("--expires", "never")
        let rows = try bench.run("keys", "list", "-o", "jsonl").rows
        #expect(rows.compactMap { $0["id"] as? String }.sorted() == [id, forever].sorted())
        #expect(rows.contains { $0["expires"] is NSNull })
    }

    @Test("test reads a key from a file or standard input, and refuses alike whatever is wrong")
    func testing() throws {
        let bench = try CommandBench.withDocs()
        let (text, id) = try bench.makeKey()
        let file = try bench.file("web.key", text + "\n")
        let row = try #require(try bench.run("keys", "test", file, "-o", "json").rows.first)
        #expect(row["id"] as? String == id)
        let piped = try bench.program("keys", "test", input: .bytes(Array((text + "\r\n").utf8)))
        #expect(piped.code == 0 && piped.output.contains(id))
        #expect(try bench.run("keys", "show", id, "-o", "json").rows.first?["last_used"] is NSNull)
        var answers: Set<String> = []
        let other = text.dropLast() + (text.hasSuffix("0") ? "1" : "0")
        for wrong in [
            "", "vz_", String(text.dropLast()), String(other), String(repeating: "x", count: 9999),
        ] {
            let outcome = try bench.run("keys", "test", bench.file("wrong.key", wrong))
            #expect(outcome.code == 77 && outcome.output.isEmpty)
            answers.insert(outcome.error)
        }
        #expect(try bench.run("keys", "revoke", id, "--yes").code == 0)
        answers.insert(try bench.run("keys", "test", file).error)
        #expect(answers == ["vectorizer: error: the key is refused\n"])
        let refused = try bench.run("audit", "--action", "key.refuse", "-o", "jsonl").rows
        #expect(refused.count == 6)
        #expect(refused.last?["object"] as? String == "key \(id)")
        #expect(refused.last?["outcome"] as? String == "refused: revoked")
        #expect(refused.last?["command"] as? String == "vectorizer keys test")
        #expect(try bench.run("keys", "test", bench.path + "/nope").code == 66)
    }

    @Test("A key on the command line is refused, and not repeated")
    func argument() throws {
        let bench = try CommandBench.withDocs()
        let (text, _) = try bench.makeKey()
        for command in ["test", "show", "rotate", "revoke"] {
            let outcome = try bench.run("keys", command, text)
            #expect(outcome.code == 64)
            #expect(!(outcome.output + outcome.error).contains(text.dropFirst(20).prefix(64)))
        }
    }

    @Test("revoke asks, and says what it would do; what is not there is 66")
    func revoking() throws {
        let bench = try CommandBench.withDocs()
        let (_, id) = try bench.makeKey()
        #expect(try bench.run("keys", "revoke", id).code == 64)
        #expect(try bench.run("keys", "revoke", id, "-n").error.contains("would revoke key \(id)"))
        #expect(
            try bench.run("keys", "show", id, "-o", "json").rows.first?["state"] as? String
                == "active"
        )
        #expect(try bench.run("keys", "revoke", id, "-y").code == 0)
        #expect(try bench.run("keys", "revoke", id, "-y").error.contains("is revoked already"))
        #expect(try bench.run("keys", "rotate", id).code == 77)
        let nobody = "0123456789abcdef"
        for command in ["show", "rotate", "revoke"] {
            #expect(try bench.run("keys", command, nobody, "-y").code == 66)
        }
        let before = try bench.storeBytes()
        #expect(
            try bench.run("keys", "create", "--name", "n", "--scope", "a:read", "-n").output.isEmpty
        )
        #expect(
            try bench.run("keys", "create", "--name", "\u{1b}", "--scope", "a:read", "-n").code
                == 64
        )
        #expect(try bench.storeBytes() == before)
    }

    @Test(
        "What makes no key is a usage error",
        arguments: [
            ["--name", "n"], ["--scope", "docs:read"], ["--name", "n", "--scope", "docs"],
            ["--name", "n", "--scope", "docs:own"], ["--name", "n", "--scope", "d/x:read"],
            ["--name", "n", "--scope", "docs:read", "--rate", "fast"],
            ["--name", "n", "--scope", "docs:read", "--burst", "3"],
            ["--name", "n", "--scope", "docs:read", "--expires", "soon"],
            ["--name", "n", "--scope", "docs:read", "--expires", "2020-01-01"],
            ["--name", "", "--scope", "docs:read"],
        ]
    )
    func usage(tokens: [String]) throws {
        #expect(try CommandBench.withDocs().run(["keys", "create"] + tokens).code == 64)
    }

    @Test("A key's text is in no file, argument, variable, log or message of those that handle it")
    func nowhere() throws {
        let bench = try CommandBench.withDocs()
        for (key, value) in [("log_level", "trace"), ("log_file", "events.log")] {
            try bench.succeed("config", "set", key, value)
        }
        let made = try bench.program("keys", "create", "--name", "n", "--scope", "docs:read")
        let secret = made.output.dropFirst(20).prefix(64)
        #expect(secret.count == 64)
        let id = String(made.output.dropFirst(3).prefix(16))
        let testing = try bench.start("keys", "test", input: .pipe)
        testing.send(made.output)
        for name in ["cmdline", "environ"] {
            let bytes = try Data(contentsOf: URL(filePath: "/proc/\(testing.processID)/\(name)"))
            #expect(bytes.range(of: Data(secret.utf8)) == nil)
        }
        testing.closeEnd(0)
        let tested = try testing.wait()
        #expect(tested.code == 0)
        let rotated = try bench.program("keys", "rotate", id)
        let listed = try bench.program("keys", "list")
        let told = [made.error, tested.output, tested.error, rotated.error, listed.output]
        #expect(told.allSatisfy { !$0.contains(secret) })
        var names = try FileManager.default.subpathsOfDirectory(atPath: bench.path)
        #expect(names.contains("store/events.log"))
        names.removeAll { isDirectory(bench.path + "/" + $0) }
        for name in names {
            let bytes = try Data(contentsOf: URL(filePath: bench.path + "/" + name))
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)")
        }
    }

    @Test("A key's text and that before its rotation are in no backup")
    func noBackup() throws {
        let bench = try CommandBench.withDocs()
        let made = try bench.program("keys", "create", "--name", "n", "--scope", "docs:read")
        let id = String(made.output.dropFirst(3).prefix(16))
        let rotated = try bench.program("keys", "rotate", id)
        let secrets = [made, rotated].map { Data($0.output.dropFirst(20).prefix(64).utf8) }
        try bench.backUp()
        // Unpacked, since the pieces are packed.
        let restored = bench.path + "/restored"
        let back = try bench.program("restore", bench.repository, "--to", restored)
        #expect(back.code == 0 && back.error.contains("1 key is as at that time"))
        for directory in [bench.repository, restored] {
            for (name, bytes) in try bench.files(below: directory) {
                for secret in secrets { #expect(Data(bytes).range(of: secret) == nil, "\(name)") }
            }
        }
        let key = try bench.file("new.key", rotated.output)
        #expect(try bench.program("-D", restored, "keys", "test", key).code == 0)
    }

    private func isDirectory(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    @Test("A key in the wrong place is refused, and no message repeats it")
    func misplaced() throws {
        let bench = try CommandBench.withDocs()
        let (text, _) = try bench.makeKey()
        let secret = text.dropFirst(20).prefix(64)
        let before = try bench.storeBytes()
        for tokens in [
            ["keys", "create", "--name", text, "--scope", "docs:read"],
            ["keys", "create", "--name", "n", "--scope", text + ":read"],
            ["keys", "create", "--name", "n", "--scope", text],
            ["keys", "create", "--name", "n", "--scope", "docs:read", "--expires", text],
            ["keys", "create", "--name", "n", "--scope", "docs:read", "--burst", text],
            ["keys", text], ["--wait", text, "count", "docs"], ["config", "set", "wait", text],
            ["config", "set", "log_file", text], ["create-collection", text, "--dim", "2"],
            ["rename-collection", "docs", text], ["backup", bench.repository, "--tag", text],
            ["count", text], ["audit", "--key", text], ["audit", "--since", text],
            ["keys", "show", String(text.dropFirst(3))], ["keys", "revoke", String(secret), "-y"],
        ] {
            for mode in [[], ["-o", "json"]] {
                let outcome = try bench.run(tokens + mode)
                #expect(outcome.code != 0, "\(tokens)")
                #expect(!(outcome.output + outcome.error).contains(secret), "\(tokens)")
            }
        }
        #expect(try bench.storeBytes() == before)
        #expect(access(bench.repository, F_OK) != 0)
    }

    @Test("Names that only begin like a key are as good as any")
    func likeKeys() throws {
        let bench = try CommandBench.withDocs()
        for name in ["vz_wiki_0123456789abcdef0123456789abcdef", "vz_0123456789abcdef_docs"] {
            try bench.succeed("create-collection", name, "--dim", "2")
            #expect(try bench.run("count", name + "x").error.contains("'\(name)x'"))
            let object = try bench.run("audit", "--limit", "1", "-o", "jsonl").rows[0]["object"]
            #expect(object as? String == "collection \(name)")
        }
    }

    @Test("An id may be given as it stands in a key, and a dry test of a bad key leaves no trace")
    func smallThings() throws {
        let bench = try CommandBench.withDocs()
        let (text, id) = try bench.makeKey()
        #expect(try bench.run("keys", "show", "vz_" + id).code == 0)
        // A file may be called so.
        _ = try bench.file("vz_web.key", text)
        let program = try ProgramRun.program
        try bench.shell("cd '\(bench.path)'; '\(program)' keys test vz_web.key")
        let before = try bench.storeBytes()
        #expect(try bench.run("keys", "test", bench.file("bad.key", "vz_1"), "-n").code == 77)
        #expect(try bench.storeBytes() == before)
        let typo = try bench.run("keys", "create", "--name", "n", "--scope", "nope:read")
        #expect(typo.code == 0 && typo.error.contains("there is no collection 'nope' yet"))
    }

    @Test("A scope said twice is one, and a dry run warns as the run does")
    func sayingTwice() throws {
        let bench = try CommandBench.withDocs()
        let line =
            ["keys", "create", "--name", "n"]
            + ["docs:read", "later:read", "docs:read"].flatMap { ["--scope", $0] }
        let dry = try bench.run(line + ["-n"])
        #expect(dry.code == 0 && dry.output.isEmpty)
        #expect(dry.error.contains("there is no collection 'later' yet"))
        #expect(try bench.program("keys", "list", "-o", "ids").output.isEmpty)
        #expect(try bench.run(line).code == 0)
        let list = try bench.program("keys", "list", "-o", "jsonl").output
        #expect(list.contains(#""scopes":["docs:read","later:read"]"#), "\(list)")
    }

    @Test("A revoked key says when that was")
    func revokedTime() throws {
        let bench = try CommandBench.withDocs()
        let (_, id) = try bench.makeKey()
        let before = try bench.program("keys", "show", id, "-o", "json").output
        #expect(before.contains("\"revoked\":null"))
        try bench.succeed("keys", "revoke", id, "-y")
        let after = try bench.program("keys", "show", id, "-o", "json").output
        #expect(after.contains(/"revoked":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/))
    }

    @Test("Ids are whole in a table, however narrow the terminal is")
    func tables() throws {
        let bench = try CommandBench.withDocs()
        let (_, id) = try bench.makeKey("--scope", "*:write", "--scope", "another-collection:admin")
        let terminal = Terminal.wide(80)
        let table = try bench.run(["keys", "list"], terminal: terminal).output
        #expect(table.contains(id) && table.contains("active"))
        #expect(table.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let trail = try bench.run(["audit"], terminal: terminal).output
        #expect(trail.contains("collection.create") && trail.contains("key.create"))
        #expect(trail.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}
