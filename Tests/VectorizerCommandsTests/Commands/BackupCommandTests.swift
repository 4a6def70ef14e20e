import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands

/// `backup`; what it did is looked at from a new process.
@Suite(.timeLimit(.minutes(10))) struct BackupCommandTests {
    @Test("A backup tells what was new, and the next one finds everything there")
    func rows() throws {
        let bench = try CommandBench.withDocs()
        let outcome = try bench.program("backup", bench.repository, "--tag", "first")
        #expect(outcome.code == 0, "\(outcome.error)")
        let row = try #require(try outcome.rows.first)
        #expect(
            row.keys.sorted() == [
                "bytes", "collections", "created", "new_bytes", "points", "proven",
                "reused_bytes", "saved_bytes", "sequence", "snapshot", "stored_bytes", "tag",
            ]
        )
        #expect(row["tag"] as? String == "first" && row["proven"] is NSNull)
        #expect(row["points"] as? Int == 4 && row["collections"] as? Int == 1)
        #expect(row["sequence"] as? Int == 2 && row["reused_bytes"] as? Int == 0)
        let count: ([String: Any], String) -> Int = { $0[$1] as? Int ?? -1 }
        #expect(count(row, "new_bytes") == count(row, "bytes"))
        #expect(count(row, "saved_bytes") == count(row, "bytes") - count(row, "stored_bytes"))
        let chunks = try bench.files(below: bench.repository + "/chunks")
        #expect(count(row, "stored_bytes") == chunks.values.reduce(0) { $0 + $1.count })
        #expect(outcome.error.contains("new in"))

        let again = try #require(try bench.program("backup", bench.repository).rows.first)
        // The catalog has one entry of the audit trail more: that of the first backup.
        #expect(again["tag"] is NSNull && again["sequence"] as? Int == 2)
        #expect((1...3 * 65_536).contains(count(again, "new_bytes")))
        #expect(count(again, "new_bytes") + count(again, "reused_bytes") == count(again, "bytes"))
        let ids = [row, again].map { $0["snapshot"] as? String }
        #expect(try bench.snapshots() == ids)
        #expect(try bench.program("verify-backup", bench.repository).code == 0)
    }

    @Test("Each output mode has the id where ids are asked for")
    func modes() throws {
        let bench = try CommandBench.withDocs()
        let csv = try bench.program("backup", bench.repository, "-o", "csv", "--tag", "a,b")
        let lines = csv.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("snapshot,created,sequence,tag,"))
        #expect(lines[1].contains(#","a,b","#))
        let table = try bench.program("backup", bench.repository, "-o", "table")
        #expect(table.output.hasPrefix("snapshot "))
        let id = try bench.backUp()
        #expect(try bench.snapshots().last == id && id.count == 16)
    }

    @Test("Directories are 0700 and files 0600 under every umask", arguments: ["000", "077"])
    func permissions(umask: String) throws {
        let bench = try CommandBench.withDocs()
        let program = try ProgramRun.program
        try bench.shell(
            """
            umask \(umask)
            mkdir -m 0700 "$REPO" "$REPO/in"
            vectorizer() { env -i '\(program)' -q -D "$VECTORIZER_DATA_DIR" "$@" >/dev/null; }
            vectorizer backup "$REPO/in/side/" --prove
            vectorizer backup "$REPO/in/side/"
            vectorizer forget "$REPO/in/side" --keep-last 1
            """
        )
        let modes = try bench.modes(below: bench.repository)
        #expect(modes.directories == [0o700] && modes.files == [0o600])
        #expect(try bench.snapshots(in: bench.repository + "/in/side").count == 2)
    }

    @Test("The repository may be a relative path, with blanks, letters, slashes at its end")
    func places() throws {
        let bench = try CommandBench.withDocs()
        let program = try ProgramRun.program
        try bench.shell(
            """
            mkdir "$HOME/with space"
            cd "$HOME/with space"
            mkdir 'a b'
            for place in repo ./répo// '../with space/a b/c' '-x'; do
                '\(program)' -q backup -o ids -- "$place" >id
                [ "$('\(program)' list-backups -o ids -- "$place")" = "$(cat id)" ]
                '\(program)' verify-backup -- "$place" >/dev/null
                '\(program)' -q restore --to "../to $place" -- "$place" >/dev/null
                [ "$('\(program)' -D "../to $place" count docs -o ids)" = 4 ]
            done
            """
        )
    }

    @Test("A dry run of backup makes nothing and refuses what the backup would")
    func dryRun() throws {
        let bench = try CommandBench.withDocs()
        let before = try bench.storeBytes()
        let told = try bench.program("backup", "-n", bench.repository)
        #expect(told.code == 0 && told.output == "")
        #expect(told.error.contains("would add a snapshot of 1 collection with 4 points"))
        #expect(try bench.fileNames() == [] && bench.storeBytes() == before)
        let foreign = try bench.file("notes.txt", "x")
        #expect(try bench.run("backup", "-n", foreign).code == 73)
        #expect(try bench.run("backup", "-n", bench.path).code == 73)
        #expect(try bench.run("backup", "-n", bench.store + "/repo").code == 64)
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let line: [String]
        let code: Int32
        let kind: String

        var testDescription: String { line.joined(separator: " ") }
    }

    @Test(
        "What can't become a repository is refused, with nothing changed",
        arguments: [
            Refusal(line: ["backup", "STORE/repo"], code: 64, kind: "repository_inside"),
            Refusal(line: ["backup", "STORE"], code: 64, kind: "repository_inside"),
            Refusal(line: ["backup", "DIR/link/repo"], code: 64, kind: "repository_inside"),
            Refusal(line: ["backup", ""], code: 64, kind: "usage"),
            Refusal(line: ["backup"], code: 64, kind: "usage"),
            Refusal(line: ["backup", "DIR/repo", "--tag", ""], code: 64, kind: "usage"),
            Refusal(
                line: ["backup", "DIR/repo", "--tag", String(repeating: "x", count: 129)],
                code: 64,
                kind: "usage"
            ),
            Refusal(line: ["backup", "DIR/repo", "--keep-last", "0"], code: 64, kind: "usage"),
            Refusal(line: ["backup", "DIR/repo", "--keep-tag", ""], code: 64, kind: "usage"),
            Refusal(
                line: ["backup", "DIR/none/repo"],
                code: 66,
                kind: "repository_parent_not_found"
            ),
            Refusal(
                line: ["backup", "DIR/none/deep/repo/"],
                code: 66,
                kind: "repository_parent_not_found"
            ),
            Refusal(
                line: ["backup", "DIR/repo", "--require-existing"],
                code: 66,
                kind: "repository_not_found"
            ),
            Refusal(line: ["backup", "DIR/foreign"], code: 73, kind: "not_a_repository"),
            Refusal(line: ["backup", "DIR/foreign/x"], code: 73, kind: "not_a_repository"),
            Refusal(line: ["backup", "DIR/pipe"], code: 73, kind: "not_a_repository"),
            Refusal(line: ["backup", "/dev/null"], code: 73, kind: "not_a_repository"),
            Refusal(
                line: ["-D", "DIR/none", "backup", "DIR/repo"],
                code: 66,
                kind: "data_directory_not_found"
            ),
        ]
    )
    func refusals(_ refusal: Refusal) throws {
        let bench = try CommandBench.withDocs()
        try bench.shell(
            "cd \"$HOME\"; mkdir foreign; touch foreign/x; mkfifo pipe; ln -s store link"
        )
        let before = try bench.storeBytes()
        let line = refusal.line.map {
            $0.replacing("STORE", with: bench.store).replacing("DIR", with: bench.path)
        }
        let outcome = try bench.run(line + ["-o", "json"])
        #expect(outcome.code == refusal.code, "\(outcome.error)")
        #expect(outcome.output == "" && outcome.error.split(separator: "\n").count == 1)
        let kind = try #require(try outcome.fault["kind"] as? String)
        #expect(kind.hasPrefix(refusal.kind), "\(outcome.error)")
        #expect(try bench.storeBytes() == before)
        #expect(try bench.fileNames() == ["foreign", "link", "pipe"])
    }

    @Test("Only the last component of a repository is made, and the hint makes the others")
    func parent() throws {
        let bench = try CommandBench.withDocs()
        let mount = bench.path + "/mnt"
        for more in [[], ["-n"]] {
            let outcome = try bench.run(["backup", mount + "/disk/repo", "-o", "json"] + more)
            #expect(outcome.code == 66)
            let message = try #require(try outcome.fault["message"] as? String)
            #expect(message.contains("no directory \(mount)/disk ") && message.contains("mounted"))
            #expect(try outcome.fault["hint"] as? String == "mkdir -p \(mount)/disk")
            #expect(try bench.fileNames() == [])
        }
        try bench.shell("mkdir -p \(mount)/disk")
        try bench.succeed("backup", mount + "/disk/repo")
        #expect(try bench.snapshots(in: mount + "/disk/repo").count == 1)
    }

    @Test("With --require-existing a repository is filled, and none is made of an empty directory")
    func requireExisting() throws {
        let bench = try CommandBench.withDocs()
        let repository = bench.repository
        for isThere in [false, true] {
            if isThere { try bench.shell("mkdir \"$REPO\"") }
            for more in [[], ["-n"]] {
                let line = ["backup", repository, "--require-existing", "-o", "json"]
                let outcome = try bench.run(line + more)
                #expect(outcome.code == 66 && outcome.output == "")
                #expect(try outcome.fault["kind"] as? String == "repository_not_found")
                #expect(try outcome.fault["hint"] as? String == "vectorizer backup \(repository)")
            }
            #expect(try bench.fileNames() == (isThere ? ["repo"] : []))
            #expect(try !isThere || bench.files(below: repository).isEmpty)
        }
        let first = try bench.backUp()
        let second = try bench.backUp("--require-existing")
        #expect(try bench.snapshots() == [first, second])
    }

    @Test("A repository of another store is refused (78), whatever else is asked")
    func otherStore() throws {
        let bench = try CommandBench.withDocs()
        try bench.backUp()
        let other = bench.path + "/other"
        try bench.succeed("-D", other, "init")
        let before = try bench.files(below: bench.repository)
        for more in [[], ["-n"], ["--prove", "--keep-last", "1"]] {
            let outcome = try bench.run(
                ["-D", other, "backup", bench.repository, "-o", "json"] + more
            )
            #expect(outcome.code == 78)
            #expect(try outcome.fault["kind"] as? String == "repository_of_another_store")
        }
        #expect(try bench.files(below: bench.repository) == before)
    }

    private static let sharedMemory = "/dev/shm"

    private static func device(of path: String) -> dev_t? {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts.st_dev : nil
    }

    @Test("One device for both is a warning, quiet or not, and two are none")
    func sameDevice() throws {
        let bench = try CommandBench.withDocs()
        let warning = "is on the same device as the store"
        let told = try bench.program("backup", bench.repository)
        #expect(told.code == 0 && told.error.contains("vectorizer: warning: \(bench.repository) "))
        #expect(told.error.contains(warning))
        let quiet = try bench.program("-q", "backup", bench.repository)
        #expect(quiet.error == told.error.split(separator: "\n")[0] + "\n")
        let shared = Self.device(of: Self.sharedMemory)
        guard let shared, shared != Self.device(of: bench.path) else { return }
        let place = Self.sharedMemory + "/vectorizer-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: place) }
        #expect(try !bench.program("backup", place).error.contains(warning))
        #expect(try bench.snapshots(in: place).count == 1)
    }

    /// Where a backup is while a request to stop comes.
    enum Moment: String, CaseIterable, Codable, Sendable {
        case itBegins, itWritesPieces

        /// Whether a call is the first of that moment.
        func isReached(by name: SystemCall.Name, _ path: String) -> Bool {
            switch self {
            case .itBegins: name == .mkdir && path.contains("/repo/tmp/")
            case .itWritesPieces: name == .write && path.contains("/repo/tmp/")
            }
        }
    }

    @Test(
        "An interrupted backup ends with 130 and lists nothing; the next one goes on",
        arguments: Moment.allCases
    )
    func interrupted(moment: Moment) async throws {
        let bench = try CommandBench.withDocs()
        let first = try bench.backUp()
        try bench.changeDocs()
        let line = ChildLine(
            ["-q", "backup", bench.repository],
            in: bench.environment,
            signal: SIGINT
        )
        let result = await #expect(
            processExitsWith: .exitCode(130),
            observing: [\.standardErrorContent]
        ) { [line = line as ChildLine, moment] in line.run { moment.isReached(by: $0, $1) } }
        let error = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(error.contains("vectorizer: error: interrupted by SIGINT\n"), "\(error)")
        #expect(try bench.snapshots() == [first])
        let left = try FileManager.default.contentsOfDirectory(atPath: bench.repository + "/tmp")
        #expect(left == [])
        try bench.backUp()
        #expect(try bench.snapshots().count == 2)
        #expect(try bench.program("verify-backup", bench.repository).code == 0)
    }

    @Test("A full disk is 74, lists nothing, and leaves what was there")
    func fullDisk() throws {
        let bench = try CommandBench.withDocs()
        let first = try bench.backUp()
        try bench.changeDocs()
        let before = try bench.files(below: bench.repository)
        let repository = bench.repository
        let hook: @Sendable (SystemCall.Name, String) -> Int32? = { name, path in
            name == .write && path.hasPrefix(repository) ? ENOSPC : nil
        }
        let outcome = try SystemCall.$fault.withValue(hook) {
            try bench.run("backup", repository, "-o", "json", "--quiet")
        }
        #expect(outcome.code == 74)
        #expect(try outcome.fault["kind"] as? String == "disk_full")
        #expect(try bench.snapshots() == [first] && bench.files(below: repository) == before)
        #expect(try bench.program("verify-backup", repository).code == 0)
        try bench.backUp()
        #expect(try bench.snapshots().count == 2)
    }

    @Test("Output that can't be written is 74, and the snapshot is there all the same")
    func unwritable() throws {
        let bench = try CommandBench.withDocs()
        for stream in [ProgramRun.Stream.path("/dev/full"), .closed] {
            let outcome = try bench.program("-q", "backup", bench.repository, output: stream)
            #expect(outcome.code == 74 && outcome.error.contains("is committed"))
        }
        #expect(try bench.snapshots().count == 2)
    }

    @Test("Beside a forget a backup waits, then it is busy; beside another backup it is not")
    func busy() throws {
        let bench = try CommandBench.withDocs()
        try bench.backUp()
        let lock = open(bench.repository + "/LOCK", O_RDWR | O_CLOEXEC)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX) == 0)
        let outcome = try bench.run("backup", bench.repository, "--wait", "0", "-o", "json")
        #expect(outcome.code == 75)
        let hint = try #require(try outcome.fault["hint"] as? String)
        #expect(hint == "vectorizer backup \(bench.repository) -o json --wait 60")
        #expect(flock(lock, LOCK_SH) == 0)
        try bench.backUp()
    }

    @Test("--keep options forget afterwards; a dry run forgets nothing")
    func retention() throws {
        let bench = try CommandBench.withDocs()
        let first = try bench.backUp("--tag", "release")
        let second = try bench.backUp()
        try bench.succeed("backup", bench.repository, "--keep-last", "1", "-n")
        #expect(try bench.snapshots() == [first, second])
        let outcome = try bench.program(
            "backup",
            bench.repository,
            "--keep-last",
            "1",
            "--keep-tag",
            "release"
        )
        #expect(outcome.code == 0 && outcome.error.contains("note: forgot 1 of 3 snapshots"))
        let third = try #require(try outcome.rows.first?["snapshot"] as? String)
        #expect(try bench.snapshots() == [first, third])
        #expect(try bench.program("verify-backup", bench.repository).code == 0)
    }

    @Test("A tag of control bytes and foreign letters is kept, and shown harmlessly")
    func tags() throws {
        let bench = try CommandBench.withDocs()
        let tag = "näcßt\u{1b}[31m\n\u{202e}"
        let id = try bench.backUp("--tag", tag)
        let row = try #require(try bench.program("list-backups", bench.repository).rows.first)
        #expect(row["tag"] as? String == tag)
        let terminal = Terminal(
            inputIsTerminal: false,
            outputIsTerminal: true,
            errorIsTerminal: true,
            outputWidth: 200
        )
        let table = try bench.run("list-backups", bench.repository, terminal: terminal)
        #expect(table.output.contains(#"näcßt\x1b[31m\n\u{202e}"#), "\(table.output)")
        try bench.backUp()
        try bench.succeed("forget", bench.repository, "--keep-tag", tag)
        #expect(try bench.snapshots().first == id)
    }
}
