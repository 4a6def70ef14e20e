import ArgumentParser
import Foundation
import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerCommands
import VectorizerShell

@Suite("A session", .timeLimit(.minutes(10)))
struct SessionTests {
    private func docs() throws -> ShellBench {
        let bench = try ShellBench()
        try bench.makeDocs()
        return bench
    }

    @Test(
        "A script's session is its golden",
        arguments: ["errors", "implied", "settings", "language"]
    )
    func goldens(name: String) throws {
        let bench = try docs()
        let file = PackageFolder.goldens(for: #filePath).appending(path: "\(name).vz")
        let script = try String(contentsOf: file, encoding: .utf8)
        var session = ""
        // One line a time, so that what each writes stands below it.
        let shell = bench.shell(keepsGoing: true)
        var tokenizer = Tokenizer(home: bench.path)
        for line in script.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            session += "> \(line)\n"
            for command in try tokenizer.take(Array(line.utf8)) {
                let code = shell.run(command)
                let outcome = try bench.outcome(code)
                session += bench.steady(outcome.output + outcome.error)
                if code != 0 { session += "(\(code))\n" }
            }
        }
        try expectGolden(session, name + ".txt")
    }

    @Test("Errors are word for word those of the program itself")
    func sameWords() throws {
        let bench = try docs()
        for words in [
            ["count", "nope"], ["serach", "docs"], ["search", "docs", "--vektor", "[1]"],
            ["get", "docs", "a1", "zz"], ["search", "docs", "--vector", "[1]"], ["count"],
            ["-o", "json", "count", "nope"], ["drop-collection", "docs"], ["insert", "docs", "x"],
        ] {
            let world = bench.world(.none).process
            let alone = CommandRunner.run(VectorizerRoot.self, words, in: world)
            let expected = try bench.outcome(alone)
            let shell = bench.shell()
            let code = shell.run(ShellLine(words: words))
            let outcome = try bench.outcome(code)
            #expect(outcome.code == expected.code, "\(words)")
            #expect(outcome.error == expected.error)
            #expect(outcome.output == expected.output)
        }
    }

    @Test("A script stops at the first error, with its code and its place")
    func stops() throws {
        let bench = try docs()
        let script = try bench.file("a.vz", "count docs\n\ncount \\\n  nope\ncount other\n")
        let outcome = try bench.run("-f", script)
        #expect(outcome.code == 66)
        #expect(outcome.lines == [#"{"count":4}"#])
        #expect(outcome.error.hasPrefix("vectorizer: error: \(script):3: no collection 'nope'"))
        let lines = try bench.run("-c", "count docs", "-c", "get docs zz", "-c", "count other")
        #expect(lines.code == 66)
        #expect(lines.error.contains("error: -c:2: "))
        #expect(!(try bench.run("-c", "count nope").error.contains("-c:")))
    }

