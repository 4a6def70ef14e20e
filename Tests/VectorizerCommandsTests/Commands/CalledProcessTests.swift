import Foundation
import Testing
import VectorizerCommands

/// What the program makes of how it was called: words, environment and descriptors.
@Suite(.timeLimit(.minutes(10))) struct CalledProcessTests {
    @Test(
        "A word that is no text is refused, and what it resembles stays as it is",
        arguments: [
            #"delete docs $'caf\xc3'"#, #"get docs $'caf\xc3'"#, #"-D $'d\xff' init"#,
            #"set-payload docs a --set $'{"z":"\xff"}'"#, #"export docs $'f\xff.jsonl'"#,
            #"count $'\xf0\x9f' "#, #"$'\xff'"#,
        ]
    )
    func invalidText(line: String) throws {
        let bench = try CommandBench.withDocs()
        let points = try bench.file("points.jsonl", "{\"id\":\"caf\u{fffd}\",\"vector\":[1,0]}\n")
        try bench.succeed("insert", "docs", points)
        let before = (try bench.storeBytes(), try bench.fileNames())
        let program = try ProgramRun.program
        try bench.shell(
            """
            cd "\(bench.path)"
            '\(program)' \(line) >out 2>err || code=$?
            [ "${code:-0}" = 64 ] && [ ! -s out ] && rm out
            grep -q "is not UTF-8 text: '.*\\\\x" err && rm err
            """
        )
        #expect(try bench.storeBytes() == before.0)
        #expect(try bench.fileNames() == before.1)
    }

    @Test(
        "A variable that a line goes by and that is no text is refused",
        arguments: ["VECTORIZER_DATA_DIR", "VECTORIZER_WAIT", "XDG_DATA_HOME", "HOME"]
    )
    func invalidVariable(name: String) throws {
        let bench = try CommandBench.withDocs()
        let program = try ProgramRun.program
        try bench.shell(
            """
            cd "\(bench.path)"
            export VECTORIZER_DATA_DIR=
            \(name)=$'/tmp/d\\xff' '\(program)' list-collections 2>err || code=$?
            [ "${code:-0}" = 78 ]
            grep -q '^vectorizer: error: \(name) is not UTF-8 text' err
            OTHER=$'d\\xff' '\(program)' -D "\(bench.store)" count docs
            for other in HOME VECTORIZER_DATA_DIR; do
                env $other=$'/tmp/d\\xff' '\(program)' -D "\(bench.store)" count docs
            done
            """
        )
    }

    @Test("The program may lie anywhere")
    func program() throws {
        let bench = try CommandBench.withDocs()
        let program = try ProgramRun.program
        try bench.shell(
            """
            (exec -a $'/opt/caf\\xe9/vectorizer' '\(program)' count docs)
            """
        )
    }

    @Test("A request to end a shell ends what it waits for as well", arguments: [SIGTERM, SIGHUP])
    func endOfPipe(signal: Int32) throws {
        let bench = try CommandBench.withDocs()
        let run = try bench.start(
            "shell",
            "-c",
            "count docs | { cat; exec sleep 1000; }",
            "-c",
            "count docs",
            output: .pipe
        )
        #expect(run.readLine() == "{\"count\":4}")
        run.signal(signal)
        #expect(try run.wait().code == 128 + signal)
        #expect(run.readLine() == nil, "the next line is not run")
    }

    @Test("A store that others can write to is not obeyed either")
    func foreignSettings() throws {
        let bench = try CommandBench.withSettings("log_file: seen.log\nlog_level: info\n")
        #expect(chmod(bench.store, 0o775) == 0)
        for line in [["count", "docs"], ["config", "show"], ["config", "get", "wait"]] {
            let outcome = try bench.run(line)
            #expect(outcome.code == 77, "\(line)")
            #expect(outcome.error.contains("hint: chmod -R go-w \(bench.store)"))
        }
        #expect(access(bench.store + "/seen.log", F_OK) != 0)
    }

    @Test("What the settings file says of errors holds for a line that does not parse")
    func formatOfFile() throws {
        for setting in ["log_format: json\n", "output: json\n", "output: jsonl\n"] {
            let bench = try CommandBench.withSettings(setting)
            for line in [["count", "nope"], ["count", "docs", "--bogus"], ["nonsense"]] {
                let outcome = try bench.run(line)
                #expect(try outcome.fault["code"] as? Int == Int(outcome.code), "\(outcome.error)")
                let text = try bench.run(["--log-format", "text", "-o", "csv"] + line)
                #expect(text.error.hasPrefix("vectorizer: error: "), "\(text.error)")
                let elsewhere = try bench.run(["-D", bench.path + "/no"] + line)
                #expect(elsewhere.error.hasPrefix("vectorizer: error: "), "\(elsewhere.error)")
            }
        }
        let broken = try CommandBench.withSettings("log_format: json\nnonsense: 1\n")
        #expect(try broken.run("nonsense").error.hasPrefix("vectorizer: error: unknown command"))
    }

    @Test("An empty name is no data directory")
    func emptyDirectory() throws {
        let bench = try CommandBench()
        for line in [["-D", "", "init"], ["count", "docs", "-D", ""]] {
            let outcome = try bench.run(line)
            #expect(outcome.code == 64 && outcome.error.contains("got an empty name"))
        }
    }

    @Test(
        "Help takes the options that every command takes",
        arguments: [
            ["help", "-o", "json"], ["-q", "help"], ["help", "-q", "--color=never"],
            ["-D", "x", "help", "--wait", "3", "--no-header"], ["help", "-D", "count"],
        ]
    )
    func help(line: [String]) throws {
        let bench = try CommandBench()
        let outcome = try bench.run(line)
        #expect(try outcome.code == 0 && outcome.output == bench.run("help").output)
        let one = try bench.run(line + ["count"])
        #expect(try one.output == bench.run("help", "count").output)
    }

    @Test("An option of help without its value is refused", arguments: ["-D", "--wait"])
    func helpWithoutValue(option: String) throws {
        #expect(try CommandBench().run("help", option).code == 64)
    }

    @Test("A negative value is told how it is written")
    func negative() throws {
        let bench = try CommandBench.withDocs()
        for line in [["audit", "--limit", "-1"], ["config", "set", "wait", "-1"]] {
            let outcome = try bench.run(line)
            #expect(outcome.code == 64 && outcome.error.contains("behind an =, as in"))
        }
        #expect(try bench.run("audit", "--limit=-1").error.contains("0 or more, got -1"))
        #expect(try bench.run("config", "set", "wait", "--", "-1").error.contains("can't be '-1'"))
    }
}
