import Testing
import VectorStore

@Suite("Filters over payload bytes")
struct PayloadFilterTests {
    private func matches(_ payload: String, _ filter: PayloadFilter) throws -> Bool {
        let bytes = Array(payload.utf8)
        return try filter.matches(bytes.span)
    }

    @Test(
        "A filter tells types, numbers and texts apart as documented",
        arguments: [
            (#"{"a":1.0}"#, "a = 1", true),
            (#"{"a":-0.0}"#, "a = 0 and a >= 0 and not a < 0", true),
            (#"{"a":9007199254740993}"#, "a = 9007199254740993", true),
            (#"{"a":9007199254740993}"#, "a = 9007199254740992.0", false),
            (#"{"a":9007199254740993}"#, "a > 9007199254740992.0", true),
            (#"{"a":9223372036854775807}"#, "a < 9223372036854775808", true),
            (#"{"a":-9223372036854775808}"#, "a = -9223372036854775808.0", true),
            (#"{"a":-9223372036854775808}"#, "a > -9223372036854777856.0", true),
            (#"{"a":1e400}"#, "a > 9223372036854775807 and a = 1e401", true),
            (#"{"a":5}"#, "a > 4.5 and a < 5.5", true),
            (#"{"a":true}"#, "a", true),
            (#"{"a":1}"#, "a", false),
            (#"{"a":true}"#, "a = 1", false),
            (#"{"a":true}"#, "a >= false", false),
            (#"{"a":false}"#, "a = false and a != true", true),
            (#"{"a":"1"}"#, "a = 1 or a < 2 or a > 0", false),
            (#"{"b":1}"#, "a = 1 or a < 1 or a in (1) or a exists or a is null", false),
            (#"{"b":1}"#, "a != 1 and a not in (1) and a is not null", true),
            (#"{"a":null}"#, "a exists and a is null", true),
            (#"{"a":null}"#, "a in (false, 0, '')", false),
            (#"{"a":["x"]}"#, "a = 'x'", false),
            (#"{"a":["x",{"y":1},[1],null,2.0,true]}"#, "a contains 2", true),
            (#"{"a":["x",{"y":1},[1],null,2.0,true]}"#, "a contains 1", false),
            (#"{"a":["x",{"y":1},[1],null,2.0,true]}"#, "a contains true", true),
            (#"{"a":[]}"#, "a contains '' or not a exists", false),
            (#"{"a":"xyz"}"#, "a contains 'x'", false),
            (#"{"a":"\u0041\u00e9\ud83d\ude00"}"#, "a = 'Aé😀'", true),
            (#"{"\u0061":1}"#, "a = 1", true),
            (#"{"a":"\ud83d"}"#, "a = '\u{FFFD}'", true),
            (#"{"a":"\ud83d\u0041"}"#, "a = '\u{FFFD}A'", true),
            (#"{"a":"\"\\\/\b\f\n\r\t"}"#, "a = '\"\\/\u{8}\u{C}\n\r\t'", true),
            (#"{"a":"x\u0000y"}"#, "a = 'x'", false),
            (#"{"a":"x\u0000y"}"#, "a prefix 'x' and a > 'x' and a < 'x ' ", true),
            ("{\"\u{E9}\":1}", "\"e\u{301}\" exists", false),
            (#"{"a":""}"#, "a = '' and a prefix ''", true),
            (#"{"a":{"b":{"c":1},"d":2},"e":3}"#, "a.b.c = 1 and e = 3", true),
            (#"{"a":{"b":{"c":1},"d":2},"e":3}"#, "a exists and a.b exists and a.x != 1", true),
            (#"{"a":[{"b":1}]}"#, "a.b = 1", false),
            (#"{"a":1}"#, "a.b = 1 or a.b exists", false),
            (#"{"":{"":1}}"#, "\"\".\"\" = 1", true),
            (#"{"a":"abcdefghijk"}"#, "a > 'abcdefghij' and a < 'abcdefgz'", true),
            (#"{"a":"abcdefghijk"}"#, "a prefix 'abcdefghijkl'", false),
            ("{}", "not a", true),
        ]
    )
    func semantics(payload: String, filter: String, expected: Bool) throws {
        let expression = try FilterExpression(parsing: filter)
        #expect(try matches(payload, PayloadFilter(expression)) == expected)
        #expect(PayloadTree(payload).passes(expression) == expected)
    }

    @Test("An empty and is true and an empty or is false")
    func empty() throws {
        #expect(try matches("{}", PayloadFilter(.and([]))))
        #expect(try !matches("{}", PayloadFilter(.or([]))))
    }

    @Test("A filter may have more than 64 conditions")
    func many() throws {
        let text = (0..<200).map { "a\($0) = \($0)" }.joined(separator: " or ")
        let filter = PayloadFilter(try FilterExpression(parsing: text))
        #expect(try matches(#"{"a5":6,"a150":150}"#, filter))
        #expect(try matches(#"{"a5":5}"#, filter))
        #expect(try !matches(#"{"a5":6,"a150":151}"#, filter))
    }

    @Test(
        "Bytes that can't be followed to the field are malformed",
        arguments: [
            ("", 0), ("[]", 0), ("{", 1), ("{\"z\"", 4), ("{\"z\":", 5), ("{\"z\":}", 5),
            ("{\"z\":1", 6), ("{\"z\":1]", 6), ("{\"z\":1,}", 7), ("{z:1}", 1), ("{\"z\":\"", 6),
            ("{\"z\":\"\\", 7), ("{\"z\":[1", 7), ("{\"a\":tru}", 5), ("{\"a\":01}", 5),
            ("{\"a\":\"\\x\"}", 7), ("{\"a\":\"\\u12\"}", 8), ("{\"a\":\"\\u12g4\"}", 10),
            ("{\"a\":-}", 5), ("{\"a\":1.}", 5), ("{\"a\":1e+}", 5), ("{\"a\": 1}", 5),
            ("{\"a\":1.5x}", 5), ("{\"a\":nul}", 5), ("{\"a\":abcdefgh}", 5),
        ]
    )
    func malformed(payload: String, offset: Int) throws {
        let filter = PayloadFilter(try FilterExpression(parsing: "a = 'x' or a = 1"))
        #expect(throws: MalformedPayloadError(offset: offset)) { try matches(payload, filter) }
    }
}
