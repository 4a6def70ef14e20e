import Testing
import VectorStore

@Suite("Payload indexes")
struct PayloadIndexTests {
    private func entries(_ path: String, _ payload: String) throws -> [PayloadIndex.Entry] {
        let bytes = Array(payload.utf8)
        return try PayloadIndex.entries(forField: FieldPath(parsing: path), payload: bytes.span)
    }

    @Test(
        "A value has one entry of its kind",
        arguments: [
            ("\"x\"", .text, .text("x")), ("\"\\u0041\"", .text, .text("A")),
            ("\"x\\u0000\"", .text, .blob([120, 0])), ("1", .number, .integer(1)),
            ("1.50", .number, .real(1.5)), ("true", .boolean, .integer(1)),
            ("false", .boolean, .integer(0)), ("null", .null, .text("")),
            ("{\"z\":1}", .object, .text("")), ("[]", .array, .text("")),
        ] as [(String, PayloadIndex.Kind, FilterSQLValue)]
    )
    func kinds(json: String, kind: PayloadIndex.Kind, value: FilterSQLValue) throws {
        let found = try entries("n.a", "{\"x\":[1],\"n\":{\"z\":0,\"a\":\(json)}}")
        #expect(found.map(\.field) == ["n.a"])
        #expect(found.map(\.kind) == [kind])
        #expect(found.map(\.value) == [value])
    }

    @Test("An array has entries for its elements, as far as they can be asked for")
    func elements() throws {
        let found = try entries("a", #"{"a":["x",1,true,null,[2],{"a":3},"x"]}"#)
        #expect(
            found.map(\.kind) == [
                .array, .textElement, .numberElement, .booleanElement, .textElement,
            ]
        )
    }

    @Test("A missing field has no entries", arguments: ["b", "a.b", "c.b", "d.e.f"])
    func missing(path: String) throws {
        #expect(try entries(path, #"{"a":1,"c":{},"d":{"e":[{"f":1}]}}"#).isEmpty)
    }

    @Test("A long text is cut at a whole character, and stays longer than any that is whole")
    func longText() throws {
        let limit = PayloadIndex.textByteCountMax
        for (text, length) in [
            (String(repeating: "k", count: limit), limit),
            (String(repeating: "k", count: limit + 9), limit + 1),
            (String(repeating: "k", count: limit) + "\u{1F600}\u{1F600}", limit + 4),
            (String(repeating: "k", count: limit - 1) + "\u{1F600}x", limit + 3),
        ] {
            let found = try entries("a", "{\"a\":\"\(text)\"}")
            #expect(found.map(\.value) == [.text(String(text.utf8.prefix(length)) ?? "")])
        }
    }

    @Test("A payload that can't be read is malformed")
    func malformed() {
        #expect(throws: MalformedPayloadError(offset: 0)) { try entries("a", "") }
        #expect(throws: MalformedPayloadError(offset: 5)) { try entries("a", #"{"a":x}"#) }
        #expect(throws: MalformedPayloadError(offset: 7)) { try entries("a", #"{"a":[1"#) }
    }

    @Test("The table reads well without this program")
    func readable() throws {
        let database = try FilterDatabase()
        let fields = [FieldPath(components: ["a"]), FieldPath(components: ["odd name"])]
        let payload = #"{"a":["x",1,1.0,true],"odd name":"v\u0000w"}"#
        try database.insert(payload, key: 4, indexing: fields)
        #expect(
            try database.texts("SELECT field, kind, value, typeof(value), key FROM index_7") == [
                "\"odd name\"|text|v|text|4", "a|array||text|4", "a|boolean[]|1|integer|4",
                "a|number[]|1|integer|4", "a|text[]|x|text|4",
            ]
        )
        try database.run(PayloadIndex.deleteFieldSQL(collection: 7), [.text("a")])
        #expect(try database.integers("SELECT count(*) FROM index_7") == [1])
    }
}
