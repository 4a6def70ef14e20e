import Foundation
import Testing
import VectorizerCommands
import VectorizerSettings

@Suite struct PointCommandTests {
    private func docs() throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs()
        return bench
    }

    private func ids(_ bench: CommandBench, _ options: String...) throws -> [String] {
        try bench.run(["list-points", "docs", "-o", "ids"] + options).lines
    }

    // MARK: get and list-points

    @Test("get shows points in the order asked for, and what is missing ends with 66")
    func get() throws {
        let bench = try docs()
        let outcome = try bench.run("get", "docs", "c", "nope", "a", "no", "-o", "jsonl")
        #expect(outcome.code == 66)
        #expect(try outcome.rows.map { $0["id"] as? String } == ["c", "a"])
        let fault = try outcome.fault
        #expect(fault["kind"] as? String == "point_not_found")
        #expect(fault["count"] as? Int == 2)
        #expect(
            fault["message"] as? String == "no point with id 'nope', 'no' in \(bench.store)"
        )
    }

    @Test("get shows vectors and fields when asked to")
    func getParts() throws {
        let bench = try docs()
        #expect(
            try bench.succeed("get", "docs", "b", "--with-vector", "-o", "jsonl")
                == #"{"id":"b","payload":{"lang":"de","size":20,"author":{"name":"Bo"}},"#
                + #""vector":[0.0,1.0]}"# + "\n"
        )
        #expect(
            try bench.succeed("get", "docs", "b", "--fields", "author.name,none", "-o", "jsonl")
                == #"{"id":"b","payload":{"author":{"name":"Bo"}}}"# + "\n"
        )
        #expect(
            try bench.succeed("get", "docs", "b", "--fields", "author.name,none,size", "-o", "csv")
                == "id,author.name,none,size\nb,Bo,,20\n"
        )
        #expect(try bench.run("get", "docs", "b", "--fields", "a..b").code == 64)
    }

    @Test("Nothing but the error is written when no point is there")
    func getNothing() throws {
        let outcome = try docs().run("get", "docs", "nope", "-o", "csv")
        #expect(outcome.code == 66)
        #expect(outcome.output.isEmpty)
    }

    @Test("list-points pages with --limit and --after")
    func page() throws {
        let bench = try docs()
        #expect(try ids(bench) == ["a", "b", "c", "d"])
        #expect(try ids(bench, "--limit", "2") == ["a", "b"])
        #expect(try ids(bench, "--limit", "2", "--after", "b") == ["c", "d"])
        #expect(try ids(bench, "--limit", "0") == [])
        #expect(try ids(bench, "--after", "z") == [])
        #expect(try bench.run("list-points", "docs", "--limit", "-1").code == 64)
        #expect(try bench.run("list-points", "docs", "--after", "").code == 65)
    }

    @Test("One grammar of filters serves listing and counting, with an index and without")
    func filters() throws {
        let bench = try docs()
        let filters: [(String, [String])] = [
            ("lang = 'en'", ["a", "c"]), ("size >= 20 and not draft", ["b"]),
            ("tags contains 'x'", ["a"]), ("author.name = 'Bo'", ["b"]),
            ("lang != 'en'", ["b", "d"]), ("draft", ["c"]), ("size in (10, 30)", ["a", "c"]),
            ("lang is null", []), ("not lang exists", ["d"]), ("lang prefix 'e'", ["a", "c"]),
        ]
        for (filter, expected) in filters {
            #expect(try ids(bench, "--filter", filter) == expected, "\(filter)")
        }
        try bench.succeed("create-index", "docs", "lang")
        for (filter, expected) in filters {
            #expect(
                try bench.succeed("count", "docs", "--filter", filter, "-o", "json")
                    == "{\"count\":\(expected.count)}\n",
                "\(filter)"
            )
        }
    }

    @Test("A filter that can't be read is a usage error with its column")
    func badFilter() throws {
        let outcome = try docs().run("count", "docs", "--filter", "lang = ", "-o", "json")
        #expect(outcome.code == 64)
        #expect(try outcome.fault["kind"] as? String == "invalid_filter")
        #expect(try outcome.fault["column"] as? Int == 8)
    }

    @Test("count is a bare number but in JSON", arguments: OutputMode.allCases)
    func count(mode: OutputMode) throws {
        let isJSON = mode == .json || mode == .jsonl
        #expect(
            try docs().succeed("count", "docs", "-o", mode.rawValue)
                == (isJSON ? "{\"count\":4}\n" : "4\n")
        )
    }

    // MARK: delete

    @Test("delete removes ids, and ids that are not there are no error")
    func delete() throws {
        let bench = try docs()
        let row = try #require(try bench.run("delete", "docs", "a", "z", "-o", "json").rows.first)
        #expect(row["matched"] as? Int == 1)
        #expect(row["deleted"] as? Int == 1)
        #expect(row["sequence"] as? Int == 3)
        #expect(try ids(bench) == ["b", "c", "d"])
    }

    @Test("delete takes a filter, or ids from a file")
    func deleteOtherways() throws {
        let bench = try docs()
        try bench.succeed("delete", "docs", "--filter", "lang = 'en'")
        #expect(try ids(bench) == ["b", "d"])
        try bench.succeed("delete", "docs", "--ids-from", try bench.file("ids", "\nd\r\nzz\n"))
        #expect(try ids(bench) == ["b"])
    }

    @Test("Ids that no file may hold are refused with their line")
    func deleteBadIDs() throws {
        let bench = try docs()
        let file = try bench.file("ids", bytes: Array("a\n".utf8) + [0xff, 0x0a])
        let outcome = try bench.run("delete", "docs", "--ids-from", file, "-o", "json")
        #expect(outcome.code == 65)
        #expect(try outcome.fault["kind"] as? String == "invalid_utf8")
        #expect(try outcome.fault["line"] as? Int == 2)
        let long = try bench.file("long", String(repeating: "x", count: 513) + "\n")
        let tooLong = try bench.run("delete", "docs", "--ids-from", long, "-o", "json")
        #expect(tooLong.code == 65)
        #expect(try tooLong.fault["line"] as? Int == 1)
        #expect(try bench.run("delete", "docs", "--ids-from", bench.path + "/no").code == 66)
        #expect(try ids(bench).count == 4)
    }

    @Test(
        "Points are chosen in exactly one way",
        arguments: [
            ["delete", "docs"], ["delete", "docs", "a", "--filter", "b"],
            ["delete", "docs", "a", "--ids-from", "-"], ["set-payload", "docs", "--set", "{}"],
            ["set-payload", "docs", "a", "--filter", "b", "--set", "{}"],
            ["set-payload", "docs", "a"], ["delete-payload", "docs", "--fields", "a"],
            ["delete-payload", "docs", "a"], ["search", "docs"],
            ["search", "docs", "--id", "a", "--vector", "[1]"],
        ]
    )
    func oneWay(tokens: [String]) throws {
        #expect(try docs().run(tokens).code == 64)
    }

    // MARK: Payloads

    @Test("set-payload merges members, and with --replace the object is all there is")
    func setPayload() throws {
        let bench = try docs()
        try bench.succeed("set-payload", "docs", "a", "--set", #"{"size": 11, "new": [1, 2]}"#)
        #expect(
            try bench.succeed("get", "docs", "a", "-o", "jsonl")
                == #"{"id":"a","payload":{"lang":"en","size":11,"tags":["x","y"],"new":[1,2]}}"#
                + "\n"
        )
        try bench.succeed("set-payload", "docs", "--filter", "lang = 'en'", "--set", "{\"x\":1}")
        #expect(try bench.succeed("count", "docs", "--filter", "x = 1", "-o", "ids") == "2\n")
        try bench.succeed("set-payload", "docs", "a", "--replace", "--set", "{\"y\":2}")
        #expect(
            try bench.succeed("get", "docs", "a", "-o", "jsonl")
                == #"{"id":"a","payload":{"y":2}}"# + "\n"
        )
    }

    @Test("set-payload changes all points or none")
    func setPayloadMissing() throws {
        let bench = try docs()
        let before = try bench.storeBytes()
        #expect(try bench.run("set-payload", "docs", "a", "zz", "--set", "{}").code == 66)
        #expect(try bench.run("set-payload", "docs", "a", "zz", "--set", "{}", "-n").code == 66)
        #expect(try bench.storeBytes() == before)
    }

    @Test(
        "What is no payload is refused",
        arguments: [
            ("[1]", "wrong_type"), ("{", "invalid_json"), ("{\"a\":1,\"a\":2}", "duplicate_member"),
            ("", "invalid_json"), (String(repeating: "[", count: 200), "too_deep"),
        ]
    )
    func badPayload(text: String, kind: String) throws {
        let bench = try docs()
        let outcome = try bench.run("set-payload", "docs", "a", "--set", text, "-o", "json")
        #expect(outcome.code == 65)
        #expect(try outcome.fault["kind"] as? String == kind)
    }

    @Test("A payload past 1 MiB is refused, on its own and by merging")
    func hugePayload() throws {
        let bench = try docs()
        let half = String(repeating: "x", count: 600_000)
        let huge = "{\"a\":\"\(half)\(half)\"}"
        let outcome = try bench.run("set-payload", "docs", "a", "--set", huge, "-o", "json")
        #expect(outcome.code == 65)
        #expect(try outcome.fault["kind"] as? String == "payload_too_large")
        try bench.succeed("set-payload", "docs", "a", "--set", "{\"a\":\"\(half)\"}")
        let merged = try bench.run(
            "set-payload",
            "docs",
            "a",
            "--set",
            "{\"b\":\"\(half)\"}",
            "-o",
            "json"
        )
        #expect(merged.code == 65)
        #expect(try merged.fault["kind"] as? String == "payload_too_large")
    }

    @Test("delete-payload removes fields, nested ones too")
    func deletePayload() throws {
        let bench = try docs()
        let row = try #require(
            try bench.run(
                "delete-payload",
                "docs",
                "a",
                "b",
                "--fields",
                "size,author.name",
                "-o",
                "json"
            ).rows.first
        )
        #expect(row["matched"] as? Int == 2)
        #expect(row["updated"] as? Int == 2)
        #expect(
            try bench.succeed("get", "docs", "b", "-o", "jsonl")
                == #"{"id":"b","payload":{"lang":"de","author":{}}}"# + "\n"
        )
        #expect(try bench.run("delete-payload", "docs", "a", "--fields", "x..y").code == 64)
    }

    // MARK: Indexes

    @Test("An index comes, is shown, and goes")
    func indexes() throws {
        let bench = try docs()
        func shown() throws -> [String]? {
            try bench.run("info", "docs", "-o", "json").rows.first?["indexes"] as? [String]
        }
        try bench.succeed("create-index", "docs", "author.name", "-n")
        #expect(try shown() == [])
        try bench.succeed("create-index", "docs", "author.name")
        #expect(try shown() == ["author.name"])
        #expect(try bench.run("create-index", "docs", "author.name").code == 73)
        try bench.succeed("drop-index", "docs", "author.name", "-n")
        #expect(try shown() == ["author.name"])
        try bench.succeed("drop-index", "docs", "author.name")
        #expect(try shown() == [])
        let again = try bench.run("drop-index", "docs", "author.name")
        #expect(again.code == 66)
        #expect(again.error.contains(bench.store))
        #expect(try bench.run("create-index", "docs", "a..b").code == 64)
    }

    // MARK: Dry runs

    @Test(
        "A dry run changes no byte of the store",
        arguments: [
            ["create-collection", "new", "--dim", "2"], ["rename-collection", "docs", "texts"],
            ["drop-collection", "docs"], ["delete", "docs", "a"],
            ["delete", "docs", "--filter", "lang exists"],
            ["set-payload", "docs", "a", "--set", "{\"x\":1}"],
            ["delete-payload", "docs", "a", "--fields", "lang"], ["create-index", "docs", "lang"],
            ["init", "--if-missing"], ["export", "docs"],
        ]
    )
    func dryRun(tokens: [String]) throws {
        let bench = try docs()
        let before = try bench.storeBytes()
        let names = try bench.fileNames()
        let outcome = try bench.run(tokens + ["--dry-run"])
        #expect(outcome.code == 0, "\(outcome.error)")
        #expect(outcome.error.hasPrefix("vectorizer: note: "))
        #expect(try bench.storeBytes() == before)
        #expect(try bench.fileNames() == names)
    }

    @Test("What -o ids writes, --ids-from reads, whatever the ids hold")
    func idsRoundTrip() throws {
        let bench = try CommandBench()
        try bench.makeDocs(isEmpty: true)
        let odd = ["a\nb", "\"quoted\"", "a\rb", "\""]
        var lines: [UInt8] = []
        for (id, old) in odd.map({ ($0, true) }) + ["a", "b", "quoted"].map({ ($0, false) }) {
            JSONText.append(
                object: [("id", .text(id)), ("vector", .vector([1, 0])), ("old", .boolean(old))],
                to: &lines,
                forTerminal: false
            )
            lines.append(0x0a)
        }
        try bench.succeed("insert", "docs", try bench.file("odd.jsonl", bytes: lines))
        let listed = try bench.run("list-points", "docs", "--filter", "old", "-o", "ids")
        let file = try bench.file("old.ids", bytes: Array(listed.output.utf8))
        try bench.succeed("delete", "docs", "--ids-from", file)
        #expect(try bench.ids() == ["a", "b", "quoted"])
        let broken = try bench.file("broken.ids", bytes: Array("\"x\n".utf8))
        #expect(try bench.run("delete", "docs", "--ids-from", broken).code == 65)
    }
}
