import Foundation
import Glibc
import Testing
import VectorStore
import VectorizerCommands
import VectorizerSettings

/// Effects that only a process of its own can show: descriptors, signals, exit codes.
@Suite(.timeLimit(.minutes(10))) struct ProgramTests {
    private func docs(isEmpty: Bool = false) throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: isEmpty)
        return bench
    }

    @Test("The program exits with the code that the command ended with")
    func codes() throws {
        let bench = try docs()
        #expect(try bench.program("count", "docs").code == 0)
        #expect(try bench.program("count", "nope").code == 66)
        let bare = try bench.program()
        #expect(bare.code == 64)
        #expect(
            bare.error == "vectorizer: error: no command given\nhint: vectorizer help\n"
        )
    }

    @Test(
        "Output that can't be written is 74, whatever the command",
        arguments: [
            ["count", "docs"], ["list-points", "docs", "-o", "csv"], ["export", "docs"], ["help"],
            ["completions", "bash"], ["--version"], ["delete", "docs", "a"],
        ]
    )
    func unwritable(tokens: [String]) throws {
        let bench = try docs()
        for (stream, reason) in [
            (ProgramRun.Stream.path("/dev/full"), "No space left on device"),
            (.closed, "Bad file descriptor"),
        ] {
            let run = try ProgramRun(tokens, environment: bench.environment, output: stream)
            let outcome = try run.wait()
            #expect(outcome.code == 74, "\(outcome.error)")
            // Whoever reads 74 would think that nothing was changed.
            #expect(outcome.error.contains("is committed") == (tokens[0] == "delete"))
            #expect(
                outcome.error.contains(
                    "vectorizer: error: cannot write to standard output: \(reason)"
                )
            )
        }
    }

    @Test("A command with nothing to write does not mind that it can't")
    func silent() throws {
        let bench = try docs()
        #expect(try bench.program("init", "--if-missing", output: .closed).code == 0)
        #expect(
            try bench.program("create-index", "docs", "x", output: .path("/dev/full")).code == 0
        )
    }

    @Test("A reader that goes away ends the program quietly with 141, but 74 under cron")
    func closedPipe() throws {
        let bench = try docs()
        for (ignores, code) in [(false, Int32(141)), (true, 74)] {
            let run = try ProgramRun(
                ["completions", "zsh"],
                environment: bench.environment,
                output: .pipe,
                ignoresPipeSignal: ignores
            )
            run.closeEnd(1)
            let outcome = try run.wait()
            #expect(outcome.code == code)
            #expect(outcome.error.isEmpty == !ignores)
        }
    }

    @Test("A closed standard input is an error, not a file of the store")
    func closedInput() throws {
        let bench = try docs()
        #expect(try bench.program("insert", "docs", "-", input: .closed).code == 74)
        #expect(try bench.program("verify", "--full", input: .closed).code == 0)
    }

    @Test("Standard input is read wherever a file is taken")
    func standardInput() throws {
        let bench = try docs(isEmpty: true)
        let lines = "{\"id\":\"a\",\"vector\":[1,0]}\n{\"id\":\"b\",\"vector\":[0,1]}\n"
        for tokens in [["insert", "docs", "-"], ["insert", "docs"]] {
            let run = try ProgramRun(
                tokens,
                environment: bench.environment,
                input: .bytes(Array(lines.utf8))
            )
            #expect(try run.wait().code == 0)
            #expect(try bench.ids() == ["a", "b"])
        }
        let deleted = try bench.program(
            "delete",
            "docs",
            "--ids-from",
            "-",
            input: .bytes(Array("a\nb\n".utf8))
        )
        #expect(deleted.output.contains("\"deleted\":2"))
        let vectors = try bench.file("v.fvecs", bytes: [2, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0])
        let payloads = try bench.program(
            "insert",
            "docs",
            vectors,
            "--payloads",
            "-",
            input: .bytes(Array("{\"id\":\"p\"}\n".utf8))
        )
        #expect(payloads.code == 0, "\(payloads.error)")
        #expect(try bench.ids() == ["p"])
        let csv = try bench.program(
            "insert",
            "docs",
            "-",
            "--format",
            "csv",
            input: .bytes(Array("id,vector\nq,\"[1,0]\"\n".utf8))
        )
        #expect(csv.code == 0)
        #expect(try bench.program("insert", "docs", "-", input: .bytes([])).code == 0)
    }

    @Test("An interrupted insert keeps whole batches only", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let bench = try docs(isEmpty: true)
        let run = try bench.start(
            "insert",
            "docs",
            "-",
            "--batch-size",
            "10",
            "--ack",
            "-o",
            "jsonl",
            input: .pipe,
            output: .pipe
        )
        for row in 0..<25 { run.send("{\"id\":\"\(row)\",\"vector\":[1,\(row)]}\n") }
        #expect(run.readLine() == #"{"batch":1,"rows":10,"sequence":2}"#)
        #expect(run.readLine() == #"{"batch":2,"rows":10,"sequence":3}"#)
        run.signal(signal)
        let outcome = try run.wait()
        #expect(outcome.code == 128 + signal)
        #expect(outcome.error.contains("\"committed\":20,\"sequence\":3"), "\(outcome.error)")
        #expect(try bench.ids().count == 20)
        #expect(try bench.run("verify", "--full").code == 0)
    }

    @Test("An acknowledged batch survives a kill")
    func killed() throws {
        let bench = try docs(isEmpty: true)
        let run = try bench.start(
            "insert",
            "docs",
            "-",
            "--batch-size",
            "5",
            "--ack",
            "-o",
            "jsonl",
            input: .pipe,
            output: .pipe
        )
        for row in 0..<7 { run.send("{\"id\":\"\(row)\",\"vector\":[1,\(row)]}\n") }
        #expect(run.readLine()?.hasPrefix("{\"batch\":1") == true)
        run.signal(SIGKILL)
        #expect(try run.wait().code == -SIGKILL)
        #expect(try bench.ids().count == 5)
        #expect(try bench.run("verify", "--full").code == 0)
    }

    @Test("Two processes write at once, and all of both is there")
    func twoWriters() throws {
        let bench = try docs(isEmpty: true)
        let runs = try ["x", "y"].map { prefix in
            let lines = (0..<200).map { "{\"id\":\"\(prefix)\($0)\",\"vector\":[1,\($0)]}\n" }
            return try bench.start(
                "insert",
                "docs",
                "-",
                "--batch-size",
                "20",
                input: .bytes(Array(lines.joined().utf8))
            )
        }
        for run in runs { #expect(try run.wait().code == 0) }
        #expect(try bench.ids().count == 400)
        #expect(try bench.run("verify", "--full").code == 0)
    }

    @Test("A dry run of insert changes no byte")
    func dryInsert() throws {
        let bench = try docs()
        let before = try bench.storeBytes()
        let outcome = try bench.program(
            "insert",
            "docs",
            "-",
            "-n",
            "-o",
            "jsonl",
            input: .bytes(
                Array("{\"id\":\"a\",\"vector\":[1,0]}\n{\"id\":\"n\",\"vector\":[1,0]}\n".utf8)
            )
        )
        #expect(
            outcome.output
                == #"{"inserted":1,"updated":1,"skipped":0,"rejected":0,"sequence":2}"# + "\n"
        )
        #expect(try bench.storeBytes() == before)
    }

    // MARK: On a terminal

    /// Runs a line on a terminal of its own, types the answer, and returns what was shown.
    private func onTerminal(
        _ tokens: [String],
        _ bench: CommandBench,
        typing answer: String = ""
    ) throws -> (shown: String, code: Int32)? {
        let python = "/usr/bin/python3"
        guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
        let script = """
            import os, pty, sys
            answer = sys.argv[1].encode()
            pid, terminal = pty.fork()
            if pid == 0:
                os.execv(sys.argv[2], ["vectorizer"] + sys.argv[3:])
            os.write(terminal, answer)
            while True:
                try:
                    chunk = os.read(terminal, 65536)
                except OSError:
                    break
                if not chunk:
                    break
                os.write(1, chunk)
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """
        let run = try ProgramRun(
            ["-c", script, answer, try ProgramRun.program] + tokens,
            program: python,
            environment: bench.environment
        )
        let outcome = try run.wait()
        return (outcome.output, outcome.code)
    }

    @Test("On a terminal drop-collection asks, and takes no for an answer")
    func prompt() throws {
        let bench = try docs()
        guard let no = try onTerminal(["drop-collection", "docs"], bench, typing: "n\n") else {
            return
        }
        #expect(no.shown.contains("Drop collection 'docs' with 4 points? [y/N] "))
        #expect(no.code == 1)
        #expect(try bench.ids().count == 4)
        let yes = try onTerminal(["drop-collection", "docs"], bench, typing: "y\n")
        #expect(yes?.code == 0)
        #expect(try bench.run("info", "docs").code == 66)
    }

    @Test("No raw control byte of the store reaches a terminal, in any mode")
    func controlBytes() throws {
        let bench = try docs(isEmpty: true)
        let line =
            "{\"id\":\"\\u001b[31mid\u{9b}\",\"vector\":[1,0],\"payload\":"
            + "{\"\u{202e}k\":\"\\u001b]0;x\\u0007\u{7f}\u{85}\"}}\n"
        try bench.succeed("insert", "docs", try bench.file("p.jsonl", line))
        for mode in OutputMode.allCases {
            let tokens = [
                "get", "docs", "\u{1b}[31mid\u{9b}", "nope\u{1b}[2J", "-o", mode.rawValue,
            ]
            guard let shown = try onTerminal(tokens, bench) else { return }
            let text = shown.shown.replacing("\u{1b}[1;31merror:\u{1b}[0m", with: "error:")
                .replacing("\u{1b}[1m", with: "").replacing("\u{1b}[0m", with: "")
                // The terminal's own line ends, and the tabs that tsv is made of.
                .replacing("\r\n", with: "\n").replacing("\t", with: " ")
            #expect(isHarmless(text), "\(mode): \(text.debugDescription)")
            #expect(shown.code == 66)
        }
    }
}
