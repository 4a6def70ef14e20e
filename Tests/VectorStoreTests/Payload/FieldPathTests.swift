import TestSupport
import Testing
import VectorStore

@Suite("Field paths")
struct FieldPathTests {
    @Test(
        "A path reads from its text, and its own text reads back",
        arguments: [
            ("a", ["a"], "a"), ("a.b.0", ["a", "b", "0"], "a.b.0"), ("_x-y", ["_x-y"], "_x-y"),
            ("\"odd name\".b", ["odd name", "b"], "\"odd name\".b"),
            ("\"a\"", ["a"], "a"), ("a.\"b.c\"", ["a", "b.c"], "a.\"b.c\""),
            ("\"say \"\"hi\"\"\"", ["say \"hi\""], "\"say \"\"hi\"\"\""), ("\"\"", [""], "\"\""),
            ("null", ["null"], "\"null\""), ("a.Null", ["a", "Null"], "a.Null"),
            ("\"0\".\"0\"", ["0", "0"], "\"0\".0"), ("名前", ["名前"], "名前"),
        ]
    )
    func parsing(text: String, components: [String], canonical: String) throws {
        let path = try FieldPath(parsing: text)
        #expect(path == FieldPath(components: components))
        #expect(path.description == canonical)
        #expect(try FieldPath(parsing: canonical) == path)
    }

    @Test("A random path reads back from its text", arguments: UInt64(0)..<30)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let path = random.field()
            #expect(try FieldPath(parsing: path.description) == path)
        }
    }

    @Test(
        "A mistake is reported with its column",
        arguments: [
            ("", 1, "", .name), ("a.", 3, "", .name), (".a", 1, ".", .name), ("a b", 2, " ", .end),
            ("1", 1, "1", .name), ("\"a", 1, "\"", .closingQuote), ("é.\"", 3, "\"", .closingQuote),
            ("\"a\u{0}\"", 3, "\u{0}", .name), ("\"a\"b", 4, "b", .end),
        ] as [(String, Int, String, FieldPathSyntaxError.Expected)]
    )
    func mistakes(
        text: String,
        position: Int,
        found: String,
        expected: FieldPathSyntaxError.Expected
    ) {
        let error = #expect(throws: FieldPathSyntaxError.self) { try FieldPath(parsing: text) }
        #expect(error?.position == position)
        #expect(error?.found == found)
        #expect(error?.expected == expected)
    }

    @Test("A list of paths stands between commas")
    func list() throws {
        let paths = try FieldPath.list(parsing: "a,b.c,\"x,y\"")
        #expect(paths.map(\.description) == ["a", "b.c", "\"x,y\""])
        for text in ["", "a,", "a b", ",a"] {
            #expect(throws: FieldPathSyntaxError.self) { try FieldPath.list(parsing: text) }
        }
    }

    @Test("Composed and decomposed letters are different names")
    func normalization() {
        #expect(FieldPath(components: ["\u{E9}"]) != FieldPath(components: ["e\u{301}"]))
    }

    @Test("A path of too many names is refused")
    func limit() throws {
        let names = [String](repeating: "a", count: FieldPath.componentCountMax + 1)
        let error = #expect(throws: FieldPathSyntaxError.self) {
            try FieldPath(parsing: names.joined(separator: "."))
        }
        #expect(error?.expected == .shorterPath)
    }
}
