import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands
import VectorizerSettings

/// Keys on their way to a person and back, and what can come between.
@Suite(.timeLimit(.minutes(10))) struct KeyHandoverTests {
    /// The lines that read a key, by themselves and in a shell.
    private static let lines = [
        ["keys", "test", "keys.fifo"], ["shell", "-c", "keys test keys.fifo"],
    ]

    /// A process that waits for a key, and the end where it is written.
    private static func waiting(
        _ line: [String],
        _ bench: CommandBench
    ) throws -> (run: ProgramRun, end: Int32) {
        let fifo = bench.path + "/keys.fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        let run = try ProgramRun(
            line.map { $0.replacing("keys.fifo", with: fifo) },
            environment: bench.environment
        )
        // Opened once the program reads.
        return (run, open(fifo, O_WRONLY))
    }

    @Test("A key that can't be handed over is undone, and those who use it are not locked out")
    func undeliverable() throws {
        let bench = try CommandBench.withDocs()
        let (text, id) = try bench.makeKey()
        let file = try bench.file("web.key", text)
        for tokens in [
            ["keys", "rotate", id, "--overlap", "0s"],
            ["keys", "create", "--name", "n", "--scope", "docs:read"],
        ] {
            let full = try ProgramRun(
                tokens,
                environment: bench.environment,
                output: .path("/dev/full")
            ).wait()
            #expect(full.code == 74 && full.error.contains("reached nobody and is undone"))
            #expect(!full.error.contains("The line on standard output"))
            #expect(!full.error.contains("the old text"))
        }
        #expect(try bench.run("keys", "test", file).code == 0)
        let rows = try bench.run("keys", "list", "-o", "jsonl").rows
        let states = rows.map { $0["state"] as? String }
        #expect(states == ["active", "revoked"])
        let entries = try bench.run("audit", "--limit", "4", "-o", "jsonl").rows
        let outcomes = entries.map { $0["outcome"] as? String }
        #expect(outcomes.contains("undone: its text reached nobody"))
    }

    @Test(
        "A key is looked up in the store that is there when it comes, and holds up nobody before",
        arguments: lines
    )
    func lateKey(line: [String]) throws {
        let bench = try CommandBench.withDocs()
        let (text, id) = try bench.makeKey()
        try bench.backUp()
        let (run, end) = try Self.waiting(line, bench)
        #expect(try bench.program("restore", bench.repository, "-y", "--wait", "0").code == 0)
        try bench.succeed("keys", "revoke", id, "-y")
        #expect(DescriptorWrite.all(Array(text.utf8), to: end) == 0)
        #expect(close(end) == 0)
        #expect(try run.wait().code == 77)
    }

    @Test(
        "Waiting for a key ends with the first request to stop",
        arguments: lines,
        [SIGINT, SIGTERM]
    )
    func interruptedTest(line: [String], signal: Int32) throws {
        let bench = try CommandBench.withDocs()
        let (run, silentEnd) = try Self.waiting(line, bench)
        defer { close(silentEnd) }
        run.signal(signal)
        let outcome = try run.wait()
        #expect(outcome.code == 128 + signal, "\(outcome.error)")
        #expect(outcome.error.contains("interrupted by SIG"))
    }

    @Test("A key that waits for its reader is undone when it is told to stop", arguments: [0, 1])
    func interruptedHandover(kind: Int) throws {
        let bench = try CommandBench.withDocs()
        let (text, id) = try bench.makeKey()
        let fifo = bench.path + "/full.fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        let end = open(fifo, O_RDWR | O_NONBLOCK)
        defer { close(end) }
        while write(end, "x", 1) == 1 {}
        let made = ["keys", "create", "--name", "n", "--scope", "docs:read"]
        let run = try ProgramRun(
            kind == 0 ? made : ["keys", "rotate", id, "--overlap", "0s"],
            environment: bench.environment,
            output: .path(fifo)
        )
        func trail() throws -> String {
            try bench.program("audit", "-o", "csv", "--limit", "1").output
        }
        while try !trail().contains(kind == 0 ? " n,for docs:read" : "key.rotate") {}
        run.signal(SIGINT)
        let outcome = try run.wait()
        #expect(outcome.code == 130, "\(outcome.error)")
        #expect(outcome.error.contains("interrupted by SIGINT; the key reached nobody"))
        #expect(try trail().contains("undone: its text reached nobody"))
        #expect(try bench.program("keys", "test", bench.file("k", text)).code == 0)
        let states = try bench.program("keys", "list", "-o", "csv").output
        #expect(states.contains("n,revoked,") == (kind == 0))
    }

    @Test("In a shell, too, a key that reached nobody is an error")
    func closedInShell() throws {
        let bench = try CommandBench.withDocs()
        let (text, id) = try bench.makeKey()
        let program = try ProgramRun.program
        try bench.shell(
            """
            cd "\(bench.path)"
            mkfifo pipe
            exec 3<>pipe 4>pipe 3>&-
            '\(program)' shell -c 'keys rotate \(id) --overlap 0s' >&4 2>err || code=$?
            [ "${code:-0}" = 74 ]
            grep -q 'the key reached nobody and is undone' err
            """
        )
        #expect(try bench.program("keys", "test", bench.file("k", text)).code == 0)
    }
}
