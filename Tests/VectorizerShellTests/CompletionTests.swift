import Foundation
import Testing
import VectorStore
import VectorizerCommands
import VectorizerShell

@Suite("Completion")
struct CompletionTests {
    private func bench() throws -> ShellBench {
        let bench = try ShellBench()
        try bench.makeDocs()
        return bench
    }

    private func names(_ typed: String, _ shell: Shell) -> [String] {
        Completer(shell).complete(Array(typed.utf8)).candidates.map(\.name)
    }

    @Test(
        "Every place of a line knows what can stand there",
        arguments: [
            ("list-", ["list-collections", "list-points", "list-backups"]),
            ("sea", ["search"]), ("us", ["use"]),
            (".us", ["use"]), ("vectorizer sea", ["search"]), ("help us", ["use"]),
            ("config ", ["show", "get", "set", "unset", "validate"]), ("search do", ["docs"]),
            ("use o", ["other"]),
            ("search docs --ve", ["--verbose", "--version", "--vector"]),
            ("search docs -o js", ["json", "jsonl"]),
            ("search docs --output=cs", ["csv"]), ("insert docs --mode up", ["upsert", "update"]),
            ("get docs a", ["a1", "a2"]), ("get docs a1 o", ["other"]),
            ("search docs --id b", ["b c"]),
            ("count docs --filter au", ["author", "author.name"]),
            ("count docs --filter \"lang = 'en' and si", ["size"]),
            ("count docs --filter \"lang = 'si", []), ("get docs a1 --fields lang,si", ["size"]),
            ("count docs --filter \"lang = 'en' and $", ["$id"]),
            ("count docs --filter \"\\$i", ["$id"]), ("get docs a1 --fields $", []),
            ("create-index docs ta", ["tags"]), ("set out", ["output"]),
            ("set timing o", ["on", "off"]),
            ("set output t", ["table", "tsv"]), ("completions z", ["zsh"]), ("nonsense x", []),
            ("count docs # x", []), ("search docs --vector [1", []), ("a [1}", []),
            ("count docs; get docs a2", ["a2"]), ("count docs --filter 'a'\"x", []),
        ] as [(String, [String])]
    )
    func kinds(typed: String, expected: [String]) throws {
        let bench = try bench()
        #expect(names(typed, bench.shell()) == expected)
    }

    @Test("With a collection in use it can be left out here too")
    func implied() throws {
        let bench = try bench()
        let shell = bench.shell()
        shell.collection = "docs"
        #expect(names("get a", shell) == ["a1", "a2"])
        #expect(names("get o", shell) == ["other", "other"])
        #expect(names("get a1 b", shell) == ["b c"])
        #expect(names("search --id a", shell) == ["a1", "a2"])
        #expect(names("count --filter la", shell) == ["lang"])
        #expect(names("create-index si", shell) == ["size"])
        #expect(names("get other a", shell).isEmpty)
    }

    @Test("Files and directories are completed where they belong, also behind a bar")
    func files() throws {
        let bench = try bench()
        _ = try bench.file("points.jsonl", "")
        _ = try bench.file("points two.npy", "")
        _ = try bench.file(".hidden", "")
        let shell = bench.shell()
        #expect(names("insert docs \(bench.path)/po", shell) == ["points two.npy", "points.jsonl"])
        #expect(names("insert docs ~/po", shell) == ["points two.npy", "points.jsonl"])
        #expect(names("insert docs --payloads ~/po", shell) == ["points.jsonl"])
        #expect(names("-D ~/", shell) == ["store/"])
        #expect(names("source ~/.h", shell) == [".hidden"])
        #expect(names("stats | cat ~/po", shell) == ["points two.npy", "points.jsonl"])
        let found = Completer(shell).complete(Array("insert docs ~/points\\ t".utf8))
        #expect(found.replacement == "~/points\\ two.npy ")
    }

    @Test(
        "What is put in reads back as the word, in the quote that is open",
        arguments: [
            ("get docs b", "b\\ c "), ("get docs 'b", "b c' "), ("get docs \"b", "b c\" "),
            ("get docs b\\ ", "b\\ c "), ("search docs --id b", "b\\ c "), ("use doc", "docs "),
            ("count docs --filter \"si", "size"), ("search docs --recal", "--recall "),
        ]
    )
    func replacements(typed: String, expected: String) throws {
        let bench = try bench()
        let found = Completer(bench.shell()).complete(Array(typed.utf8))
        #expect(found.replacement == expected)
    }

    @Test("Several possibilities are completed as far as they agree")
    func common() throws {
        let bench = try bench()
        let found = Completer(bench.shell()).complete(Array("get docs ".utf8))
        #expect(found.replacement == "")
        #expect(found.shownNames == ["a1", "a2", "b c", "other"])
        #expect(Completer(bench.shell()).complete(Array("get docs a".utf8)).replacement == "a")
        let store = try Store(path: bench.store, options: StoreOptions(access: .write))
        var batch = PointBatch(dimension: 2)
        for number in 0..<150 {
            batch.append(
                id: try PointID("many \(1000 + number)"),
                vector: [1, 0],
                payload: Array("{}".utf8)
            )
        }
        _ = try store.write(batch, to: try CollectionName("other"))
        let many = Completer(bench.shell()).complete(Array("get other m".utf8))
        #expect(many.isCut && many.candidates.count == Completer.candidateCountMax)
        #expect(many.shownNames.last == "…")
        #expect(many.replacement == "many\\ 1")
    }

    @Test("Without a store nothing breaks")
    func noStore() throws {
        let bench = try ShellBench()
        let shell = bench.shell()
        #expect(names("get d", shell).isEmpty)
        #expect(names("get docs a", shell).isEmpty)
        #expect(names("count docs --filter a", shell).isEmpty)
        #expect(names("count --", shell).contains("--filter"))
    }

    @Test("Each option of each command is offered where it is not given yet")
    func everyOption() throws {
        let bench = try bench()
        let shell = bench.shell()
        let root = try HelpDump.command(of: ShellRoot.self)
        for command in root.subcommands ?? [] where command.commandName != "help" {
            guard command.subcommands?.isEmpty != false else { continue }
            let offered = Set(names("\(command.commandName) -", shell))
            for option in command.arguments ?? [] where option.kind != .positional {
                guard option.shouldDisplay, let spelling = option.spellings.last else { continue }
                #expect(offered.contains(spelling), "\(command.commandName) \(spelling)")
            }
        }
        #expect(!names("count docs --quiet --q", shell).contains("--quiet"))
    }
}
