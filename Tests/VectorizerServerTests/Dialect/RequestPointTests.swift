import Testing
import VectorStore
import VectorizerServer

@Suite("Ids, vectors and paths of requests")
struct RequestPointTests {
    @Test(
        "An id is a number of 64 bits or a UUID in one of its spellings",
        arguments: [
            ("0", "0"), ("18446744073709551615", "18446744073709551615"),
            (#""550e8400-e29b-41d4-a716-446655440000""#, "550e8400-e29b-41d4-a716-446655440000"),
            (#""550E8400E29B41D4A716446655440000""#, "550e8400-e29b-41d4-a716-446655440000"),
            (#""{550E8400-E29B-41D4-A716-446655440000}""#, "550e8400-e29b-41d4-a716-446655440000"),
            (
                #""urn:uuid:550e8400-e29b-41d4-a716-446655440000""#,
                "550e8400-e29b-41d4-a716-446655440000"
            ),
            (#""00000000-0000-0000-0000-000000000001""#, "00000000-0000-0000-0000-000000000001"),
        ]
    )
    func ids(json: String, text: String) throws {
        let id = try RequestPointID(try request(json))
        #expect(id.text == text)
        #expect(RequestPointID(id.pointID) == id)
        #expect(RequestPointID(path: text) == id)
        var writer = JSONWriter()
        writer.value(id)
        #expect(
            try RequestPointID(try request(String(decoding: writer.bytes, as: UTF8.self))) == id
        )
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "-1", "1.5", "1.0", "1e2", "true", "null", "18446744073709551616", #""abc""#, #""""#,
            #""12""#,
            "[1]", "{}", #""550e8400-e29b-41d4-a716-44665544000""#,
            #""550e8400-e29b-41d4-a716-4466554400000""#,
            #""550e8400e29b-41d4-a716-446655440000-""#, #""550e8400-e29b-41d4-a716-44665544000g""#,
            #""{550e8400-e29b-41d4-a716-446655440000""#, #""+50e8400e29b41d4a716446655440000""#,
            #""-50e8400e29b41d4a716446655440000""#,
        ]
    )
    func otherIDs(json: String) throws {
        let error = try refusal(json) { try RequestPointID($0) }
        #expect(error?.status == 400)
        #expect(error?.message.hasPrefix("Format error in JSON body: value ") == true)
    }

    @Test("Numbers come first, by their value, then UUIDs")
    func order() {
        let sorted: [RequestPointID] = [
            .number(2), .number(10), .uuid(0, 3), .uuid(0, 7), .uuid(1, 0),
        ]
        #expect(sorted.shuffled().sorted() == sorted)
    }

    @Test("Other ids of the store have one UUID each, for ever")
    func derived() throws {
        let id = try PointID("doc-1")
        let name = RequestPointID(id)
        #expect(name == RequestPointID(id))
        #expect(name != RequestPointID(try PointID("doc-2")))
        #expect(name.text == "9e294fb8-edec-53d1-88c4-1aa20db77dcf")
        #expect(!RequestPointID.isNative(id))
        for text in ["007", "+1", "18446744073709551616", "550E8400-E29B-41D4-A716-446655440000"] {
            #expect(!RequestPointID.isNative(try PointID(text)), "\(text)")
        }
        #expect(RequestPointID.isNative(try PointID("7")))
        #expect(RequestPointID(path: "+7") == nil)
        #expect(RequestPointID(path: "x") == nil)
    }

    @Test("Vectors are dense, sparse, or by names")
    func vectors() throws {
        #expect(try RequestVectors(try request("[1,0.15]"))[""] == .dense([1, 0.15]))
        let named = try RequestVectors(
            try request(#"{"a":[1],"b":{"indices":[7,2],"values":[0.5,1]},"":[2]}"#)
        )
        #expect(named.fields.map(\.name) == ["a", "b", ""])
        #expect(named["b"] == .sparse(indices: [2, 7], values: [1, 0.5]))
        #expect(named["x"] == nil)
        #expect(try RequestVectors(try request("{}")).fields.isEmpty)
        #expect(
            try RequestVectors(try request(#"{"b":{"indices":[],"values":[]}}"#))["b"]
                == .sparse(indices: [], values: [])
        )
    }

    @Test(
        "Vectors against the rules",
        arguments: [
            (#"{"v":[]}"#, 422, "v: dense vector must not be empty"),
            (
                #"{"v":{"t":{"indices":[1],"values":[1,2]}}}"#, 422,
                "v.?.values: Validation error: must be the same length as indices [{}]"
            ),
            (
                #"{"v":{"t":{"indices":[1,1],"values":[1,2]}}}"#, 422,
                "v.?.indices: Validation error: must be unique [{}]"
            ),
            (#"{"v":{"t":[]}}"#, 422, "v.?: dense vector must not be empty"),
            (#"{"v":[1e39]}"#, 400, "v[0]: "), (#"{"v":[1,"a"]}"#, 400, "v[1]: "),
            (#"{"v":"x"}"#, 400, "v: "), (#"{"v":[null]}"#, 400, "v[0]: "),
            (#"{"v":[[1,2],[3,4]]}"#, 400, "multivectors are not supported"),
            (#"{"v":{"t":[[1,2]]}}"#, 400, "multivectors are not supported"),
            (#"{"v":{"t":{"indices":[-1],"values":[1]}}}"#, 400, "v.t.indices[0]: "),
            (#"{"v":{"t":{"indices":[4294967296],"values":[1]}}}"#, 400, "32 bits"),
            (#"{"v":{"t":{"values":[1]}}}"#, 400, "missing field `indices`"),
            (#"{"v":{"text":"hello","model":"m"}}"#, 400, "not supported"),
        ]
    )
    func badVectors(json: String, status: Int, words: String) throws {
        let error = try refusal(json) { try RequestVectors(try #require($0.member("v"))) }
        #expect(error?.status == status)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "accepted")")
    }

    @Test(
        "Paths",
        arguments: [
            ("a", ["a"]), ("a.b-c_d", ["a", "b-c_d"]), ("a[]", ["a", "[]"]),
            ("a[2][].b", ["a", "2", "[]", "b"]), (#""odd.key[]".b"#, ["odd.key[]", "b"]),
            (#"a."""#, ["a", ""]), ("日本.é1", ["日本", "é1"]), ("1.2", ["1", "2"]),
        ] as [(String, [String])]
    )
    func paths(text: String, words: [String]) {
        let steps = PayloadPath(text)?.steps.map { step in
            switch step {
            case .member(let name): String(decoding: name, as: UTF8.self)
            case .anyElement: "[]"
            case .element(let number): "\(number)"
            }
        }
        #expect(steps == words)
    }

    @Test(
        "Texts that are no paths",
        arguments: [
            "", ".", "a.", ".a", "a..b", "a[", "a[1", "a[x]", "a[-1]", "[0]", "a b", "a]", "\"a",
            "a\"b\"",
            "a[18446744073709551616]", "a[].", "a[]b", "\"a\\\"b\"", "$id",
            String(repeating: "a.", count: 128) + "a",
        ]
    )
    func badPaths(text: String) {
        #expect(PayloadPath(text) == nil)
    }
}
