import Foundation
import TestSupport
import Testing
import VectorizerCommands

/// The options that every command takes, and the environment behind them.
@Suite(.timeLimit(.minutes(10))) struct GlobalOptionsTests {
    @Test(
        "Global options stand before or after the command, apart or attached",
        arguments: [
            ["-o", "json", "count", "docs"], ["count", "docs", "-o", "json"],
            ["count", "-ojson", "docs"], ["--output", "json", "count", "docs"],
            ["count", "docs", "--output=json"],
            ["-q", "count", "-o", "json", "docs", "--wait", "1"],
        ]
    )
    func places(tokens: [String]) throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        #expect(try bench.run(tokens).output == "{\"count\":4}\n")
    }

    @Test("The option wins over the variable, and the later option over the earlier one")
    func precedence() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let variable = ["VECTORIZER_OUTPUT": "csv"]
        let line = ["get", "docs", "d"]
        #expect(try bench.run(line, environment: variable).output == "id,payload\nd,{}\n")
        #expect(try bench.run(line + ["-o", "ids"], environment: variable).output == "d\n")
        #expect(try bench.run(["-o", "table"] + line + ["-o", "ids"]).output == "d\n")
        #expect(try bench.run(line).output == "{\"id\":\"d\",\"payload\":{}}\n")
        let shown = try bench.run(line, terminal: .wide(80))
        #expect(shown.output == "id  payload\nd   {}\n")
    }

    @Test("The data directory comes from the option, then three variables, then the account")
    func dataDirectory() throws {
        let bench = try CommandBench()
        func place(_ tokens: [String], _ environment: [String: String]) throws -> String {
            let usual = ["VECTORIZER_DATA_DIR": "", "XDG_DATA_HOME": "", "HOME": "/h"]
            let outcome = try bench.run(
                ["count", "docs", "-o", "json"] + tokens,
                environment: usual.merging(environment) { $1 }
            )
            #expect(outcome.code == 66)
            return try #require(try outcome.fault["file"] as? String)
        }
        let all = ["VECTORIZER_DATA_DIR": "/v", "XDG_DATA_HOME": "/x"]
        #expect(try place(["-D", "/o"], all) == "/o")
        #expect(try place(["-D/o"], all) == "/o")
        #expect(try place([], all) == "/v")
        #expect(try place([], ["XDG_DATA_HOME": "/x"]) == "/x/vectorizer")
        #expect(try place([], ["XDG_DATA_HOME": "relative"]) == "/h/.local/share/vectorizer")
        #expect(try place([], [:]) == "/h/.local/share/vectorizer")
    }

    @Test("Without any environment the account's own directory is looked in")
    func noEnvironment() throws {
        let bench = try CommandBench()
        let outcome = try bench.program("count", "docs", environment: [:])
        #expect(outcome.code == 66)
        #expect(outcome.error.contains("/.local/share/vectorizer"))
    }

    @Test("Headers can be left out", arguments: ["csv", "tsv", "table"])
    func headers(mode: String) throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let line = ["list-points", "docs", "--limit", "1", "-o", mode]
        let with = try bench.run(line).lines
        let without = try bench.run(line + ["--no-header"]).lines
        #expect(with.count == 2)
        #expect(without.count == 1)
        #expect(with[1].filter { $0 != " " } == without[0].filter { $0 != " " })
        let empty = try bench.run("list-points", "docs", "--limit", "0", "-o", mode, "--no-header")
        #expect(empty.output.isEmpty)
    }

    @Test("--quiet says nothing of success, --log-format json says it for programs")
    func messages() throws {
        let bench = try CommandBench()
        #expect(try bench.run("init", "-q").error.isEmpty)
        let made = try bench.run("create-collection", "docs", "--dim", "2", "--log-format", "json")
        let object = try JSONSerialization.jsonObject(with: Data(made.error.utf8))
        let fields = try #require(object as? [String: Any])
        #expect(fields["level"] as? String == "note")
        #expect(fields["message"] as? String == "created collection 'docs'")
        #expect(fields["time"] is String)
        #expect(try bench.run("-v", "count", "docs").code == 0)
    }

    @Test("A lock that is held is 75, and says who holds it and what to repeat")
    func busy() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let held = try HeldLock(bench.store + "/LOCK.write", holder: "4711\tvectorizer insert\n")
        let text = try bench.run("delete", "docs", "it's", "--wait", "0")
        #expect(text.code == 75)
        #expect(
            text.error == """
                vectorizer: error: LOCK.write is held by process 4711 (vectorizer insert); \
                waited 0.0 s
                hint: vectorizer delete docs 'it'\\''s' --wait 60

                """
        )
        let json = try bench.run("delete", "docs", "--wait", "0", "-o", "json", "--", "-a")
        #expect(try json.fault["kind"] as? String == "busy")
        #expect(try json.fault["holder"] as? Int == 4711)
        #expect(try json.fault["command"] as? String == "vectorizer insert")
        #expect(
            try json.fault["hint"] as? String
                == "vectorizer delete docs -o json --wait 60 -- -a"
        )
        #expect(try bench.run("count", "docs", "--wait", "0").code == 0)
        _ = consume held
        #expect(try bench.run("delete", "docs", "a", "--wait", "0").code == 0)
    }

    @Test(
        "A lock is waited for at most so long",
        arguments: ["-1", "nan", "x", "1000001"]
    )
    func wait(seconds: String) throws {
        #expect(try CommandBench().run("count", "docs", "--wait", seconds).code == 64)
    }

    @Test("Colour follows the option also where the line has an error")
    func color() throws {
        func color(_ tokens: String...) -> When? { ScannedLine(tokens).options.color }
        let bench = try CommandBench()
        let colored = Terminal.wide(80, color: true)
        let outcome = try bench.run("count", "docs", terminal: colored)
        #expect(outcome.error.hasPrefix("vectorizer: \u{1b}[1;31merror:"))
        #expect(color("count", "--color", "never") == .never)
        #expect(color("--color=always", "count", "--", "--color=never") == .always)
        #expect(color("--color", "red", "--color") == nil)
        let plain = try bench.program(
            "count",
            "docs",
            "--color",
            "always",
            "--nonsense",
            environment: ["NO_COLOR": "1"]
        )
        #expect(plain.error.hasPrefix("vectorizer: \u{1b}[1;31merror:"))
    }

    @Test("A hint names the data directory when the line did")
    func hints() throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let line = ["create-collection", "docs", "--dim", "2"]
        let usual = try bench.run(line)
        #expect(usual.error.hasSuffix("\nhint: vectorizer info docs\n"))
        let given = try bench.run(["-D", bench.store] + line)
        #expect(given.error.hasSuffix("\nhint: vectorizer -D \(bench.store) info docs\n"))
        let help = try bench.run("-D", bench.store, "count")
        #expect(help.error.hasSuffix("\nhint: vectorizer help count\n"))
    }
}
