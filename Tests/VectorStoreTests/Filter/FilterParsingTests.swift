import Testing
import VectorStore

@Suite("The grammar of filters")
struct FilterParsingTests {
    @Test(
        "A filter reads as the tree that it says",
        arguments: [
            ("a", .isTrue(path("a"))),
            ("NOT a", .not(.isTrue(path("a")))),
            ("a = 'it''s'", .comparison(path("a"), .equal, .text(Array("it's".utf8)))),
            ("a!=-1.5e2", .not(.comparison(path("a"), .equal, .number(.real(-150))))),
            ("a >= -5", .comparison(path("a"), .greaterOrEqual, .number(.integer(-5)))),
            ("a <9223372036854775808", .comparison(path("a"), .less, .number(.real(0x1p63)))),
            ("a in ('x', 1, TRUE)", .isIn(path("a"), [.text([120]), .number(.integer(1)), yes])),
            ("a not in (1)", .not(.isIn(path("a"), [.number(.integer(1))]))),
            ("a is null or b is not null", .or([.isNull(path("a")), .not(.isNull(path("b")))])),
            ("not a exists", .not(.exists(path("a")))),
            ("a prefix ''", .hasPrefix(path("a"), [])),
            ("$id = 7", .comparison(.id, .equal, .text([0x37]))),
            ("a not between 1 and 'x'", .not(.between(path("a"), one, .text([120])))),
            ("a[].b[12] exists", .exists(.payload([a0, .anyElement, b0, .element(12)]))),
            ("a.b-c.2.not contains true", .contains(path("a", "b-c", "2", "not"), yes)),
            ("\"not\" and \"odd \"\"name\"\"\".x", .and([.isTrue(path("not")), odd])),
            ("\"\" exists", .exists(path(""))),
            ("a or b and not c", .or([a, .and([b, .not(.isTrue(path("c")))])])),
            ("(a or b) and a", .and([.or([a, b]), a])),
            ("a and(b and a)", .and([a, .and([b, a])])),
            (" \n(\t(a) ) ", a),
            ("größe > 1 and 名前", .and([size, .isTrue(path("名前"))])),
        ] as [(String, FilterExpression)]
    )
    func tree(text: String, expected: FilterExpression) throws {
        #expect(try FilterExpression(parsing: text) == expected)
    }

    @Test(
        "A mistake is reported with its column, what is there and what should be",
        arguments: [
            ("", 1, "", .condition),
            ("   ", 4, "", .condition),
            ("a = null", 5, "null", .isNull),
            ("a != NULL", 6, "NULL", .isNull),
            ("a = \"x\"", 5, "\"x\"", .singleQuotes),
            ("a prefix \"x\"", 10, "\"x\"", .singleQuotes),
            ("a prefix 1", 10, "1", .text),
            ("a = b", 5, "b", .value),
            ("a == 1", 4, "=", .value),
            ("a =", 4, "", .value),
            ("a in 1", 6, "1", .openingParenthesis),
            ("a in ()", 7, ")", .value),
            ("a in (1 2)", 9, "2", .commaOrParenthesis),
            ("a in (1, null)", 10, "null", .value),
            ("a not null", 7, "null", .inAfterNot),
            ("a is 1", 6, "1", .null),
            ("a is not 1", 10, "1", .isNull),
            ("a 'x'", 3, "'x'", .comparison),
            ("a true", 3, "true", .comparison),
            ("a (b)", 3, "(", .comparison),
            ("a ~ 1", 3, "~", .comparison),
            ("a ! 1", 3, "!", .comparison),
            ("(a or b", 8, "", .closingParenthesis),
            ("a or b)", 7, ")", .conjunction),
            ("a = 1 b = 2", 7, "b", .conjunction),
            ("a and", 6, "", .condition),
            ("and a", 1, "and", .condition),
            ("1 = a", 1, "1", .condition),
            ("null", 1, "null", .condition),
            ("größe = 'x", 9, "'x", .closingQuote),
            ("e\u{301}e\u{301} = 1a", 6, "1a", .number),
            ("a = -", 5, "-", .number),
            ("a = 01", 5, "01", .number),
            ("a = 1.", 5, "1.", .number),
            ("a = 1e", 5, "1e", .number),
            ("a. = 1", 3, " ", .fieldName),
            ("a..b", 3, ".", .fieldName),
            ("a.\"b", 3, "\"", .closingDoubleQuote),
            ("\u{2018}a\u{2019}", 1, "\u{2018}", .condition),
            ("a = '" + String(repeating: "x", count: 90), 5, "'" + x39, .closingQuote),
        ] as [(String, Int, String, FilterSyntaxError.Expected)]
    )
    func mistake(
        text: String,
        position: Int,
        found: String,
        expected: FilterSyntaxError.Expected
    ) {
        let error = FilterSyntaxError(position: position, found: found, expected: expected)
        #expect(throws: error) { try FilterExpression(parsing: text) }
    }

    @Test("Parentheses and not nest 128 deep and no deeper")
    func nesting() throws {
        let limit = FilterExpression.nestingDepthMax
        let parentheses = String(repeating: "(", count: limit)
        let closing = String(repeating: ")", count: limit)
        #expect(try FilterExpression(parsing: parentheses + "a" + closing) == a)
        let nots = String(repeating: "not ", count: limit + 1)
        let error = FilterSyntaxError(position: 513, found: "not", expected: .lessNesting)
        #expect(throws: error) { try FilterExpression(parsing: nots + "a") }
    }

    @Test("A filter has 10,000 words and signs and no more, not counting lists")
    func tokens() throws {
        let limit = FilterExpression.tokenCountMax
        let terms = String(repeating: "a and ", count: limit / 2 - 3)
        let list = String(repeating: "1,", count: limit)
        #expect(throws: Never.self) {
            try FilterExpression(parsing: terms + "a in (\(list)2) and b  ")
        }
        let error = #expect(throws: FilterSyntaxError.self) {
            try FilterExpression(parsing: terms + "a in (\(list)2) and b and b")
        }
        #expect(error?.expected == .fewerTokens)
    }

    @Test("A field path has 128 names and no more")
    func longPath() throws {
        let names = [String](repeating: "a", count: 128).joined(separator: ".")
        let field = FilterField(try FieldPath(parsing: names))
        #expect(try FilterExpression(parsing: names) == .isTrue(field))
        let error = #expect(throws: FilterSyntaxError.self) {
            try FilterExpression(parsing: names + ".a")
        }
        #expect(error?.expected == .shorterPath)
    }
}

private func path(_ components: String...) -> FilterField {
    FilterField(FieldPath(components: components))
}

private let a = FilterExpression.isTrue(path("a"))
private let b = FilterExpression.isTrue(path("b"))
private let odd = FilterExpression.isTrue(path("odd \"name\"", "x"))
private let size = FilterExpression.comparison(path("größe"), .greater, .number(.integer(1)))
private let a0 = FilterField.Step.member(Array("a".utf8))
private let b0 = FilterField.Step.member(Array("b".utf8))
private let one = FilterValue.number(.integer(1))
private let yes = FilterValue.boolean(true)
private let x39 = String(repeating: "x", count: 39)