    @Test("With --keep-going it runs to the end and ends with the highest code")
    func keepsGoing() throws {
        let bench = try docs()
        let script = try bench.file("a.vz", "count nope\nserach\ncount docs\na [1}\ncount 'x\n")
        let outcome = try bench.run("-f", script, "--keep-going")
        #expect(outcome.code == 66)
        #expect(outcome.lines == [#"{"count":4}"#])
        let errors = outcome.error.split(separator: "\n").filter { $0.contains("error:") }
        #expect(errors.count == 4)
        for (error, line) in zip(errors, [1, 2, 4, 5]) { #expect(error.contains(".vz:\(line): ")) }
    }

    @Test("A script's place stands in a JSON error beside the input's own")
    func jsonPlace() throws {
        let bench = try docs()
        let points = try bench.file("p.jsonl", #"{"id":"x","vector":[1]}"# + "\n")
        let script = try bench.file("a.vz", "\ninsert docs \(points)\n")
        let error = try bench.run("-o", "json", "-f", script).error
        #expect(error.contains(#""line":1,"#) && error.contains(#""script_line":2"#))
        #expect(error.contains(#""script":"\#(script)""#))
    }

    @Test("A script that is no text, or is not there, is told as such")
    func badScripts() throws {
        let bench = try docs()
        #expect(try bench.run("-f", bench.path + "/none.vz").code == 66)
        #expect(try bench.run("-f", bench.path).code == 65)
        let binary = bench.path + "/b.vz"
        try Data([0x63, 0xFF, 0x0A]).write(to: URL(filePath: binary))
        let outcome = try bench.run("-f", binary)
        #expect(outcome.code == 65)
        #expect(outcome.error.contains("b.vz:1: the line is not UTF-8"))
        let marked = try bench.file("m.vz", "\u{FEFF}count docs\r\nquit\r\ncount nope\n")
        #expect(try bench.run("-f", marked).code == 0)
    }

    @Test("source runs a file, which can source another, but not for ever")
    func sources() throws {
        let bench = try docs()
        let inner = try bench.file("inner.vz", "use docs\ncount\n")
        let outer = try bench.file("outer.vz", "source \(inner)\ncount\n")
        #expect(try bench.run("-f", outer).lines.count == 2)
        let loop = try bench.file("loop.vz", "source \(bench.path)/loop.vz\n")
        let outcome = try bench.run("-f", loop)
        #expect(outcome.code == 64)
        #expect(outcome.error.contains("more than 16 deep"))
        #expect(try bench.run("-c", "source \(bench.path)/none").code == 66)
        #expect(try bench.run("-c", "shell -c stats").code == 64)
    }

    @Test("The store stays open, and what others write is seen at once")
    func fresh() throws {
        let bench = try docs()
        let shell = bench.shell()
        #expect(try bench.run("count docs", in: shell).output == "{\"count\":4}\n")
        let other = try Store(path: bench.store, options: StoreOptions(access: .write))
        _ = try other.delete(.ids([try PointID("a1")]), from: try CollectionName("docs"))
        #expect(try bench.run("count docs", in: shell).output == "{\"count\":3}\n")
        _ = try other.maintenance.compact(try CollectionName("docs"))
        #expect(try bench.run("get docs a2 -o ids", in: shell).output == "a2\n")
        #expect(try bench.run("refresh", in: shell).code == 0)
        #expect(try bench.run("delete docs a2 -o ids", in: shell).code == 0)
        #expect(try bench.run("count docs", in: shell).output == "{\"count\":2}\n")
    }

    @Test("Between commands nothing is locked, and a store that was exchanged is opened anew")
    func rests() throws {
        let bench = try docs()
        let shell = bench.shell()
        #expect(try bench.run("count docs", in: shell).code == 0)
        let lock = open(bench.store + "/LOCK.open", O_RDWR | O_CLOEXEC)
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
        close(lock)
        let old = bench.path + "/old"
        try FileManager.default.moveItem(atPath: bench.store, toPath: old)
        #expect(try bench.run("count docs", in: shell).code == 66)
        try Store.create(path: bench.store)
        #expect(try bench.run("list-collections", in: shell).output == "")
    }

    @Test("What stands in use follows a new name, and is forgotten when it is dropped")
    func follows() throws {
        let bench = try docs()
        let shell = bench.shell()
        _ = try bench.run("use docs; rename-collection docs papers; count", in: shell)
        #expect(shell.collection == "papers")
        #expect(shell.prompt == "~/store papers> ")
        for line in ["drop-collection -y", "rename-collection journals"] {
            #expect(try bench.run(line, in: shell).code == 64)
        }
        #expect(shell.collection == "papers")
        #expect(try bench.run("drop-collection papers -y", in: shell).code == 0)
        #expect(shell.collection == nil)
        #expect(try bench.run("use nope", in: shell).code == 66)
        #expect(try bench.run("use other; use --none", in: shell).code == 0)
        #expect(shell.collection == nil)
    }

    @Test("A pipe gets the rows as any pipe does, and its end counts")
    func pipes() throws {
        let bench = try docs()
        let shell = bench.shell(terminal: ShellBench.terminal)
        #expect(try bench.run("count docs | tr 4 5", in: shell).output == "{\"count\":5}\n")
        #expect(try bench.run("list-points docs -o ids | head -n 1", in: shell).output == "a1\n")
        let failed = try bench.run("count docs | exit 3", in: shell)
        #expect(failed.code == 3)
        #expect(failed.error == "vectorizer: error: 'exit 3' ended with exit code 3\n")
        #expect(try bench.run("count nope | cat", in: shell).code == 66)
        #expect(try bench.run("completions zsh | true", in: shell).code == 0)
        #expect(try bench.run("completions zsh | kill -9 $$", in: shell).code == 137)
    }

    @Test("Only what does not fit the screen goes through the pager")
    func pager() throws {
        let bench = try docs()
        let screen = Screen(rows: 5, columns: 80)
        func output(_ line: String, _ pager: String?) throws -> ShellBench.Outcome {
            let environment = pager.map { ["PAGER": $0] } ?? [:]
            let shell = bench.shell(
                terminal: ShellBench.terminal,
                environment: environment,
                screen: screen
            )
            return try bench.run(line, in: shell)
        }
        let short = try output("list-points docs -o ids", "tr a-z A-Z").output
        #expect(short == "a1\na2\nb c\nother\n")
        #expect(try output("list-points docs", "sed s/^/P/").output.hasPrefix("Pid"))
        #expect(try output("set pager off; list-points docs", "sed s/^/P/").output.hasPrefix("id"))
        #expect(try output("list-points docs", "cat").output.hasPrefix("id"))
        #expect(try output("completions zsh", "true").code == 0)
    }

    @Test("Long lines fill a screen, too")
    func screens() {
        let screen = Screen(rows: 3, columns: 10)
        #expect(!screen.isFilled(by: Array("a\nb\n".utf8)))
        #expect(screen.isFilled(by: Array("a\nb\nc\n".utf8)))
        #expect(screen.isFilled(by: [UInt8](repeating: 0x61, count: 31)))
        #expect(!screen.isFilled(by: Array(String(repeating: "é", count: 20).utf8)))
    }

    @Test("A pager is chosen by the environment")
    func pagers() {
        #expect(Pager(environment: ["PAGER": "cat -u"])?.command == "cat -u")
        #expect(Pager(environment: ["PAGER": "LESS=R less"])?.command == "LESS=R less")
        for missing in ["no-such-pager -w", "/bin/no-such-pager"] {
            #expect(Pager(environment: ["PAGER": missing]) == nil)
        }
        #expect(Pager(environment: ["PAGER": ""]) == nil)
        #expect(Pager(environment: ["PATH": "/nowhere"]) == nil)
    }

    @Test("What is never closed is told where it begins")
    func unclosed() throws {
        let bench = try docs()
        let path = bench.path + "/open.vz"
        try "count docs\n\nsearch docs --vector [1,\n2,\n3\n".write(
            toFile: path,
            atomically: true,
            encoding: .utf8
        )
        let shell = bench.shell()
        let outcome = try bench.run("source \(path)", in: shell)
        #expect(outcome.code == 64 && outcome.error.contains("open.vz:3: "), "\(outcome.error)")
    }

    @Test("Output that can't be written ends a script")
    func lostOutput() throws {
        let bench = try docs()
        var world = bench.world(.none)
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(full) }
        world.output = full
        let command = try #require(
            try VectorizerRoot.parseAsRoot(
                ["shell", "--keep-going", "-c", "count docs", "-c", "count nope"]
            ) as? ShellCommand
        )
        #expect(try ShellLauncher.run(command, .none, world) == 74)
        #expect(try bench.outcome(74).error.contains("-c:1: cannot write to standard output"))
    }

