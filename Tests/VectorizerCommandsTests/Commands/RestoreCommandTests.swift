import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands

/// `restore`; what is there afterwards is looked at from a new process.
@Suite(.timeLimit(.minutes(10))) struct RestoreCommandTests {
    /// A store that was changed after its only snapshot.
    func changed() throws -> (CommandBench, snapshot: String) {
        let bench = try CommandBench.withDocs()
        let id = try bench.backUp("--tag", "before")
        try bench.changeDocs()
        return (bench, id)
    }

    private func export(_ bench: CommandBench, _ store: String? = nil) throws -> String {
        let outcome = try bench.program("-q", "-D", store ?? bench.store, "export", "docs")
        #expect(outcome.code == 0, "\(outcome.error)")
        return outcome.output
    }

    @Test("A store comes back to the byte that export writes, and verifies")
    func back() throws {
        let bench = try CommandBench.withDocs()
        let before = try export(bench)
        let id = try bench.backUp()
        try bench.changeDocs()
        try bench.succeed("create-collection", "later", "--dim", "3")
        let outcome = try bench.program("restore", bench.repository, "--yes")
        #expect(outcome.code == 0, "\(outcome.error)")
        let row = try #require(try outcome.rows.first)
        #expect(row["snapshot"] as? String == id && row["data_dir"] as? String == bench.store)
        #expect(outcome.error.contains("restored the snapshot \(id)"))
        #expect(try export(bench) == before)
        #expect(try bench.program("list-collections", "-o", "ids").output == "docs\n")
        #expect(try bench.program("verify", "--full", "--graph").code == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.store).sorted()
        #expect(names == ["LOCK.compact", "LOCK.open", "LOCK.queue", "LOCK.write", "store"])
        let modes = try bench.modes(below: bench.store)
        #expect(modes.directories == [0o700] && modes.files == [0o600])
        // It goes on: writing, and backing up into the same repository.
        try bench.changeDocs()
        try bench.backUp()
        #expect(try bench.snapshots().count == 2)
        #expect(try bench.program("-q", "restore", bench.repository, "--yes").error == "")
    }

    @Test("Without a terminal and without --yes nothing is replaced, and the hint says how")
    func unconfirmed() throws {
        let (bench, id) = try changed()
        let before = try export(bench)
        let outcome = try bench.program(
            "restore",
            bench.repository,
            "--snapshot",
            id,
            "-D",
            bench.store,
            "-o",
            "json"
        )
        #expect(outcome.code == 64 && outcome.output == "")
        #expect(outcome.error.contains(#""kind":"confirmation_needed""#))
        // With the snapshot that was asked for, and not simply the latest one.
        let line = "vectorizer restore \(bench.repository) --snapshot \(id) -D \(bench.store)"
        #expect(outcome.error.contains(#""hint":"\#(line) -o json --yes""#), "\(outcome.error)")
        #expect(try export(bench) == before)
    }

    @Test("In a shell that was started with a data directory, a hint keeps it")
    func shellHint() throws {
        let (bench, _) = try changed()
        for line in ["restore \(bench.repository)", "drop-collection docs"] {
            let outcome = try bench.program(
                "shell",
                "-D",
                bench.store,
                "-c",
                line,
                environment: ["HOME": bench.path]
            )
            #expect(outcome.code == 64)
            #expect(outcome.error.contains("hint: vectorizer -D \(bench.store) \(line) --yes"))
        }
    }

    @Test("A dry run says what would be restored, refuses what restore would, changes no byte")
    func dryRun() throws {
        let (bench, id) = try changed()
        let before = try (bench.storeBytes(), bench.files(below: bench.repository))
        let new = bench.path + "/new"
        for (options, end) in [
            ([], "to \(bench.store)"), (["--to", new], "to \(new)"),
            (
                ["--collection", "docs:old"],
                "would bring back 'docs' of the snapshot \(id) as 'old'"
            ),
        ] {
            let outcome = try bench.run(["restore", bench.repository, "--dry-run"] + options)
            #expect(outcome.code == 0 && outcome.output == "", "\(outcome.error)")
            #expect(outcome.error.contains("would ") && outcome.error.contains(end))
        }
        for (options, code) in [
            (["--to", bench.store], Int32(73)), (["--collection", "docs"], 73),
            (["--collection", "none:x"], 66), (["--snapshot", "none"], 66),
            (["-D", bench.path + "/none"], 66),
        ] {
            let line = ["restore", bench.repository, "--dry-run"] + options
            #expect(try bench.run(line).code == code, "\(options)")
        }
        #expect(try bench.storeBytes() == before.0)
        #expect(try bench.files(below: bench.repository) == before.1)
        #expect(try bench.fileNames() == ["changed.jsonl", "repo"])
    }

    @Test("--to makes a new data directory, and refuses one that is there (73)")
    func new() throws {
        let (bench, id) = try changed()
        let new = bench.path + "/deep/new store"
        let outcome = try bench.program("-q", "restore", bench.repository, "--to", new)
        #expect(outcome.code == 0 && outcome.error == "")
        #expect(try outcome.rows.first?["data_dir"] as? String == new)
        #expect(try bench.program("-D", new, "count", "docs", "-o", "ids").output == "4\n")
        #expect(try bench.program("-D", new, "verify", "--full").code == 0)
        let modes = try bench.modes(below: bench.path + "/deep")
        #expect(modes.directories == [0o700] && modes.files == [0o600])
        let again = try bench.run("restore", bench.repository, "--to", new, "-o", "json")
        #expect(again.code == 73)
        let hint = try #require(try again.fault["hint"] as? String)
        #expect(hint == "vectorizer -D '\(new)' restore \(bench.repository)")
        #expect(try bench.run("restore", bench.repository, "--to", bench.path).code == 73)
        #expect(try bench.run("restore", bench.repository, "--to", "").code == 64)
        #expect(try bench.program("count", "docs", "-o", "ids").output == "3\n")
        #expect(id.count == 16)
    }

    @Test("Where no store is, --to is what the hint says (66), with the line's other words")
    func nothingThere() throws {
        let (bench, id) = try changed()
        let none = bench.path + "/none"
        let outcome = try bench.run(
            "-D",
            none,
            "restore",
            bench.repository,
            "--snapshot",
            id,
            "--yes",
            "-o",
            "json"
        )
        #expect(outcome.code == 66)
        let hint = try #require(try outcome.fault["hint"] as? String)
        #expect(hint.hasSuffix(" --snapshot \(id) --yes -o json --to \(none)"))
        let words = hint.split(separator: " ").dropFirst().map(String.init)
        #expect(try bench.run(words).code == 0)
        #expect(try bench.program("-D", none, "count", "docs", "-o", "ids").output == "4\n")
    }

    @Test("A directory that only happens to have a store in it is left alone")
    func foreignStore() throws {
        let (bench, _) = try changed()
        // The data directory lies in it under the name `store`, of all names.
        let outcome = try bench.run("-D", bench.path, "restore", bench.repository, "--yes")
        #expect(outcome.code == 66 && outcome.error.contains("no store in \(bench.path)"))
        #expect(try bench.program("count", "docs", "-o", "ids").output == "3\n")
        try bench.shell(
            "cd \"$HOME\"; mkdir -p shop/store; touch shop/store/cart.js shop/LOCK.open"
        )
        let shop = bench.path + "/shop"
        let other = try bench.run("-D", shop, "restore", bench.repository, "--yes", "-o", "json")
        #expect(other.code == 66)
        #expect(try other.fault["kind"] as? String == "not_a_data_directory")
        #expect(try bench.text("shop/store/cart.js") == "")
    }

    @Test(
        "A store of which only wreckage is left is replaced",
        arguments: ["catalog", "all", "no"]
    )
    func wreckage(lost: String) throws {
        let (bench, _) = try changed()
        switch lost {
        case "catalog":
            try Data("broken".utf8).write(
                to: URL(filePath: bench.store + "/store/catalog.sqlite")
            )
        case "all": try FileManager.default.removeItem(atPath: bench.store + "/store")
        default: try bench.flip(bench.store + "/store/catalog.sqlite")
        }
        let outcome = try bench.program("restore", bench.repository, "--yes")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(try bench.program("count", "docs", "-o", "ids").output == "4\n")
        #expect(try bench.program("verify", "--full").code == 0)
    }

    @Test("--as-of takes the latest snapshot of that time, and refuses what is none")
    func asOf() throws {
        let bench = try CommandBench.withDocs()
        let first = try bench.backUp()
        try bench.redate(to: "2026-03-01T12:00:00Z")
        try bench.changeDocs()
        let second = try bench.backUp()
        for (time, id) in [
            ("2026-03-01T12:00", first), ("2026-03-01 13:00:00+01:00", first),
            ("2026-03-02", first), ("2998-01-01", second),
        ] {
            let told = try bench.run("restore", bench.repository, "-n", "--as-of", time)
            #expect(told.code == 0 && told.error.contains("would restore the snapshot \(id)"))
        }
        let early = try bench.run("restore", bench.repository, "--as-of", "2026-03-01", "-n")
        #expect(early.code == 66)
        #expect(early.error.contains("no snapshot of 2026-03-01T00:00:00Z or earlier in "))
        for bad in ["yesterday", "2026-02-30", "2026-3-1", "2026-03-01T25:00", "1700000000"] {
            let outcome = try bench.run("restore", bench.repository, "--as-of=" + bad, "-n")
            #expect(outcome.code == 64, "\(bad)")
            #expect(outcome.error.contains("'\(bad)' is not a time such as 2026-11-28 or "))
        }
    }

    @Test("Options that exclude each other are a usage error")
    func exclusive() throws {
        let bench = try CommandBench.withDocs()
        for options in [
            ["--snapshot", "latest", "--as-of", "2026-01-01"],
            ["--to", "x", "--collection", "docs"], ["--collection", ":x"],
            ["--collection", "docs:"], ["--collection", "docs:a:b"], ["--collection", "../x"],
        ] {
            if options[0] == "--collection" { try bench.backUp() }
            let outcome = try bench.run(["restore", bench.repository, "--yes"] + options)
            #expect(outcome.code == 64, "\(options): \(outcome.error)")
        }
    }

    // MARK: One collection

    @Test("One collection comes back beside the living one, under a name that is free")
    func collection() throws {
        let (bench, id) = try changed()
        let outcome = try bench.program("restore", bench.repository, "--collection", "docs:old")
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(try outcome.rows.first?["collection"] as? String == "old")
        #expect(try outcome.rows.first?["snapshot"] as? String == id)
        #expect(try bench.ids(in: "old") == ["a", "b", "c", "d"])
        #expect(try bench.ids() == ["a", "b", "c"])
        #expect(
            try bench.program("get", "old", "a", "--fields", "size").output
                == #"{"id":"a","payload":{"size":10}}"# + "\n"
        )
        #expect(try bench.program("verify", "--full", "--graph").code == 0)
        let taken = try bench.run(
            "restore",
            bench.repository,
            "--collection=docs",
            "--yes",
            "-o",
            "json"
        )
        #expect(taken.code == 73)
        let hint = try #require(try taken.fault["hint"] as? String)
        #expect(hint.hasSuffix(" --yes -o json --collection docs:docs-restored"))
        let words = hint.split(separator: " ").dropFirst().map(String.init)
        #expect(try bench.run(words).code == 0)
        #expect(try bench.run("restore", bench.repository, "--collection", "docs:old").code == 73)
        let none = try bench.run("restore", bench.repository, "--collection", "none", "-o", "json")
        #expect(none.code == 66)
        #expect(try none.fault["kind"] as? String == "collection_not_found")
        try bench.succeed("drop-collection", "docs", "--yes")
        try bench.succeed("restore", bench.repository, "--collection", "docs")
        #expect(try bench.ids() == ["a", "b", "c", "d"])
    }

    // MARK: Others, and damage

    @Test("A store that another process has open is refused (75), and left as it is")
    func live() throws {
        let (bench, _) = try changed()
        let insert = try bench.start(
            "insert",
            "docs",
            "-",
            "--batch-size",
            "1",
            "--ack",
            input: .pipe,
            output: .pipe
        )
        insert.send(#"{"id":"e","vector":[1,2]}"# + "\n{")
        #expect(insert.readLine()?.hasPrefix(#"{"batch":1"#) == true)
        let outcome = try bench.run(
            ["restore", bench.repository, "--yes", "--wait", "0", "-o", "json"]
        )
        #expect(outcome.code == 75)
        #expect(try outcome.fault["kind"] as? String == "busy")
        // One collection may come back meanwhile.
        try bench.succeed("restore", bench.repository, "--collection", "docs:old")
        insert.send(#""id":"f","vector":[1,2]}"# + "\n")
        insert.closeEnd(0)
        #expect(try insert.wait().code == 0)
        #expect(try bench.ids() == ["a", "b", "c", "e", "f"])
        try bench.succeed("restore", bench.repository, "--yes", "--wait", "0")
        #expect(try bench.ids() == ["a", "b", "c", "d"])
    }

    @Test("A shell that waits for a line keeps no restore from its work, and sees what it did")
    func besideShell() throws {
        let (bench, _) = try changed()
        let shell = try bench.start("shell", input: .pipe, output: .pipe)
        shell.send("count docs -o ids\n")
        #expect(shell.readLine() == "3")
        try bench.succeed("restore", bench.repository, "--yes")
        shell.send("count docs -o ids\n")
        #expect(shell.readLine() == "4")
        shell.closeEnd(0)
        #expect(try shell.wait().code == 0)
    }

    @Test("A shell restores the store that it has open itself")
    func insideShell() throws {
        let (bench, _) = try changed()
        let outcome = try bench.program(
            "-q",
            "shell",
            "-c",
            "use docs",
            "-c",
            "count -o ids",
            "-c",
            "restore '\(bench.repository)' --yes -o ids --wait 0",
            "-c",
            "count -o ids",
            "-c",
            "delete a -o ids",
            "-c",
            "restore '\(bench.repository)' --collection docs:old",
            "-c",
            "count old -o ids"
        )
        #expect(outcome.code == 0, "\(outcome.error)")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "3" && lines[2] == "4" && lines.last == "4")
        #expect(try bench.ids() == ["b", "c", "d"])
        #expect(try bench.program("verify", "--full").code == 0)
    }

    @Test("Damage in the repository is 76 and changes nothing, with --to nothing is left of it")
    func damaged() throws {
        let (bench, _) = try changed()
        let before = try export(bench)
        try bench.flip(bench.repositoryFile("chunks"))
        for options in [["--yes"], ["--collection", "docs:old"], ["--to", bench.path + "/new"]] {
            let outcome = try bench.run(["restore", bench.repository, "-o", "json"] + options)
            #expect(outcome.code == 76, "\(outcome.error)")
            #expect(try outcome.fault["kind"] as? String == "corrupt_repository")
        }
        #expect(try export(bench) == before)
        #expect(try bench.program("verify", "--full").code == 0)
        let names = try FileManager.default.subpathsOfDirectory(atPath: bench.store)
        #expect(!names.contains { $0.hasPrefix("restore-") })
        #expect(try bench.fileNames() == ["changed.jsonl", "repo"])
    }

    @Test("An answer that can't be written is 74, and the store is restored all the same")
    func unwritable() throws {
        let (bench, _) = try changed()
        let outcome = try bench.program(
            "restore",
            bench.repository,
            "--yes",
            output: .path("/dev/full")
        )
        #expect(outcome.code == 74 && outcome.error.contains("is committed"))
        #expect(try bench.ids() == ["a", "b", "c", "d"])
    }

    @Test("A full disk is 74 and leaves the old store")
    func fullDisk() throws {
        let (bench, _) = try changed()
        let before = try export(bench)
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            name == .write && path.contains("/restore-") ? ENOSPC : nil
        }
        let outcome = try SystemCall.$fault.withValue(hook) {
            try bench.run("restore", bench.repository, "--yes", "-o", "json")
        }
        #expect(outcome.code == 74)
        #expect(try outcome.fault["kind"] as? String == "disk_full")
        #expect(try export(bench) == before)
        try bench.succeed("restore", bench.repository, "--yes")
    }
}
