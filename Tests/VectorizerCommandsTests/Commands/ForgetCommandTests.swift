import Foundation
import Glibc
import Testing
import VectorizerCommands

/// `forget`, and proofs; what is left is looked at from a new process.
@Suite(.timeLimit(.minutes(10))) struct ForgetCommandTests {
    /// A store with three snapshots of three states.
    private func filled() throws -> (CommandBench, ids: [String]) {
        let bench = try CommandBench.withDocs()
        var ids = [try bench.backUp("--tag", "keep me")]
        try bench.changeDocs()
        ids.append(try bench.backUp())
        try bench.succeed("delete", "docs", "c")
        ids.append(try bench.backUp())
        return (bench, ids)
    }

    @Test("One row a snapshot says what becomes of it and why, and the last row counts")
    func rows() throws {
        let (bench, ids) = try filled()
        let before = try bench.files(below: bench.repository + "/chunks").count
        let dry = try bench.program(
            "forget",
            bench.repository,
            "--keep-last",
            "1",
            "--keep-tag",
            "keep me",
            "--dry-run"
        )
        let outcome = try bench.program(
            "forget",
            bench.repository,
            "--keep-last",
            "1",
            "--keep-tag",
            "keep me"
        )
        #expect(outcome.code == 0 && outcome.error == "", "\(outcome.error)")
        #expect(dry.output == outcome.output)
        let rows = try outcome.rows
        #expect(rows.count == 4)
        #expect(rows[0].keys.sorted() == ["action", "created", "reasons", "snapshot", "tag"])
        #expect(rows.prefix(3).map { $0["snapshot"] as? String } == ids)
        #expect(rows.prefix(3).map { $0["action"] as? String } == ["keep", "forget", "keep"])
        #expect(
            rows.prefix(3).map { $0["reasons"] as? String } == ["tag", "", "last, latest whole"]
        )
        #expect(rows[3]["kept"] as? Int == 2 && rows[3]["forgotten"] as? Int == 1)
        #expect(try bench.snapshots() == [ids[0], ids[2]])
        let after = try bench.files(below: bench.repository + "/chunks").count
        #expect(rows[3]["removed_pieces"] as? Int == before - after && after < before)
        #expect(try bench.program("verify-backup", bench.repository).code == 0)
        let table = try bench.program(
            "forget",
            bench.repository,
            "--keep-last",
            "1",
            "-o",
            "table"
        )
        #expect(table.output.contains("kept  forgotten  removed_pieces  freed_bytes\n"))
        #expect(
            try bench.program("forget", bench.repository, "--keep-daily", "1", "-o", "ids").output
                == ids[2] + "\n"
        )
    }

    @Test("A dry run of forget changes no byte, and waits for nobody that only reads")
    func dryRun() throws {
        let (bench, ids) = try filled()
        let before = try bench.files(below: bench.repository)
        let lock = open(bench.repository + "/LOCK", O_RDWR | O_CLOEXEC)
        defer { close(lock) }
        try #require(flock(lock, LOCK_SH) == 0)
        let outcome = try bench.program(
            "forget",
            bench.repository,
            "--keep-last",
            "1",
            "-n",
            "--wait",
            "0"
        )
        #expect(outcome.code == 0 && outcome.error.contains("dry run: nothing is changed"))
        #expect(try bench.files(below: bench.repository) == before)
        let busy = try bench.run(
            "forget",
            bench.repository,
            "--keep-last",
            "1",
            "--wait",
            "0",
            "-o",
            "json"
        )
        #expect(busy.code == 75)
        #expect(try (busy.fault["message"] as? String)?.contains("/LOCK") == true)
        #expect(try bench.snapshots() == ids)
    }

    @Test("Without a rule, or with one that can't be, nothing is forgotten (64)")
    func refusals() throws {
        let (bench, ids) = try filled()
        for options in [
            [], ["--keep-last", "0"], ["--keep-last=-1"], ["--keep-last", "x"],
            ["--keep-yearly", "0"], ["--keep-tag", ""], ["--keep-last"],
            ["--keep-tag", String(repeating: "x", count: 129)],
        ] {
            let outcome = try bench.run(["forget", bench.repository] + options)
            #expect(outcome.code == 64, "\(options)")
        }
        #expect(try bench.snapshots() == ids)
    }

    @Test("The last whole and the last proven snapshot stay, whatever the rules say")
    func lastOnes() throws {
        let (bench, ids) = try filled()
        let proven = try bench.backUp("--prove")
        let latest = try bench.backUp()
        try bench.succeed("forget", bench.repository, "--keep-tag", "no such tag")
        #expect(try bench.snapshots() == [proven, latest])
        #expect(!ids.contains(proven))
        #expect(
            try bench.program("list-backups", bench.repository, "--max-age", "1h").code == 0
        )
    }

    @Test("An answer that can't be written is 74, and what was forgotten stays so")
    func unwritable() throws {
        let (bench, ids) = try filled()
        let outcome = try bench.program(
            "forget",
            bench.repository,
            "--keep-last",
            "1",
            output: .path("/dev/full")
        )
        #expect(outcome.code == 74)
        #expect(try bench.snapshots() == [ids[2]])
    }

    @Test("When the directory of snapshots is gone, no piece is taken for superfluous (76)")
    func lostSnapshots() throws {
        let (bench, ids) = try filled()
        try bench.shell("mv \"$REPO/snapshots\" \"$HOME/away\"")
        let pieces = try bench.files(below: bench.repository + "/chunks")
        for line in [
            ["forget", "--keep-last", "1"], ["list-backups"], ["verify-backup"], ["backup"],
            ["restore", "--yes"],
        ] {
            let outcome = try bench.run(
                [line[0], bench.repository, "-o", "json"] + line.dropFirst()
            )
            #expect(outcome.code == 76, "\(line): \(outcome.error)")
        }
        #expect(try bench.files(below: bench.repository + "/chunks") == pieces)
        try bench.shell("mv \"$HOME/away\" \"$REPO/snapshots\"")
        #expect(try bench.snapshots() == ids)
        #expect(try bench.program("verify-backup", bench.repository).code == 0)
    }

    @Test("A copy without its empty directories is a repository like any other")
    func emptyDirectories() throws {
        let (bench, ids) = try filled()
        try bench.shell("rmdir \"$REPO/tmp\"; rm \"$REPO/LOCK\"")
        #expect(try bench.snapshots() == ids)
        try bench.succeed("verify-backup", bench.repository)
        try bench.succeed("diff-backups", bench.repository, ids[0], ids[0])
        try bench.succeed("restore", bench.repository, "--to", bench.path + "/new")
        try bench.backUp("--prove")
        #expect(try bench.snapshots().count == 4)
        try bench.shell("rm -r \"$REPO\"/[!r]*")
        #expect(try bench.snapshots() == [])
        try bench.backUp()
        #expect(try bench.program("verify-backup", bench.repository).code == 0)
    }

    // MARK: Proofs

    @Test("--prove writes the proof beside the snapshot and leaves nothing else behind")
    func proofs() throws {
        let bench = try CommandBench.withDocs()
        let scratch = bench.path + "/scratch"
        try FileManager.default.createDirectory(
            atPath: scratch,
            withIntermediateDirectories: false
        )
        for directory in [nil, "", scratch] {
            var environment = bench.environment
            environment["TMPDIR"] = directory
            let outcome = try bench.program(
                "-q",
                "backup",
                bench.repository,
                "--prove",
                environment: environment
            )
            #expect(outcome.code == 0, "\(outcome.error)")
            let proven = try #require(try outcome.rows.first?["proven"] as? String)
            let listed = try bench.program("list-backups", bench.repository).rows.last
            #expect(listed?["proven"] as? String == proven)
        }
        for place in [scratch, bench.repository + "/tmp"] {
            #expect(try FileManager.default.contentsOfDirectory(atPath: place) == [])
        }
        #expect(try bench.program("verify-backup", bench.repository).code == 0)
    }

    @Test("A proof that can't be had is an error that says that the snapshot is there")
    func unproven() throws {
        let bench = try CommandBench.withDocs()
        let environment = bench.environment.merging(["TMPDIR": bench.path + "/none"]) { $1 }
        let outcome = try bench.program(
            "-q",
            "backup",
            bench.repository,
            "--prove",
            "-o",
            "json",
            environment: environment
        )
        let ids = try bench.snapshots()
        #expect(outcome.code == 66 && ids.count == 1)
        #expect(
            outcome.error.contains("the snapshot \(ids[0]) is made and not proven"),
            "\(outcome.error)"
        )
        let listed = try #require(try bench.program("list-backups", bench.repository).rows.first)
        #expect(listed["proven"] is NSNull)
    }
}
