import ArgumentParser
import Foundation
import Testing
import VectorizerCommands

/// Lines that fail, with the code and the word that programs tell errors apart by.
@Suite struct ExitCodeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let line: [String]
        let code: Int32
        let kind: String

        init(_ line: String, _ code: Int32, _ kind: String) {
            self.line = line.split(separator: " ").map(String.init)
            self.code = code
            self.kind = kind
        }

        var testDescription: String { line.joined(separator: " ") }
    }

    /// `STORE` is the data directory, `DIR` the scratch directory.
    static let cases = [
        Case("", 64, "usage"),
        Case("config", 64, "usage"),
        Case("nonsense", 64, "usage"),
        Case("count docs --nonsense", 64, "usage"),
        Case("count", 64, "usage"),
        Case("count docs too many", 64, "usage"),
        Case("count docs -o xml", 64, "usage"),
        Case("count do/cs", 64, "invalid_collection_name"),
        Case("create-collection new --dim 0", 64, "invalid_dimension"),
        Case("count docs --filter (", 64, "invalid_filter"),
        Case("get docs a --fields a..b", 64, "invalid_field"),
        Case("create-index docs a..b", 64, "invalid_field"),
        Case("drop-collection docs", 64, "confirmation_needed"),
        Case("export docs DIR/x.parquet", 64, "unsupported_format"),
        Case("search docs --vector [1]", 65, "dimension_mismatch"),
        Case("search docs --vector [1,1e39]", 65, "not_finite"),
        Case("search docs --vector [0,0]", 65, "zero_length"),
        Case("search docs --vector [3e38,3e38]", 65, "too_long"),
        Case("set-payload docs a --set 1", 65, "wrong_type"),
        Case("insert docs DIR/known.jsonl --mode insert", 65, "point_exists"),
        Case("-D DIR/none count docs", 66, "data_directory_not_found"),
        Case("-D DIR/known.jsonl count docs", 66, "not_a_data_directory"),
        Case("count nope", 66, "collection_not_found"),
        Case("get docs nope", 66, "point_not_found"),
        Case("drop-index docs lang", 66, "index_not_found"),
        Case("insert docs DIR/none.jsonl", 66, "file_not_found"),
        Case("-D STORE init", 73, "data_directory_exists"),
        Case("-D DIR init", 73, "data_directory_not_empty"),
        Case("create-collection docs --dim 2", 73, "collection_exists"),
        Case("create-index docs size", 73, "index_exists"),
        Case("export docs DIR --format csv", 74, "io_error"),
        Case("export docs /dev/full --format csv", 74, "disk_full"),
    ]

    private func bench() throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs()
        _ = try bench.file("known.jsonl", "{\"id\":\"a\",\"vector\":[1,0]}\n")
        return bench
    }

    private func tokens(_ line: [String], _ bench: CommandBench) -> [String] {
        line.map { $0.replacing("STORE", with: bench.store).replacing("DIR", with: bench.path) }
    }

    @Test(
        "An error is one line and a hint, or one JSON object when JSON was asked for",
        arguments: cases
    )
    func table(_ error: Case) throws {
        let bench = try bench()
        if error.kind == "index_exists" { try bench.succeed("create-index", "docs", "size") }
        let line = tokens(error.line, bench)
        let text = try bench.run(line)
        #expect(text.code == error.code, "\(text.error)")
        let lines = text.error.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0].hasPrefix("vectorizer: error: "))
        #expect(lines.count == 2 || (lines.count == 3 && lines[1].hasPrefix("hint: ")))
        #expect(lines.last == "")
        #expect(text.output.isEmpty)

        let json = try bench.run(line, environment: ["VECTORIZER_OUTPUT": "jsonl"])
        #expect(json.code == error.code)
        #expect(json.output.isEmpty)
        #expect(json.error.split(separator: "\n").count == 1)
        let fault = try json.fault
        #expect(fault["code"] as? Int == Int(error.code))
        #expect(fault["kind"] as? String == error.kind)
        #expect(lines[0] == "vectorizer: error: \(try #require(fault["message"] as? String))")
        if lines.count == 3 {
            #expect(lines[1] == "hint: \(try #require(fault["hint"] as? String))")
        }
        try expectRealHint(fault["hint"] as? String, bench)
        try expectListed(error.code, line, bench)
    }

    /// A hint that names one of our commands must be a line that the program understands.
    private func expectRealHint(_ hint: String?, _ bench: CommandBench) throws {
        guard let hint, hint.hasPrefix("vectorizer ") else { return }
        let words = hint.split(separator: " ").dropFirst().map(String.init)
        let outcome = try bench.run(words + (words.first == "help" ? [] : ["--dry-run"]))
        #expect(outcome.code != 64, "\(hint): \(outcome.error)")
    }

    /// The command's help lists the codes that it ends with.
    private func expectListed(_ code: Int32, _ line: [String], _ bench: CommandBench) throws {
        var texts: [String: String] = [:]
        for command in CommandTree.shared {
            let configuration = command.configuration
            texts[configuration.commandName ?? ""] = configuration.discussion
        }
        guard let name = line.first(where: { texts[$0] != nil }), name != "config" else { return }
        let text = try #require(texts[name])
        #expect(
            text.contains("\n  \(code) "),
            "\(name) ends with \(code), its help does not say so"
        )
    }

    @Test("A variable with an impossible value is a configuration error")
    func badVariable() throws {
        let outcome = try bench().run(
            "count",
            "docs",
            environment: ["VECTORIZER_OUTPUT": "xml"]
        )
        #expect(outcome.code == 78)
        #expect(outcome.error.hasPrefix("vectorizer: error: VECTORIZER_OUTPUT is 'xml'"))
        let asked = try bench().run(
            "count",
            "docs",
            "-o",
            "json",
            environment: ["VECTORIZER_OUTPUT": "xml"]
        )
        #expect(asked.code == 0)
    }

    @Test("A store of a newer program is 78, a damaged one 76")
    func otherStores() throws {
        let bench = try bench()
        // SQLite keeps the format's number in four bytes of the catalog's first page.
        var bytes = try bench.contents("store/store/catalog.sqlite")
        bytes[63] = 99
        _ = try bench.file("store/store/catalog.sqlite", bytes: bytes)
        let newer = try bench.run("count", "docs", "-o", "json")
        #expect(newer.code == 78)
        #expect(try newer.fault["kind"] as? String == "newer_format")
        #expect(try newer.fault["got"] as? Int == 99)
        _ = try bench.file("store/store/catalog.sqlite", "this is no catalog")
        let damaged = try bench.run("count", "docs", "-o", "json")
        #expect(damaged.code == 76)
        #expect(try damaged.fault["kind"] as? String == "corrupt")
    }

    @Test("Every command's help lists exit codes, and only such as there are")
    func listedCodes() throws {
        let commands = CommandTree.shared.flatMap { command in
            let below = command.configuration.subcommands
            return below.isEmpty ? [command] : below
        }
        for command in commands {
            let text = command.configuration.discussion
            let lines = text.split(separator: "\n").filter { $0.first == " " }
            let codes = lines.compactMap { Int32($0.split(separator: " ").first ?? "") }
            #expect(codes.contains(0) && codes.contains(64), "\(text)")
            #expect(codes.allSatisfy { code in ExitStatus.all.contains { $0.code == code } })
        }
    }
}
