import TestSupport
import Testing
import VectorizerCommands
import VectorizerShell

extension SplitMix64 {
    /// A word full of what means something to a shell.
    mutating func word() -> String {
        let pieces = [
            "a", "Z", "0", " ", "\t", "'", "\"", "\\", "#", ";", "|", "[", "]", "{", "}", "~", "~/",
            "$", "`", "=", "--x=", "-", ".", "\n", "\r", "é", "日本", "👩‍👩‍👧", "\u{1b}", "*", "&", ">",
        ]
        let count = Int.random(in: 0...10, using: &self)
        return (0..<count).map { _ in pieces[Int(next() % UInt64(pieces.count))] }.joined()
    }
}

@Suite("Lines are taken apart as in a shell")
struct TokenizerTests {
    private func split(_ text: String, home: String? = nil) throws -> [ShellLine] {
        var tokenizer = Tokenizer(home: home)
        var lines: [ShellLine] = []
        let parts = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, line) in parts.enumerated() {
            lines += try tokenizer.take(Array(line), number: number + 1)
        }
        try tokenizer.finish()
        return lines
    }

    @Test("What is quoted is split back into the same words", arguments: UInt64(0)..<300)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let words = (0...Int.random(in: 0...4, using: &random)).map { _ in random.word() }
        let line = words.map { ShellWord.quoted($0) }.joined(separator: " ")
        #expect(try split(line, home: "/home/ada") == [ShellLine(words: words)])
    }

    @Test("What is escaped for an open quote is split back too", arguments: UInt64(0)..<300)
    func escaped(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let word = random.word().replacing("\n", with: "")
        for (style, quote) in [
            (WordQuoting.Style.bare, ""), (.single, "'"), (.double, "\""),
        ] where !word.isEmpty || style != .bare {
            let line = quote + WordQuoting.escaped(word, style) + quote
            #expect(try split(line, home: "/home/ada").map(\.words) == [[word]])
        }
    }

    @Test(
        "Words, quotes, escapes and comments",
        arguments: [
            ("", []), ("   \t ", []), ("# all of it", []), ("count docs", [["count", "docs"]]),
            ("a 'b c' \"d \\\" \\x\"", [["a", "b c", "d \" \\x"]]),
            ("a\\ b c\\'d", [["a b", "c'd"]]), ("a#b # c", [["a#b"]]), ("''", [[""]]),
            ("a;b ; c;", [["a"], ["b"], ["c"]]), (";;", []),
            ("it''s 'it'\\''s'", [["its", "it's"]]),
            ("\"$x `y` \\$z \\`w\"", [["$x `y` $z `w"]]),
            ("~/x ~ '~/x' a~", [["/h/x", "/h", "~/x", "a~"]]),
            ("a\r", [["a"]]),
        ] as [(String, [[String]])]
    )
    func words(line: String, expected: [[String]]) throws {
        #expect(try split(line, home: "/h").map(\.words) == expected)
    }

    @Test(
        "A bracket at the beginning of a word goes on to its end, whatever stands between",
        arguments: [
            ("s --vector [0.1, 0.2]", [["s", "--vector", "[0.1, 0.2]"]]),
            ("s --vector=[1, 2] x", [["s", "--vector=[1, 2]", "x"]]),
            ("s {\"a]\": \"}\\\"; # |\"} y", [["s", "{\"a]\": \"}\\\"; # |\"}", "y"]]),
            ("s [1,\n2,\n3]\ncount", [["s", "[1,\n2,\n3]"], ["count"]]),
            ("a[1 b]", [["a[1", "b]"]]),
        ] as [(String, [[String]])]
    )
    func brackets(line: String, expected: [[String]]) throws {
        #expect(try split(line).map(\.words) == expected)
    }

    @Test("What is open goes on in the next line, and the prompt can say what it is")
    func openings() throws {
        let cases: [(String, OpenQuote)] = [
            ("a 'b", .singleQuote), ("a \"b", .doubleQuote), ("a [1, {", .bracket(0x7B)),
            ("a \\", .continuation), ("a | jq '.x", .singleQuote),
        ]
        for (line, opening) in cases {
            var tokenizer = Tokenizer()
            #expect(try tokenizer.take(Array(line.utf8)).isEmpty)
            #expect(tokenizer.opening == opening)
            #expect(throws: LineError.unfinished(opening)) { try tokenizer.finish() }
            #expect(tokenizer.opening == nil)
        }
        #expect(try split("count \\\ndocs").map(\.words) == [["count", "docs"]])
        #expect(try split("a 'b\nc'").map(\.words) == [["a", "b\nc"]])
        #expect(try split("a \"b\\\nc\"").map(\.words) == [["a", "bc"]])
    }

    @Test("What follows a bar is for the system's shell, as it stands")
    func pipes() throws {
        let line = try split("get docs a | jq '.a | .b' ; cat # x")
        #expect(line == [ShellLine(words: ["get", "docs", "a"], pipe: " jq '.a | .b' ; cat # x")])
        #expect(try split("a | b '1\n2'").first?.pipe == " b '1\n2'")
        #expect(try split("a | b \\\n c").first?.pipe == " b \\\n c")
        #expect(throws: LineError.nothingToPipe) { try split("| cat") }
        #expect(throws: LineError.emptyPipe) { try split("count |  ") }
    }

    @Test("What is no line says why, and the next line is read as if nothing had been")
    func faults() throws {
        var tokenizer = Tokenizer()
        #expect(throws: LineError.mismatchedBracket(expected: "]", got: "}")) {
            try tokenizer.take(Array("a [1}".utf8))
        }
        #expect(throws: LineError.notUTF8) { try tokenizer.take([0x61, 0xFF]) }
        #expect(throws: LineError.containsNUL) { try tokenizer.take([0x61, 0]) }
        #expect(try tokenizer.take(Array("ok".utf8)) == [ShellLine(words: ["ok"])])
    }

    @Test("A command knows the line that it begins on")
    func numbers() throws {
        let lines = try split("\n# c\ncount [\n1]\nstats; version")
        #expect(lines.map(\.number) == [3, 5, 5])
    }

    @Test("A vector of 4096 numbers over as many lines is one word")
    func longVector() throws {
        let vector = "[" + (0..<4096).map { "\($0).5" }.joined(separator: ",\n") + "]"
        #expect(try split("search docs --vector " + vector).first?.words.last == vector)
    }
}
