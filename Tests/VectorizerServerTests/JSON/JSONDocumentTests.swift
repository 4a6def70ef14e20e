import TestSupport
import Testing
import VectorizerServer

@Suite("Reading JSON")
struct JSONDocumentTests {
    private func read(_ text: String) throws -> JSONElement {
        try JSONDocument(parsing: Array(text.utf8)).root
    }

    @Test(
        "A scalar keeps its kind and its text",
        arguments: [
            ("null", JSONElement.Kind.null), ("true", .boolean), ("false", .boolean),
            ("1.0", .number), ("-0", .number), ("9007199254740993", .number), ("1e400", .number),
            ("\"a\\u0041\"", .string), ("\"\"", .string),
        ]
    )
    func scalars(text: String, kind: JSONElement.Kind) throws {
        let root = try read(" \n" + text + "\t")
        #expect(root.kind == kind)
        #expect(root.text == text)
        #expect(root.count == 0)
        #expect(root.elements.isEmpty)
        #expect(root.member("a") == nil)
    }

    @Test("Members keep their order, and of two with one name the last wins")
    func members() throws {
        let root = try read(#"{"b": 1, "a": [], "b": {"c": null}, "\u0061": "x"}"#)
        #expect(root.count == 4)
        #expect(root.members.map(\.name) == ["b", "a"])
        #expect(root.member("b")?.kind == .object)
        #expect(root.member("b")?.member("c")?.isNull == true)
        #expect(root.member("a")?.string == "x")
        #expect(root.member("c") == nil)
        #expect(String(decoding: root.minified, as: UTF8.self) == #"{"b":{"c":null},"a":"x"}"#)
    }

    @Test("Of many members with one name the last wins, too", arguments: [1, 16, 17, 200])
    func manyMembers(count: Int) throws {
        let members = (0..<count).map { "\"n\($0 / 2)\":\($0)" }.joined(separator: ",")
        let found = try read("{\(members)}").members
        #expect(found.map(\.name) == (0..<(count + 1) / 2).map { "n\($0)" })
        #expect(found.last?.value.integer == Int64(count - 1))
        #expect(found.first?.value.integer == Int64(min(count - 1, 1)))
    }

    @Test("Names that differ in normal form are two names")
    func normalForms() throws {
        let root = try read("{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(root.members.count == 2)
        #expect(root.member("e\u{301}")?.integer == 2)
        #expect(root.member("\u{E9}")?.integer == 1)
    }

    @Test("An array of numbers is floats, and its elements are still numbers with every digit")
    func numbers() throws {
        let root = try read("[ 0.15,-2 , 1e3,18446744073709551615,1e39,9007199254740993]")
        #expect(
            root.floats.map(Array.init)
                == [0.15, -2, 1000, 0x1p64, .infinity, Float(9_007_199_254_740_993)]
        )
        #expect(root.count == 6)
        #expect(
            root.elements.map(\.text) == [
                "0.15", "-2", "1e3", "18446744073709551615", "1e39", "9007199254740993",
            ]
        )
        #expect(
            root.elements.map(\.unsigned) == [
                nil, nil, nil, .max, nil, 9_007_199_254_740_993,
            ]
        )
        #expect(root.elements[1].integer == -2)
        #expect(try read("[]").floats?.isEmpty == true)
        #expect(
            try read("[[1,2],[3]]").elements.map { $0.floats.map(Array.init) } == [[1, 2], [3]]
        )
        #expect(try read(#"[1,"a"]"#).floats == nil)
        #expect(try read(#"[1,"a",2.5]"#).elements.map(\.text) == ["1", "\"a\"", "2.5"])
        #expect(try read("7").floats == nil)
    }

    @Test("Numbers are what they are asked to be, or nothing")
    func conversions() throws {
        #expect(try read("1.5").double == 1.5)
        #expect(try read("1.5").integer == nil)
        #expect(try read("-1").unsigned == nil)
        #expect(try read("18446744073709551616").unsigned == nil)
        #expect(try read("1e400").double == nil)
        #expect(try read("1e39").float == nil)
        #expect(try read("1e39").double == 1e39)
        #expect(try read("\"1\"").double == nil)
        #expect(try read("true").boolean == true)
        #expect(try read("null").boolean == nil)
    }

    @Test(
        "What is not JSON is refused with its line and column",
        arguments: [
            ("", 1, 1), ("{", 1, 2), ("[1,]", 1, 4), ("{\"a\" 1}", 1, 6), ("{\n \"a\":nul}", 2, 9),
            ("[NaN]", 1, 2), ("[-Infinity]", 1, 2), ("01", 1, 1), ("1 2", 1, 3), ("[1 2]", 1, 4),
            ("\"\u{1}\"", 1, 2), ("\"\\x\"", 1, 2), ("\"\\ud800\"", 1, 2), ("{\"a\":1,}", 1, 8),
            ("[1", 1, 3), ("tru", 1, 4), ("{1:2}", 1, 2), ("\u{FEFF}1", 1, 1), ("[1.]", 1, 2),
            ("+1", 1, 1), ("'a'", 1, 1), ("{\"a\":}", 1, 6), ("]", 1, 1), ("[}", 1, 2),
        ]
    )
    func malformed(text: String, line: Int, column: Int) throws {
        let error = #expect(throws: JSONSyntaxError.self) { try read(text) }
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.message.hasSuffix("at line \(line) column \(column)") == true)
    }

    @Test(
        "Bytes that are not UTF-8 are refused",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80],
        ]
            as [[UInt8]]
    )
    func badText(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONSyntaxError.self) {
            try JSONDocument(parsing: [quote] + bytes + [quote])
        }
    }

    @Test("128 levels are read, 129 are not, and a million don't exhaust the stack")
    func depth() throws {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(try read(nested(128)).count == 1)
        #expect(throws: JSONSyntaxError.self) { try read(nested(129)) }
        #expect(throws: JSONSyntaxError.self) { try read(nested(1_000_000)) }
        let objects = String(repeating: "{\"a\":", count: 129) + "1"
        #expect(throws: JSONSyntaxError.self) { try read(objects) }
    }

    @Test("More values than fit into memory are refused")
    func tooMany() throws {
        let bytes = Array(#"["",[1,2,3],{"a":null}]"#.utf8)
        #expect(try JSONDocument(parsing: bytes, nodeCountMax: 6).root.count == 3)
        let error = #expect(throws: JSONSyntaxError.self) {
            try JSONDocument(parsing: bytes, nodeCountMax: 5)
        }
        #expect(error?.reason == "more than 5 values")
    }

    @Test("A value knows the way to itself")
    func paths() throws {
        let root = try read(#"{"points":[{"id":1},{"vector":{"text":[1,2]},"id":[3,4]}],"n":0}"#)
        let points = try #require(root.member("points"))
        let vector = try #require(points.elements[1].member("vector"))
        let text = try #require(vector.member("text"))
        #expect(root.path().isEmpty)
        #expect(text.path() == "points[1].vector.text")
        #expect(text.path(maps: [vector]) == "points[1].vector.?")
        #expect(points.elements[1].member("id")?.elements[1].path() == "points[1].id[1]")
        #expect(root.member("n")?.path() == "n")
        #expect(text.place == (1, 39))
    }

    @Test("Damaged texts are read or refused, and never trap", arguments: UInt64(0)..<40)
    func damage(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let whole = Array(
            #"""
            {"a":[1,2.5e-3,-0],"b":{"c":["x",{"d":null}],"é\n":[[],{}]},"t":true,"v":[[1],[2,
            3]]}
            """#
            .utf8
        )
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = random.bytes(1)[0]
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(random.pick(Array("[]{},:\"0-.e\\n ".utf8)), at: place)
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            do throws(JSONSyntaxError) {
                let root = try JSONDocument(parsing: bytes).root
                let again = try JSONDocument(parsing: root.minified).root
                #expect(again.minified == root.minified)
            } catch {
                #expect(error.column >= 1)
            }
        }
    }
}
