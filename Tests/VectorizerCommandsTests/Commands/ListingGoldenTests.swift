import ArgumentParser
import Foundation
import TestSupport
import Testing
import VectorStore
import VectorizerCommands
import VectorizerSettings

/// What users and scripts see, kept as files beside the tests.
@Suite struct ListingGoldenTests {
    /// Listings by the name of their golden.
    static let listings: [(name: String, line: [String])] = [
        ("list-collections", ["list-collections"]),
        ("info", ["info", "docs"]),
        ("get", ["get", "docs", "a", "b", "--with-vector"]),
        ("get-fields", ["get", "docs", "a", "b", "--fields", "lang,author.name,size"]),
        ("list-points", ["list-points", "docs"]),
        ("count", ["count", "docs"]),
        ("search", ["search", "docs", "--id", "a", "-k", "3"]),
        ("search-queries", ["search", "docs", "--queries", "DIR/q.jsonl", "-k", "2"]),
        ("verify", ["verify", "--full"]),
        ("config-show", ["config", "show", "--source"]),
        ("delete", ["delete", "docs", "a", "z"]),
        ("set-payload", ["set-payload", "docs", "a", "--set", "{\"x\":1}"]),
        ("delete-payload", ["delete-payload", "docs", "a", "--fields", "lang"]),
    ]

    private static func bench() throws -> CommandBench {
        let bench = try CommandBench()
        try bench.makeDocs()
        _ = try bench.file("q.jsonl", "[1,0]\n[0,1]\n")
        return bench
    }

    @Test("Each listing is its golden in each mode", arguments: OutputMode.allCases)
    func listings(mode: OutputMode) throws {
        var text = ""
        var bench = try Self.bench()
        for (name, line) in Self.listings {
            if ["delete", "set-payload"].contains(name) { bench = try Self.bench() }
            let tokens = line.map { $0.replacing("DIR", with: bench.path) }
            let outcome = try bench.run(tokens + ["-o", mode.rawValue])
            #expect(outcome.code == 0, "\(name): \(outcome.error)")
            #expect(outcome.error.isEmpty)
            text += "$ vectorizer \((line + ["-o", mode.rawValue]).joined(separator: " "))\n"
            text += bench.steady(outcome.output) + "\n"
        }
        try expectGolden(text, "listings.\(mode.rawValue)")
    }

    @Test("A table on a narrow terminal is cut, nothing else is", arguments: [24, 60])
    func narrow(width: Int) throws {
        let bench = try CommandBench()
        try bench.makeDocs()
        let table = try bench.run("get", "docs", "a", "b", "--with-vector", terminal: .wide(width))
        #expect(table.lines.allSatisfy { $0.count <= width })
        try expectGolden(table.output, "narrow-\(width).table")
        let json = try bench.run("get", "docs", "a", "-o", "jsonl", terminal: .wide(width))
        #expect(json.output == #"{"id":"a","payload":\#(CommandBench.docs[0].payload)}"# + "\n")
    }

    @Test("The help of each command is its golden and fits 80 columns")
    func help() throws {
        let bench = try CommandBench()
        let topics =
            [[]]
            + CommandTree.shared.flatMap { (command: any ParsableCommand.Type) -> [[String]] in
                let name = command.configuration.commandName ?? ""
                let below = command.configuration.subcommands
                return [[name]] + below.map { [name, $0.configuration.commandName ?? ""] }
            }
        for topic in topics {
            let outcome = try bench.run(["help"] + topic)
            #expect(outcome.code == 0)
            #expect(outcome.lines.allSatisfy { $0.count <= 80 })
            try expectGolden(outcome.output, "help\(topic.map { "-" + $0 }.joined()).txt")
        }
    }

    @Test("Examples in help stand on one line each, and the program understands them")
    func examples() throws {
        let bench = try CommandBench()
        let commands = CommandTree.shared.map { $0.configuration.discussion }
        let others = [
            VectorizerRoot.configuration.discussion, ConfigShowCommand.configuration.discussion,
        ]
        for discussion in commands + others {
            guard let start = discussion.range(of: "Examples:\n")?.upperBound else { continue }
            for line in discussion[start...].split(separator: "\n").prefix(while: {
                $0.first == " "
            }) {
                #expect(line.count <= 80, "\(line)")
                try expectUnderstood(String(line), bench)
            }
        }
    }

    /// Runs each of our commands in a shell line as a dry run on nothing: any end but 64 will do.
    private func expectUnderstood(_ line: String, _ bench: CommandBench) throws {
        for part in line.split(separator: /&&|\|\||\|/) {
            guard let words = ShellWords.split(part), words.first == "vectorizer" else { continue }
            let end = words.firstIndex(of: ">") ?? words.endIndex
            let tokens = Array(words[1..<end])
            guard !["demo", "completions", "shell", "serve"].contains(tokens.first) else {
                continue
            }
            let separator = tokens.firstIndex(of: "--") ?? tokens.endIndex
            let dry = tokens[..<separator] + ["-y", "-n", "-q"] + tokens[separator...]
            let outcome = try bench.run(Array(dry))
            #expect(outcome.code == 66 || outcome.code == 0, "\(part): \(outcome.error)")
        }
    }
}

/// Words of a shell line with plain quotes, as far as examples need them.
enum ShellWords {
    static func split(_ line: some StringProtocol) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == " " {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return quote == nil ? words : nil
    }
}
