import Foundation
import Testing
import VectorizerCommands
import VectorizerShell

@Suite("At the prompt", .timeLimit(.minutes(10)))
struct PromptTests {
    private func converse(
        _ inputs: [LineInput],
        history: History = History()
    ) throws -> (outcome: ShellBench.Outcome, reader: TypedLines, shell: Shell) {
        let bench = try ShellBench()
        try bench.makeDocs()
        let reader = TypedLines(inputs)
        let shell = bench.shell()
        let code = shell.converse(reader)
        return (try bench.outcome(code), reader, shell)
    }

    @Test("Errors do not end it, quit and Ctrl-D do")
    func ends() throws {
        let quit = try converse([.typed("count nope"), .typed("quit"), .typed("count docs")])
        #expect(quit.outcome.code == 0 && quit.outcome.output.isEmpty)
        #expect(quit.outcome.error.contains("no collection 'nope'"))
        #expect(try converse([.end]).outcome.code == 0)
        #expect(try converse([.ended(signal: 15), .typed("count docs")]).outcome.code == 143)
        for word in ["exit", ".quit", "\\q", "quit;", "vectorizer quit"] {
            let left = try converse([.typed(word), .typed("stats")])
            #expect(left.outcome.output.isEmpty, "\(word)")
        }
    }

    @Test("The prompt names directory, collection, and what is still open")
    func prompts() throws {
        let session = try converse([
            .typed("use docs"), .typed("search --vector [1,"), .typed("0] -k 1 -o 'ids"),
            .interrupted, .typed("count \\"), .typed(""), .typed("get {"),
        ])
        #expect(
            session.reader.prompts == [
                "~/store> ", "~/store docs> ", "  [> ", "  '> ", "~/store docs> ", "  \\> ",
                "~/store docs> ", "  {> ",
            ]
        )
        #expect(session.outcome.output == "{\"count\":4}\n")
    }

    @Test("Several lines pasted at once are several commands, and one entry of the history")
    func pasted() throws {
        let session = try converse([
            .typed("count docs\nsearch docs --vector [1,\n0] -k 1 -o ids\ncount 'nope\n' x"),
            .typed("count docs"), .typed("count docs"), .typed("keys create"), .typed(" stats"),
            .typed("   "), .typed("a [1}"),
        ])
        #expect(session.outcome.output.hasPrefix("{\"count\":4}\na1\n"))
        #expect(
            session.shell.history.entries == [
                "count docs\nsearch docs --vector [1,\n0] -k 1 -o ids\ncount 'nope\n' x",
                "count docs", "a [1}",
            ]
        )
        #expect(session.outcome.error.contains("error: expected ']', got '}'"))
    }

    @Test("What hands know from other shells is forgiven")
    func forgiven() throws {
        let bench = try ShellBench()
        try bench.makeDocs()
        let shell = bench.shell()
        for line in [".count docs;", "vectorizer count docs", "count docs ;", "\\count docs"] {
            #expect(try bench.run(line, in: shell).output == "{\"count\":4}\n", "\(line)")
        }
        for line in ["?", "help", ".help", "help search", "? use"] {
            #expect(try bench.run(line, in: shell).output.contains("OVERVIEW"), "\(line)")
        }
    }

    @Test("Commands of other shells are told by the names they have here, and hide none of ours")
    func foreign() throws {
        let bench = try ShellBench()
        try bench.makeDocs()
        let shell = bench.shell()
        for (line, name) in [
            (".tables", "list-collections"), ("\\timing", "set timing on"), ("SELECT 1", "search"),
        ] {
            let outcome = try bench.run(line, in: shell)
            #expect(outcome.code == 64)
            #expect(outcome.error.contains("here it is '\(name)'"), "\(outcome.error)")
        }
        let root = try HelpDump.command(of: ShellRoot.self)
        for command in root.subcommands ?? [] {
            #expect(ForeignCommands.counterpart(of: command.commandName) == nil)
            for alias in command.aliases ?? [] {
                #expect(ForeignCommands.counterpart(of: alias) == nil)
            }
        }
    }

    @Test("On a terminal a greeting comes first, and a missing store is named")
    func greeting() throws {
        let bench = try ShellBench()
        let reader = TypedLines([.typed("init"), .typed("history"), .typed("set history off")])
        let outcome = try bench.run(terminal: ShellBench.terminal, reader: reader)
        #expect(outcome.code == 0)
        #expect(outcome.error.contains("There is no data directory at \(bench.store) yet"))
        #expect(outcome.output.contains("1  init"))
        let file = HistoryFile(environment: bench.environment)
        #expect(try file?.load() == ["init", "history", "set history off"])
        _ = try bench.run("--no-history", terminal: ShellBench.terminal, reader: TypedLines([]))
        #expect(try file?.load().count == 3)
    }

    @Test("Without a terminal standard input is the script, and no command can read it")
    func takenInput() throws {
        let bench = try ShellBench()
        try bench.makeDocs()
        let shell = bench.shell()
        shell.inputIsTaken = true
        let outcome = try bench.run("insert docs -", in: shell)
        #expect(outcome.code == 64)
        #expect(outcome.error.contains("it is the script that is being run; name a file"))
        #expect(try bench.run("source -", in: shell).code == 64)
    }

    @Test("Every setting takes each of its values and shows it", arguments: ShellSetting.all)
    func settings(setting: ShellSetting) throws {
        let bench = try ShellBench()
        let shell = bench.shell()
        for value in setting.values ?? ["0", "2.5", "60"] {
            #expect(try bench.run("set \(setting.name) \(value)", in: shell).code == 0)
            #expect(shell.settings.value(of: setting) == value)
        }
        #expect(try bench.run("set \(setting.name) nonsense", in: shell).code == 64)
    }

    @Test("A line that is no text, or holds a NUL, is refused and the next one is read")
    func noText() throws {
        let session = try converse([
            .line([0x61, 0xFF]), .line([0x61, 0x00]), .typed("count |"), .typed("| cat"),
            .typed("count docs"),
        ])
        for words in ["not UTF-8", "U+0000", "no command behind", "no command in front"] {
            #expect(session.outcome.error.contains(words))
        }
        #expect(session.outcome.output == "{\"count\":4}\n")
    }

    @Test(
        "A long path is shown by its end",
        arguments: [
            ("/h/ada", "~"), ("/h/ada/v", "~/v"), ("/h/adamant", "/h/adamant"),
            ("/srv/a-long-name/another-long-name/vectors", "…/another-long-name/vectors"),
        ]
    )
    func paths(path: String, shown: String) {
        #expect(Shell.short(path, home: "/h/ada") == shown)
    }
}
