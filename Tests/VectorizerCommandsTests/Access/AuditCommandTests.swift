import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands

/// audit, as somebody at a shell has it.
@Suite(.timeLimit(.minutes(10))) struct AuditCommandTests {
    @Test("audit shows who did what, chosen by time, key, action and number")
    func audit() throws {
        let bench = try CommandBench.withDocs()
        let (_, id) = try bench.makeKey()
        try bench.succeed("rename-collection", "docs", "texts")
        func actions(_ tokens: String...) throws -> [String] {
            try bench.run(["audit", "-o", "jsonl"] + tokens).rows.compactMap {
                $0["action"] as? String
            }
        }
        #expect(try actions() == ["collection.create", "key.create", "collection.rename"])
        #expect(try actions("--key", id) == ["key.create"])
        #expect(try actions("--action", "collection.rename") == ["collection.rename"])
        #expect(try actions("--limit", "1") == ["collection.rename"])
        #expect(try actions("--limit", "0") == [])
        #expect(try actions("--since", "1h").count == 3)
        #expect(try actions("--until", "2020-01-01").isEmpty)
        let row = try #require(try bench.run("audit", "-o", "jsonl", "--limit", "1").rows.first)
        #expect(row["object"] as? String == "collection docs")
        #expect(row["outcome"] as? String == "now texts")
        #expect(row["process"] as? Int == Int(getpid()))
        #expect(try bench.run("audit", "--action", "key.creat").error.contains("'key.create'"))
        for wrong in [["--since", "soon"], ["--limit", "-1"], ["--key", "x"]] {
            #expect(try bench.run(["audit"] + wrong).code == 64)
        }
    }

    @Test("Backups, what is forgotten of them, and restores are in the trail")
    func backups() throws {
        let bench = try CommandBench.withDocs()
        func trail(_ store: String) throws -> [[String: Any]] {
            try bench.program("-D", store, "audit", "-o", "jsonl").rows.filter {
                ($0["action"] as? String)?.hasPrefix("backup.") == true
            }
        }
        func texts(_ row: [String: Any]) -> [String] {
            ["action", "object", "outcome"].map { row[$0] as? String ?? "" }
        }
        let first = try bench.backUp()
        let second = try bench.backUp("--keep-last", "1")
        let repository = bench.repository.replacing("//", with: "/")
        #expect(
            try trail(bench.store).map(texts) == [
                ["backup.create", "snapshot \(first) in \(repository)", "the commit 2"],
                ["backup.create", "snapshot \(second) in \(repository)", "the commit 2"],
                ["backup.forget", "1 snapshot in \(repository)", "forgot \(first)"],
            ]
        )
        let third = try bench.backUp()
        try bench.succeed("forget", repository, "--keep-last", "1")
        #expect(try texts(trail(bench.store)[4])[2] == "forgot \(second)")
        // Nothing to forget, and a dry run, are no changes.
        try bench.succeed("forget", repository, "--keep-last", "1")
        try bench.succeed("forget", repository, "--keep-last", "1", "-n")
        #expect(try trail(bench.store).count == 5)

        let restored = bench.path + "/restored"
        try bench.succeed("restore", repository, "--to", restored)
        let last = try #require(try trail(restored).last)
        #expect(texts(last)[..<2] == ["backup.restore", "snapshot \(third) in \(repository)"])
        try bench.succeed("restore", repository, "--collection", "docs:back")
        #expect(
            try trail(bench.store).last.map(texts) == [
                "backup.restore", "collection back", "'docs' of the snapshot \(third)",
            ]
        )
        // The other store has no part in it.
        try bench.succeed("-D", restored, "forget", repository, "--keep-last", "1")
    }

    @Test("A backup is one though it can't be told to the audit trail, and says so")
    func busyTrail() throws {
        let bench = try CommandBench.withDocs()
        let lock = open(bench.store + "/LOCK.write", O_RDWR)
        defer { close(lock) }
        #expect(lock >= 0 && flock(lock, LOCK_EX) == 0)
        let outcome = try bench.program("backup", bench.repository, "--wait", "0")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(outcome.error.contains("not in the audit trail"))
        #expect(try bench.snapshots().count == 1)
    }

    @Test("audit --follow writes new entries as they come, and ends at a signal")
    func following() throws {
        let bench = try CommandBench.withDocs()
        let following = try bench.start("audit", "--follow", "-o", "ids", output: .pipe)
        #expect(following.readLine() == "1")
        try bench.succeed("create-collection", "more", "--dim", "2")
        #expect(following.readLine() == "2")
        following.signal(SIGINT)
        #expect(try following.wait().code == 130)
    }

    @Test("audit --follow stands in no restore's way, and goes on in the restored store")
    func followingRestore() throws {
        let bench = try CommandBench.withDocs()
        try bench.backUp()
        let following = try bench.start("audit", "--follow", "-o", "csv", output: .pipe)
        var seen: [String] = []
        func read(until word: String) {
            while let line = following.readLine() {
                seen.append(line)
                if line.contains(word) { return }
            }
        }
        read(until: "backup.create")
        let restored = try bench.program("restore", bench.repository, "-y", "--wait", "30")
        #expect(restored.code == 0, "\(restored.error)")
        read(until: "backup.restore")
        try bench.succeed("create-collection", "more", "--dim", "2")
        read(until: "collection more")
        following.signal(SIGTERM)
        #expect(try following.wait().code == 143)
        let numbers = seen.dropFirst().compactMap { Int($0.prefix { $0 != "," }) }
        #expect(numbers == Array(1...numbers.count))
    }

    @Test("An entry says from which commit on a change can be seen")
    func commitSequence() throws {
        let bench = try CommandBench.withDocs()
        let points = try bench.file("p.jsonl", "{\"id\":\"x\",\"vector\":[1,2]}\n")
        let manual = ["VECTORIZER_COMPACTION": "manual"]
        #expect(try bench.run("insert", "docs", points, environment: manual).code == 0)
        try bench.succeed("create-collection", "more", "--dim", "2")
        try bench.succeed("config", "set", "wait", "3")
        try bench.backUp()
        _ = try bench.makeKey()
        try bench.succeed("drop-collection", "more", "-y")
        let rows = try bench.run("audit", "-o", "csv").lines.dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let sequences = rows.compactMap { Int($0[0]) }
        #expect(sequences == Array(1...6))
        let commits = rows.compactMap { Int($0[1]) }
        let actions = rows.map { String($0[6]) }
        #expect(
            actions == [
                "collection.create", "collection.create", "settings.set", "backup.create",
                "key.create", "collection.drop",
            ]
        )
        let first = try #require(commits.first)
        // Points stand between the first two, and the backup is of the commit before it.
        #expect(commits == [first, first + 3, first + 4, first + 4, first + 5, first + 6])
    }

    @Test(
        "audit --follow begins anew with a trail that does not go on from the one it read",
        arguments: [["audit", "--follow", "-o", "csv"], ["shell", "-c", "audit --follow -o csv"]]
    )
    func followingAnotherTrail(line: [String]) throws {
        let bench = try CommandBench.withDocs()
        try bench.backUp()
        let following = try ProgramRun(line, environment: bench.environment, output: .pipe)
        while let line = following.readLine(), !line.contains("backup.create") {}
        for number in 0..<5 {
            try bench.succeed("create-collection", "more\(number)", "--dim", "2")
        }
        while let line = following.readLine(), !line.contains("collection more4") {}
        // Nothing to carry on from: the trail is that of the snapshot.
        try Data("damaged".utf8).write(to: URL(filePath: bench.store + "/store/catalog.sqlite"))
        let restored = try bench.program("restore", bench.repository, "-y", "--wait", "30")
        #expect(restored.code == 0, "\(restored.error)")
        let first = try #require(following.readLine())
        #expect(first.hasPrefix("1,") && first.contains("collection.create"))
        following.signal(SIGTERM)
        #expect(try following.wait().code == 143)
    }

    @Test("A restore that has no room for the keys changes nothing, and revives no key")
    func noRoom() throws {
        let bench = try CommandBench.withDocs()
        let (text, id) = try bench.makeKey()
        try bench.backUp()
        try bench.succeed("keys", "revoke", id, "-y")
        let scopes = (0..<255).flatMap { number in
            ["--scope", String(repeating: "c", count: 120) + "\(number):read"]
        }
        for _ in 0..<8 {
            let made = try bench.run(["-q", "keys", "create", "--name", "n"] + scopes)
            #expect(made.code == 0)
        }
        let before = try bench.storeBytes()
        let key = try bench.file("web.key", text)
        let program = try ProgramRun.program
        // Enough for the snapshot's catalog, and too little for the keys made since.
        try bench.shell(
            """
            (ulimit -f 200; '\(program)' restore "$REPO" -y) || code=$?
            [ "${code:-0}" = 74 ]
            """
        )
        #expect(try bench.storeBytes() == before)
        #expect(try bench.program("keys", "test", key).code == 77)
        try bench.succeed("restore", bench.repository, "-y")
        #expect(try bench.program("keys", "test", key).code == 77)
        #expect(try bench.program("verify").code == 0)
    }

    @Test("audit --follow ends when its time is over, or nobody reads any more")
    func followingEnds() throws {
        let bench = try CommandBench.withDocs()
        #expect(try bench.program("audit", "--follow", "--until", "2020-01-01").code == 0)
        let program = try ProgramRun.program
        try bench.shell("'\(program)' audit --follow -o ids | head -n 1 | grep -qx 1")
    }
}
