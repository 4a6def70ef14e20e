import Foundation
import Glibc
import Testing
import VectorizerCommands

/// `list-backups`, `verify-backup` and `diff-backups`, each in a process of its own.
@Suite(.timeLimit(.minutes(10))) struct RepositoryCommandTests {
    /// A store with two snapshots: four points, then two of them changed and one gone.
    private func changed() throws -> (CommandBench, first: String, second: String) {
        let bench = try CommandBench.withDocs()
        let first = try bench.backUp("--tag", "first")
        try bench.changeDocs()
        return (bench, first, try bench.backUp())
    }

    // MARK: list-backups

    @Test("list-backups has one row a snapshot, the latest state last, in every mode")
    func listing() throws {
        let (bench, first, second) = try changed()
        let rows = try bench.program("list-backups", bench.repository).rows
        #expect(rows.map { $0["snapshot"] as? String } == [first, second])
        #expect(
            rows[0].keys.sorted() == [
                "bytes", "collections", "created", "points", "proven", "sequence", "snapshot",
                "tag",
            ]
        )
        #expect(rows.map { $0["points"] as? Int } == [4, 3])
        #expect(rows.map { $0["tag"] as? String } == ["first", nil])
        let json = try bench.program("list-backups", bench.repository, "-o", "json")
        #expect(json.output.hasPrefix("[{\"snapshot\":\"\(first)\""))
        for mode in ["csv", "tsv"] {
            let text = try bench.program("list-backups", bench.repository, "-o", mode)
            let lines = text.output.split(separator: "\n")
            #expect(lines.count == 3 && lines[0].hasPrefix("snapshot"))
            let bare = try bench.program(
                "list-backups",
                bench.repository,
                "-o",
                mode,
                "--no-header"
            )
            #expect(bare.output.split(separator: "\n") == Array(lines.dropFirst()))
        }
        let table = try bench.program("list-backups", bench.repository, "-o", "table")
        #expect(table.output.hasPrefix("snapshot ") && table.output.contains(second))
    }

    @Test("What is no repository is not found (66), and told with what would make one")
    func missing() throws {
        let bench = try CommandBench.withDocs()
        try bench.shell("cd \"$HOME\"; mkdir empty; mkfifo pipe; touch file")
        for name in ["none", "none/deeper", "empty", "pipe", "file", "file/deeper"] {
            let path = bench.path + "/" + name
            for line in [
                ["list-backups", path], ["verify-backup", path],
                ["diff-backups", path, "a", "b"], ["forget", path, "--keep-last", "1"],
                ["restore", path, "--yes"],
            ] {
                let outcome = try bench.run(line + ["-o", "json"])
                #expect(outcome.code == 66 && outcome.output == "", "\(line)")
                #expect(try outcome.fault["kind"] as? String == "repository_not_found")
                #expect(try outcome.fault["hint"] as? String == "vectorizer backup \(path)")
            }
        }
        for line in [
            ["list-backups", ""], ["verify-backup", ""], ["diff-backups", "", "a", "b"],
            ["forget", "", "--keep-last", "1"], ["restore", "", "--yes"],
        ] {
            #expect(try bench.run(line).code == 64, "\(line)")
        }
        #expect(try bench.fileNames() == ["empty", "file", "pipe"])
    }

    @Test("--max-age is 1 without a proof, when it is too old, and when it lies in the future")
    func maxAge() throws {
        let bench = try CommandBench.withDocs()
        let age: (String) throws -> ProgramRun.Outcome = { age in
            try bench.program("list-backups", bench.repository, "--max-age", age, "-o", "ids")
        }
        let id = try bench.backUp()
        let unproven = try age("26h")
        #expect(unproven.code == 1 && unproven.output == id + "\n")
        #expect(unproven.error.contains("no snapshot in \(bench.repository) is proven"))
        try FileManager.default.removeItem(atPath: bench.repository)
        let proven = try bench.backUp("--prove")
        #expect(try age("26h").code == 0 && age("1w").code == 0 && age("90m").error == "")
        // A later one without a proof does not count, whatever its age.
        let later = try bench.backUp()
        #expect(try age("1h").code == 0)
        try FileManager.default.removeItem(atPath: bench.repositoryFile("snapshots", with: later))
        for (time, code, reason) in [
            ("2020-02-03T04:05:06Z", Int32(1), "too long ago"),
            ("2999-02-03T04:05:06Z", 1, "made in the future (2999-02-03T04:05:06Z)"),
        ] {
            try bench.redate(to: time)
            let outcome = try age("26h")
            #expect(outcome.code == code && outcome.output == proven + "\n", "\(outcome.error)")
            #expect(outcome.error.contains(reason))
        }
        try bench.redate(to: "2020-02-03T04:05:06Z")
        #expect(try age("5000w").code == 0)
        for bad in ["26", "h", "1.5h", "-1h", "1y", "1 h", "99999999999999999999d", "1H"] {
            let outcome = try bench.run(
                "list-backups",
                bench.repository,
                "--max-age=" + bad
            )
            #expect(outcome.code == 64 && outcome.output == "", "\(bad)")
            #expect(outcome.error.contains("'\(bad)' is not a length of time such as 90m, 26h"))
        }
    }

    @Test("A damaged snapshot is told (76) after the sound ones are listed")
    func damagedListing() throws {
        let (bench, first, second) = try changed()
        try bench.flip(bench.repositoryFile("snapshots", with: first))
        let outcome = try bench.program("list-backups", bench.repository, "-o", "json")
        #expect(outcome.code == 76 && outcome.output.contains(second))
        #expect(!outcome.output.contains(first))
        #expect(outcome.error.contains(#""kind":"corrupt_repository""#))
        #expect(outcome.error.contains("its own checksum is wrong"))
        // The one that is meant could be it; another one is named by its id.
        #expect(try bench.run("restore", bench.repository, "--to", bench.path + "/x").code == 76)
        let named = try bench.program(
            "restore",
            bench.repository,
            "--snapshot",
            second,
            "--to",
            bench.path + "/x"
        )
        #expect(named.code == 0, "\(named.error)")
        // What it needs is not known, so nothing is forgotten.
        #expect(try bench.program("forget", bench.repository, "--keep-last", "1").code == 76)
        let backup = try bench.program("backup", bench.repository)
        #expect(backup.code == 0 && backup.error.contains(": its own checksum is wrong\n"))
        #expect(!backup.error.contains("corruptRepository"))
    }

    // MARK: verify-backup

    @Test("verify-backup counts what it read, and finds nothing in a sound repository")
    func sound() throws {
        let (bench, first, _) = try changed()
        let row = try #require(try bench.program("verify-backup", bench.repository).rows.first)
        #expect(row.keys.sorted() == ["checked_files", "problems", "read_bytes"])
        let files = try bench.files(below: bench.repository)
        // Not the lock.
        #expect(row["checked_files"] as? Int == files.count - 1 && row["problems"] as? Int == 0)
        let pieces = try bench.files(below: bench.repository + "/chunks")
        #expect(row["read_bytes"] as? Int == pieces.values.reduce(0) { $0 + $1.count })
        let one = try bench.program("verify-backup", bench.repository, "--snapshot", first)
        let count = try #require(try one.rows.first?["checked_files"] as? Int)
        #expect(one.code == 0 && count < files.count - 1)
        #expect(
            try bench.program("verify-backup", bench.repository, "--snapshot", "none").code == 66
        )
    }

    @Test("A flipped bit is a row and 76, whichever file it is in")
    func damage() throws {
        for (directory, problem) in [
            ("chunks", "its checksums do not match"), ("snapshots", "its own checksum is wrong"),
        ] {
            let (bench, _, _) = try changed()
            let file = try bench.repositoryFile(directory)
            let name = String(file.dropFirst(bench.repository.count + 1))
            try bench.flip(file)
            let outcome = try bench.program("verify-backup", bench.repository)
            #expect(outcome.code == 76)
            #expect(
                outcome.error
                    == "vectorizer: error: 1 problem found in \(bench.repository)\n"
            )
            let rows = try outcome.rows
            #expect(rows.count == 2 && rows[0]["file"] as? String == name)
            #expect(rows[1]["problems"] as? Int == 1)
            if directory == "snapshots" { #expect(rows[0]["problem"] as? String == problem) }
            let ids = try bench.program("verify-backup", bench.repository, "-o", "ids")
            #expect(ids.code == 76 && ids.output == name + "\n")
            let object = try bench.run("verify-backup", bench.repository, "-o", "json")
            #expect(try object.fault["code"] as? Int == 76)
        }
    }

    @Test("A piece that is gone is found without reading, and the next backup writes it again")
    func lostPiece() throws {
        let bench = try CommandBench.withDocs()
        try bench.backUp()
        // A piece of the tail: the catalog will be another one.
        let manifest = try String(
            contentsOfFile: bench.repositoryFile("snapshots"),
            encoding: .utf8
        )
        let tail = try #require(manifest.components(separatedBy: #".tail""#).last)
        let hash = try #require(try tail.firstMatch(of: Regex("[0-9a-f]{64}"))).0
        let piece = try bench.repositoryFile("chunks", with: String(hash))
        try FileManager.default.removeItem(atPath: piece)
        for part in 1...3 {
            let outcome = try bench.program(
                "verify-backup",
                bench.repository,
                "--read-data-subset",
                "\(part)/3"
            )
            #expect(outcome.code == 76)
            let problem = try #require(try outcome.rows.first?["problem"] as? String)
            #expect(problem.hasPrefix("it is missing"))
        }
        try bench.backUp()
        #expect(try bench.program("verify-backup", bench.repository).code == 0)
    }

    @Test("All n parts of --read-data-subset together read everything", arguments: [1, 2, 7])
    func parts(count: Int) throws {
        let (bench, _, _) = try changed()
        let read: ([String]) throws -> Int = { options in
            let run = try ProgramRun(
                ["verify-backup", bench.repository] + options,
                environment: bench.environment
            )
            let outcome = try run.wait()
            #expect(outcome.code == 0, "\(outcome.error)")
            return try #require(try outcome.rows.first?["read_bytes"] as? Int)
        }
        let sum = try (1...count).reduce(0) { sum, part in
            try sum + read(["--read-data-subset", "\(part)/\(count)"])
        }
        #expect(try sum == read([]) && sum == read(["--read-data-subset", "100%"]))
    }

    @Test("A damaged piece is found by just one of the parts")
    func damagedPart() throws {
        let (bench, _, _) = try changed()
        try bench.flip(bench.repositoryFile("chunks"))
        let codes = try (1...5).map { part in
            try bench.run("verify-backup", bench.repository, "--read-data-subset", "\(part)/5")
                .code
        }
        #expect(codes.sorted() == [0, 0, 0, 0, 76])
    }

    @Test(
        "A part that can't be is refused with what was expected",
        arguments: [
            "0/7", "8/7", "1/0", "1", "/", "0%", "101%", "0x10%", "1e1%", "nan%", "-1%",
        ]
    )
    func badPart(text: String) throws {
        let bench = try CommandBench.withDocs()
        let outcome = try bench.run(
            "verify-backup",
            bench.repository,
            "--read-data-subset=" + text
        )
        #expect(outcome.code == 64)
        #expect(outcome.error.contains("'\(text)' is not a part such as 1/7 or 10%"))
    }

    // MARK: diff-backups

    @Test("diff-backups ends with 0 for the same and 1 for another state, and counts why")
    func differences() throws {
        let (bench, first, second) = try changed()
        try bench.succeed("create-collection", "more", "--dim", "2")
        let third = try bench.backUp()
        let diff: ([String]) throws -> ProgramRun.Outcome = { words in
            try ProgramRun(
                ["diff-backups", bench.repository] + words,
                environment: bench.environment
            ).wait()
        }
        let same = try diff([second, second])
        #expect(same.code == 0 && same.error == "")
        #expect(
            same.output
                == #"{"collection":"docs","change":"same","points_before":3,"points_after":3,"#
                + #""added":0,"removed":0,"changed":0}"# + "\n"
        )
        let changed = try diff([first, second])
        #expect(changed.code == 1 && changed.error == "")
        #expect(
            changed.output
                == #"{"collection":"docs","change":"changed","points_before":4,"points_after":3,"#
                + #""added":0,"removed":1,"changed":2}"# + "\n"
        )
        let back = try diff([second, first, "-o", "csv", "--no-header"])
        #expect(back.code == 1 && back.output == "docs,changed,3,4,1,0,2\n")
        let more = try diff(["latest", second, "-o", "csv", "--no-header"])
        #expect(more.output == "docs,same,3,3,0,0,0\nmore,removed,0,0,0,0,0\n")
        let ids = try diff([second, third, "-o", "ids"])
        #expect(ids.code == 1 && ids.output == "docs\nmore\n")
        #expect(try diff([first, "none"]).code == 66 && diff([first]).code == 64)
        let top = try diff([second, third, "--topk"]).rows
        #expect(top[0]["queries"] as? Int == 3 && top[0]["same_answers"] as? Double == 1)
        #expect(top[1]["queries"] as? Int == 0 && top[1]["same_answers"] is NSNull)
        let moved = try diff([first, second, "--topk"]).rows
        let share = try #require(moved[0]["same_answers"] as? Double)
        #expect(share > 0 && share < 1)
    }

    @Test("A snapshot may be named by the beginning of its id, if no other begins so")
    func prefixes() throws {
        let (bench, first, second) = try changed()
        let common = zip(first, second).prefix { $0 == $1 }.count
        let short = String(first.prefix(common + 1))
        #expect(
            try bench.program("diff-backups", bench.repository, short, first).code == 0
        )
        let many = try bench.run(
            "diff-backups",
            bench.repository,
            String(first.prefix(common)),
            first,
            "-o",
            "json"
        )
        // An empty text begins every id and names none.
        #expect(many.code == (common == 0 ? 66 : 64))
    }

    @Test("Output that can't be written is 74", arguments: ["list", "verify", "diff"])
    func unwritable(command: String) throws {
        let (bench, first, second) = try changed()
        for stream in [ProgramRun.Stream.path("/dev/full"), .closed] {
            let words = command == "verify" ? "verify-backup" : command + "-backups"
            let outcome = try ProgramRun(
                [words, bench.repository] + (command == "diff" ? [first, second] : []),
                environment: bench.environment,
                output: stream
            ).wait()
            #expect(outcome.code == 74, "\(outcome.error)")
            #expect(!outcome.error.contains("is committed"))
        }
    }

    @Test("Looking changes no byte of a repository")
    func readOnly() throws {
        let (bench, first, second) = try changed()
        let before = try bench.files(below: bench.repository)
        try bench.program("list-backups", bench.repository)
        try bench.program("verify-backup", bench.repository)
        try bench.program("diff-backups", bench.repository, first, second)
        try bench.program("restore", bench.repository, "--to", bench.path + "/new")
        #expect(try bench.files(below: bench.repository) == before)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: bench.repository + "/tmp") == []
        )
    }
}
