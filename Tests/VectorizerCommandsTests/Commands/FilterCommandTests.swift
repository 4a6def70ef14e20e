import Testing
import VectorizerCommands

@Suite("Filters on the command line")
struct FilterCommandTests {
    private func docs() throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs()
        return bench
    }

    /// Every command that takes a filter, with one that finds the given number of points.
    private static let commands: [[String]] = [
        ["list-points", "docs"], ["count", "docs"], ["export", "docs"],
        ["search", "docs", "--vector", "[1,0]"], ["recall", "docs"],
        ["set-payload", "docs", "--set", #"{"seen":true}"#],
        ["delete-payload", "docs", "--fields", "none"], ["delete", "docs"],
    ]

    @Test("A filter is read from a file by every command that takes one", arguments: commands)
    func file(command: [String]) throws {
        let bench = try docs()
        let path = try bench.file("filter.txt", "\u{FEFF}$id in ('a', 'c')\n  and lang = 'en'\n")
        let read = try bench.run(command + ["--filter", "@" + path])
        #expect(read.code == 0, "\(read.error)")
        let other = try docs()
        let given = try other.run(command + ["--filter", "$id in ('a', 'c') and lang = 'en'"])
        if command[0] != "recall" { #expect(read.outputBytes == given.outputBytes) }
        #expect(try bench.ids() == other.ids())
        #expect(try bench.ids() == (command[0] == "delete" ? ["b", "d"] : ["a", "b", "c", "d"]))
    }

    @Test("A filter in a file that can't be read is told with the file's name")
    func badFile() throws {
        let bench = try docs()
        func fault(_ argument: String) throws -> (code: Int32, fault: [String: Any]) {
            let outcome = try bench.run("count", "docs", "--filter", argument, "-o", "json")
            return (outcome.code, try outcome.fault)
        }
        let absent = try fault("@" + bench.path + "/absent")
        #expect(absent.code == 66)
        #expect(absent.fault["file"] as? String == bench.path + "/absent")
        let wrong = try bench.file("wrong.txt", "lang = 'en'\nand size >\n")
        let syntax = try fault("@" + wrong)
        #expect(syntax.code == 64)
        #expect(syntax.fault["kind"] as? String == "invalid_filter")
        #expect(syntax.fault["file"] as? String == wrong)
        #expect(syntax.fault["line"] as? Int == 3)
        #expect(syntax.fault["column"] as? Int == 1)
        let latin = try bench.file("latin.txt", bytes: Array("lang = '".utf8) + [0xE9, 0x27])
        #expect(try fault("@" + latin).code == 65)
        let long = try bench.file("long.txt", String(repeating: " ", count: (16 << 20) + 1))
        let limit = try fault("@" + long)
        #expect(limit.code == 69)
        #expect(limit.fault["kind"] as? String == "limit_exceeded")
    }

    @Test("Standard input can be the filter, or the query, but not both")
    func standardInput() throws {
        let bench = try docs()
        let filter = try bench.file("filter.txt", "size between 10 and 20")
        let outcome = try bench.program(
            "count",
            "docs",
            "--filter",
            "@-",
            "-o",
            "jsonl",
            input: .path(filter)
        )
        #expect(outcome.output == "{\"count\":2}\n")
        for line in [["--vector", "-"], ["--vector", "@-"], ["--queries", "-"]] {
            #expect(try bench.run(["search", "docs", "--filter", "@-"] + line).code == 64)
        }
    }

    @Test("A list of 200,000 values in a file is no matter, with an index and without")
    func longList() throws {
        let bench = try docs()
        let numbers = (11..<200_011).map(String.init).joined(separator: ",")
        let path = try bench.file("filter.txt", "size in (\(numbers))")
        for isIndexed in [false, true] {
            if isIndexed { try bench.succeed("create-index", "docs", "size") }
            let outcome = try bench.program("count", "docs", "--filter", "@" + path)
            #expect(outcome.output == "{\"count\":2}\n", "\(outcome.error)")
        }
    }

    // MARK: Fields that no point has

    private static let note =
        "vectorizer: note: no point has the field id; "
        + "$id is the point's own id\n"

    @Test("A filter that finds nothing says which field no point has", arguments: commands)
    func missingField(command: [String]) throws {
        let bench = try docs()
        let outcome = try bench.run(command + ["--filter", "id = 'a' and lang = 'en'"])
        #expect(outcome.code == 0)
        #expect(outcome.error.contains(Self.note), "\(outcome.error)")
        #expect(outcome.error.split(separator: "\n").count { $0.contains("no point has") } == 1)
        #expect(try bench.ids() == ["a", "b", "c", "d"])
        // Fields that are there, or points that are found, are no matter.
        for filter in ["lang = 'fr'", "$id = 'a'", "langs != 'en'", "langs exists"] {
            let plain = try docs().run(command + ["--filter", filter])
            #expect(plain.code == 0 && !plain.error.contains("has the field"), "\(filter)")
        }
    }

    @Test("The note names all such fields, is JSON where messages are, and can be silenced")
    func noteForms() throws {
        let bench = try docs()
        let line = ["count", "docs", "--filter", "langs = 'en' or tags[].k = 1 or lang = 'fr'"]
        let outcome = try bench.run(line)
        let words = "no point has any of the fields langs, tags[].k"
        #expect(outcome.error == "vectorizer: note: \(words)\n")
        #expect(try bench.run(line + ["--quiet"]).error.isEmpty)
        let json = try bench.run(line + ["--log-format", "json"]).error
        #expect(json.contains("\"message\":\"\(words)\""))
        #expect(json.contains("\"missing_fields\":\"langs, tags[].k\""))
        #expect(
            try bench.run("count", "docs", "--filter", "\"\u{1B}[2J\" = 1").error.utf8
                .allSatisfy { $0 != 0x1B }
        )
    }

    @Test("Ids, patterns, ranges and arrays work through the program")
    func language() throws {
        let bench = try docs()
        for (filter, ids) in [
            ("$id in ('a','d') or size between 15 and 25", "a\nb\nd\n"),
            ("lang ilike 'E_' and not $id like '%a%'", "c\n"), ("tags[1] = 'y'", "a\n"),
            ("tags[] = 'x'", "a\n"), ("author.name not like 'B%'", "a\nc\nd\n"),
        ] {
            let outcome = try bench.program("list-points", "docs", "--filter", filter, "-o", "ids")
            #expect(outcome.output == ids, "\(filter): \(outcome.error)")
        }
    }
}
