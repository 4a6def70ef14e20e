import TestSupport
import Testing
import VectorStore

@Suite("Patterns, ranges, arrays and ids in filters")
struct FilterLanguageTests {
    private func check(
        _ payload: String,
        _ filter: String,
        id: String = "",
        _ expected: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let expression = try FilterExpression(parsing: filter)
        let (bytes, idBytes) = (Array(payload.utf8), Array(id.utf8))
        let matches = try PayloadFilter(expression).matches(bytes.span, id: idBytes.span)
        #expect(matches == expected, "\(filter)", sourceLocation: sourceLocation)
        let passes = PayloadTree(payload).passes(expression, id: id)
        #expect(passes == expected, "\(filter)", sourceLocation: sourceLocation)
    }

    @Test(
        "like compares a whole text, character by character",
        arguments: [
            ("Hello World", "Hello%", true), ("Hello World", "%World", true),
            ("Hello World", "%o W%", true), ("Hello World", "Hello", false),
            ("Hello World", "hello%", false), ("Hello World", "H_llo_World", true),
            ("Hello World", "H__llo%", false), ("", "%", true), ("", "", true), ("", "_", false),
            ("abcabd", "%ab_d%", false), ("abcabd", "%ab_", true), ("abcabd", "a%b%b%d", true),
            ("aab", "%ab", true), ("aaa", "%aa_", true), ("ab", "_%_", true), ("a", "_%_", false),
            ("50%", "50\\%", true), ("505", "50\\%", false), ("a_b", "a\\_b", true),
            ("axb", "a\\_b", false), ("a\\\\b", "a\\\\b", true), ("ab", "\\a\\b", true),
            ("\u{E9}", "_", true), ("e\u{301}", "_", false), ("e\u{301}", "__", true),
            ("\u{1F600}x", "_x", true), ("x\u{1F600}", "%\u{1F600}", true),
            ("\\ud83d\\ude00", "_", true), ("caf\\u00e9", "caf\u{E9}", true),
            ("x\\u0000y", "x_y", true), ("it's", "it''s", true),
        ]
    )
    func like(text: String, pattern: String, expected: Bool) throws {
        try check(#"{"a":"\#(text)"}"#, "a like '\(pattern)'", expected)
        try check(#"{"a":"\#(text)"}"#, "a not like '\(pattern)'", !expected)
        if expected { try check(#"{"a":"\#(text)"}"#, "a ilike '\(pattern)'", true) }
    }

    @Test(
        "ilike takes characters for one that differ in case only, in all scripts",
        arguments: [
            ("HELLO", "%ello", true), ("Stra\u{DF}e", "STRA\u{DF}E", true),
            ("Stra\u{DF}e", "STRASSE", false), ("\u{1E9E}", "\u{DF}", true),
            ("\u{C9}t\u{E9}", "\u{E9}T\u{C9}", true), ("\u{394}\u{3C2}", "\u{3B4}\u{3A3}", true),
            ("\u{41F}\u{440}\u{438}", "%\u{420}\u{418}", true), ("\u{131}", "i", false),
            ("\u{130}", "i", false), ("\u{212A}", "k", true), ("\u{10400}", "\u{10428}", true),
            ("[", "{", false), ("@", "`", false), ("\u{FB00}", "FF", false),
        ]
    )
    func ilike(text: String, pattern: String, expected: Bool) throws {
        let filter = PayloadFilter(try FilterExpression(parsing: "a ilike '\(pattern)'"))
        let payload = Array(#"{"a":"\#(text)"}"#.utf8)
        #expect(try filter.matches(payload.span) == expected)
    }

    @Test(
        "Patterns and ranges are about values of their type",
        arguments: [
            (#"{"a":5}"#, "a like '5'", false), (#"{"a":["x"]}"#, "a like '%'", false),
            (#"{"b":1}"#, "a like '%'", false), (#"{"b":1}"#, "a not like '%'", true),
            (#"{"a":2}"#, "a between 2 and 2.5", true),
            (#"{"a":2.5}"#, "a between 2 and 2.5", true),
            (#"{"a":2.6}"#, "a between 2 and 2.5", false),
            (#"{"a":2}"#, "a between 3 and 1", false),
            (#"{"a":"b"}"#, "a between 'a' and 'c'", true),
            (#"{"a":"b"}"#, "a between 1 and 'c'", false),
            (#"{"a":true}"#, "a between false and true", false),
            (#"{"b":1}"#, "a not between 1 and 2", true),
            (#"{"a":3}"#, "a between 1 and 5 and a not between 1 and 2", true),
            (#"{"like":1,"between":2,"ilike":3}"#, "like = 1 and between = 2 and ilike = 3", true),
            (#"{"like":"like"}"#, "like like 'l%' and not like ilike 'x'", true),
            (#"{"between":2}"#, "between between 1 and 3", true),
        ]
    )
    func types(payload: String, filter: String, expected: Bool) throws {
        try check(payload, filter, expected)
    }

    private static let tags = #"{"tags":[{"k":"a","v":1},{"k":"b","v":2}],"n":[1,[2,3],"x",null]}"#

    @Test(
        "Brackets lead into arrays: to any element, or to one",
        arguments: [
            ("tags[].k = 'b'", true), ("tags[].k = 'c'", false), ("tags[].k != 'a'", false),
            ("tags[].k != 'c'", true), ("tags[0].k = 'a'", true), ("tags[1].k = 'a'", false),
            ("tags[2].k exists", false), ("tags[1] exists", true), ("tags[].x exists", false),
            ("tags[].v exists and tags[] exists", true), ("tags[].k = 'a' and tags[].v = 2", true),
            ("tags[0].k = 'a' and tags[0].v = 2", false), ("tags[].v between 2 and 9", true),
            ("tags[].v > 1 and tags[].v < 2", true), ("tags[].k in ('x', 'b')", true),
            ("tags[].k prefix ''", true), ("tags[].k like '_'", true), ("tags[].k ilike 'B'", true),
            ("n[] = 1", true), ("n[] = 'x'", true), ("n[] = 2", false), ("n[][] = 2", true),
            ("n[1][0] = 2", true), ("n[1][1] = 2", false), ("n[] contains 3", true),
            ("n contains 'x'", true), ("n[] is null", true), ("n[3] is null", true),
            ("n[0] is null", false), ("n[2] contains 'x'", false), ("tags.k = 'a'", false),
            ("tags[].k[] = 'a'", false), ("n[9223372036854775807] exists", false),
            ("n[00] = 1", true), ("tags[].k = 'a' and n[0] = 1 and tags[1].v = 2", true),
            ("tags[].k = 'a' and tags[].k = 'b' and n[].x != 1", true), ("\"n\"[0] = 1", true),
        ]
    )
    func arrays(filter: String, expected: Bool) throws {
        try check(Self.tags, filter, expected)
        try check(#"{"x":\#(Self.tags)}"#, "x." + filter.replacingFields(), expected)
    }

    @Test("An empty array and what is no array have no elements")
    func noElements() throws {
        for payload in [#"{"a":[]}"#, #"{"a":{}}"#, #"{"a":"x"}"#, #"{"a":null}"#, "{}"] {
            try check(payload, "a[] exists or a[] = 'x' or a[0] exists or a[].b exists", false)
            try check(payload, "a[] != 'x'", true)
        }
    }

    @Test(
        "The id is a text, and a whole number that equals it stands for its text",
        arguments: [
            ("$id = 'int2'", true), ("$id != 'int2'", false), ("$id in ('x', 'int2')", true),
            ("$id not in ('x')", true), ("$id prefix 'int'", true), ("$id > 'int1'", true),
            ("$id < 'int10'", false), ("$id between 'int' and 'int3'", true),
            ("$id like '_nt%'", true), ("$id ilike 'INT_'", true), ("$id exists", true),
            ("$id is null", false), ("$id is not null", true), ("$id contains 'int2'", false),
            ("n = 1 and $id = 'int2'", true), ("n = 2 or $id = 'int2'", true),
            ("not ($id = 'int2' and n = 2)", true), ("\"$id\" = 'field'", true),
            ("$id = 7", false), ("$id != 7", true), ("$id in (7, 8)", false),
        ]
    )
    func ids(filter: String, expected: Bool) throws {
        try check(#"{"n":1,"$id":"field","id":"other"}"#, filter, id: "int2", expected)
    }

    @Test("An id of digits equals the number")
    func numericID() throws {
        try check("{}", "$id = 7 and $id in (1, 7) and $id != 8", id: "7", true)
        try check("{}", "$id = -7", id: "-7", true)
    }

    @Test(
        "Mistakes in the new words are reported like all others",
        arguments: [
            ("a like 1", 8, "1", .text), ("a like \"x\"", 8, "\"x\"", .singleQuotes),
            ("a like 'x\\'", 8, "'x\\'", .escaped), ("a ilike '\\'", 9, "'\\'", .escaped),
            ("a between 1", 12, "", .andInRange), ("a between 1 or 2", 13, "or", .andInRange),
            ("a between 1 and", 16, "", .value), ("a not exists", 7, "exists", .inAfterNot),
            ("a not 'x'", 7, "'x'", .inAfterNot), ("$id", 4, "", .comparison),
            ("$id = 1.5", 7, "1.5", .idText), ("$id > 5", 7, "5", .idText),
            ("$id = true", 7, "true", .idText), ("$id in (1, 1e0)", 12, "1e0", .idText),
            ("$id between 1 and 2", 13, "1", .idText), ("$key = 1", 1, "$key", .id),
            ("$ = 1", 1, "$", .id), ("$id.x = 1", 4, ".", .comparison),
            ("a[ = 1", 3, " ", .element), ("a[x] = 1", 3, "x", .element),
            ("a[-1] = 1", 3, "-", .element), ("a[1", 4, "", .element),
            ("a[9223372036854775808] = 1", 3, "9", .element), ("a[] b", 5, "b", .comparison),
            ("[0] = 1", 1, "[", .condition), ("a[].[0] = 1", 5, "[", .fieldName),
        ] as [(String, Int, String, FilterSyntaxError.Expected)]
    )
    func mistakes(
        text: String,
        position: Int,
        found: String,
        expected: FilterSyntaxError.Expected
    ) {
        let error = FilterSyntaxError(position: position, found: found, expected: expected)
        #expect(throws: error) { try FilterExpression(parsing: text) }
    }

    @Test("Names and brackets together are 128 levels and no more")
    func deep() throws {
        let brackets = String(repeating: "[]", count: 127)
        let expression = try FilterExpression(parsing: "a\(brackets) = 1")
        #expect(expression.field?.description == "a\(brackets)")
        for text in ["a\(brackets)[]", "a\(brackets).b"] {
            let error = #expect(throws: FilterSyntaxError.self) {
                try FilterExpression(parsing: text)
            }
            #expect(error?.expected == .shorterPath)
        }
    }

    @Test("Lists hold a million values and no more, and a text 16 MiB")
    func limits() throws {
        let list = String(repeating: "1,", count: Limits.filterValueCount - 1)
        #expect(throws: Never.self) { try FilterExpression(parsing: "a in (\(list)1)") }
        let error = #expect(throws: FilterSyntaxError.self) {
            try FilterExpression(parsing: "a in (1) or a in (\(list)1)")
        }
        #expect(error?.expected == .fewerValues)
        let long = "a" + String(repeating: " ", count: Limits.filterByteCount)
        #expect(
            throws: VectorStoreError.point(
                .limitExceeded(
                    limit: "filter",
                    maximum: Limits.filterByteCount,
                    got: Limits.filterByteCount + 1
                )
            )
        ) { try PointFilter(parsing: long) }
    }

    @Test("A pattern over a text that is no UTF-8 is answered", arguments: UInt64(0)..<20)
    func brokenText(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let filter = PayloadFilter(try FilterExpression(parsing: "a ilike '%_\u{E9}_%' or b"))
        let bytes: [UInt8] = [0xC3, 0xA9, 0xE2, 0xF0, 0x80, 0x41]
        for _ in 0..<50 {
            let text = (0..<12).map { _ in random.pick(bytes) }
            let payload = Array(#"{"a":""#.utf8) + text + Array(#"","b":true}"#.utf8)
            #expect(try filter.matches(payload.span))
        }
    }
}

extension String {
    /// The filter with `x.` in front of each of its fields but the first.
    fileprivate func replacingFields() -> String {
        var words = split(separator: " ").map(String.init)
        for index in words.indices.dropFirst() where words[index - 1] == "and" {
            guard Int(words[index]) == nil else { continue }
            words[index] = "x." + words[index]
        }
        return words.joined(separator: " ")
    }
}