    @Test("Timing tells wall clock, processor and rows")
    func timing() throws {
        let bench = try docs()
        let shell = bench.shell()
        _ = try bench.run("set timing on", in: shell)
        let time = try bench.run("list-points docs", in: shell).error
        #expect(time.contains(/^time: \d+\.\d{3} ms wall, \d+\.\d{3} ms CPU, 4 rows\n$/))
        _ = try bench.run("set log-format json", in: shell)
        #expect(try bench.run("count docs", in: shell).error.contains(#""rows":1}"#))
    }

    @Test("The examples of the shell's own commands do what they say")
    func examples() throws {
        let bench = try docs()
        let commands: [any SessionCommand.Type] = [
            UseCommand.self, SetCommand.self, HistoryCommand.self, RefreshCommand.self,
        ]
        for command in commands {
            let text = command.configuration.discussion
            guard let start = text.range(of: "Examples:\n")?.upperBound else { continue }
            let shell = bench.shell()
            for line in text[start...].split(separator: "\n") {
                let outcome = try bench.run(
                    line.replacing("intro-1", with: "a1").trimmingCharacters(in: .whitespaces),
                    in: shell
                )
                #expect(outcome.code == 0, "\(line): \(outcome.error)")
            }
        }
        let lines = try bench.run("-c", "use docs", "-c", "search --id a1", "-c", "count")
        #expect(lines.code == 0 && lines.lines.count == 5)
    }
}
