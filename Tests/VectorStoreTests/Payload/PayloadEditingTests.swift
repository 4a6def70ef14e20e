import TestSupport
import Testing
import VectorStore

@Suite("Changing payloads")
struct PayloadEditingTests {
    private let payload = #"{"a":1.0,"b":{"c":[1,2],"d":{"e":"x"}},"\u0066":null,"g":{}}"#

    private func project(_ json: String, _ fields: String...) throws -> String {
        let paths = try fields.map { try FieldPath(parsing: $0) }
        let bytes = Array(json.utf8)
        let result = try PayloadEditing.projection(of: bytes.span, fields: paths)
        return String(decoding: result, as: UTF8.self)
    }

    private func remove(_ json: String, _ fields: String...) throws -> String {
        let paths = try fields.map { try FieldPath(parsing: $0) }
        let bytes = Array(json.utf8)
        let result = try PayloadEditing.removing(fields: paths, from: bytes.span)
        return String(decoding: result, as: UTF8.self)
    }

    private func merge(_ first: String, _ second: String) throws -> String {
        let payload = Array(first.utf8)
        let object = Array(second.utf8)
        let result = try PayloadEditing.merging(payload.span, with: object.span)
        return String(decoding: result, as: UTF8.self)
    }

    private func text(_ json: String) throws -> [UInt8]? {
        let bytes = Array(json.utf8)
        return try PayloadEditing.text(of: bytes.span)
    }

    private func members(_ json: String) throws -> [PayloadMember] {
        let bytes = Array(json.utf8)
        return try PayloadEditing.members(of: bytes.span)
    }

    @Test("A projection keeps order, nesting and the text of what it keeps")
    func projection() throws {
        #expect(try project(payload, "f", "a") == #"{"a":1.0,"\u0066":null}"#)
        #expect(try project(payload, "b.d.e") == #"{"b":{"d":{"e":"x"}}}"#)
        #expect(try project(payload, "b.d.e", "b.c") == #"{"b":{"c":[1,2],"d":{"e":"x"}}}"#)
        #expect(try project(payload, "b", "b.c") == #"{"b":{"c":[1,2],"d":{"e":"x"}}}"#)
        #expect(try project(payload, "b.x", "a.b", "g.h", "z", "f") == #"{"\u0066":null}"#)
        #expect(try project(payload, "g") == #"{"g":{}}"#)
        #expect(try project(payload) == "{}")
    }

    @Test("Removing leaves parents and everything else")
    func removing() throws {
        #expect(try remove(payload, "a", "b.d.e", "f") == #"{"b":{"c":[1,2],"d":{}},"g":{}}"#)
        #expect(try remove(payload, "b", "b.c", "a.x") == #"{"a":1.0,"\u0066":null,"g":{}}"#)
        #expect(try remove(payload, "b.c", "z.z") == payload.replacing(#""c":[1,2],"#, with: ""))
        #expect(try remove(payload) == payload)
        #expect(try remove("{}", "a") == "{}")
    }

    @Test("A merge replaces in place and appends what is new")
    func merging() throws {
        #expect(
            try merge(payload, #"{"z":0,"f":"new","a":{"q":1},"\u007a2":[]}"#)
                == #"{"a":{"q":1},"b":{"c":[1,2],"d":{"e":"x"}},"\u0066":"new","g":{},"#
                + #""z":0,"\u007a2":[]}"#
        )
        #expect(try merge("{}", #"{"a":1}"#) == #"{"a":1}"#)
        #expect(try merge(#"{"a":1}"#, "{}") == #"{"a":1}"#)
        #expect(try merge("{}", "{}") == "{}")
    }

    @Test("Members come in their order with decoded names and raw values")
    func members() throws {
        let bytes = Array(payload.utf8)
        let members = try members(payload)
        #expect(members.map(\.nameText) == ["a", "b", "f", "g"])
        #expect(
            members.map { String(decoding: bytes[$0.value], as: UTF8.self) }
                == ["1.0", #"{"c":[1,2],"d":{"e":"x"}}"#, "null", "{}"]
        )
    }

    @Test("The text of a value is decoded, and only a string has one")
    func text() throws {
        #expect(try text(#""a\n\u00e9""#) == Array("a\né".utf8))
        #expect(try text("12") == nil)
        #expect(throws: MalformedPayloadError(offset: 3)) { try text(#""a"b"#) }
        #expect(throws: MalformedPayloadError(offset: 0)) { try text("") }
    }

    @Test(
        "What is no minified object is refused by every function",
        arguments: ["", "{", "[]", "1", #"{"a":1}x"#, #"{"a":{"b":1}"#, #"{"a":"\q"#, #"{"a" :1}"#]
    )
    func malformed(json: String) {
        #expect(throws: MalformedPayloadError.self) { try project(json, "a.b") }
        #expect(throws: MalformedPayloadError.self) { try remove(json, "a.b") }
        #expect(throws: MalformedPayloadError.self) { try merge(json, "{}") }
        #expect(throws: MalformedPayloadError.self) { try merge("{}", json) }
        #expect(throws: MalformedPayloadError.self) { try members(json) }
    }

    @Test("What is projected and what is removed make up the whole", arguments: UInt64(0)..<40)
    func parts(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let json = random.payload()
            let bytes = Array(json.utf8)
            let names = try members(json).map(\.nameText)
            let chosen = names.filter { _ in random.chance(50) }
            let fields = chosen.map { FieldPath(components: [$0]) }
            let kept = try PayloadEditing.projection(of: bytes.span, fields: fields)
            let rest = try PayloadEditing.removing(fields: fields, from: bytes.span)
            let isWhole = chosen.isEmpty || chosen.count == names.count
            #expect(kept.count + rest.count == bytes.count + (isWhole ? 2 : 1))
            let whole = try PayloadEditing.merging(rest.span, with: kept.span)
            #expect(whole.count == bytes.count)
            #expect(try PayloadEditing.merging(bytes.span, with: kept.span) == bytes)
            let tree = PayloadTree(String(decoding: whole, as: UTF8.self))
            for name in names {
                let path = [FilterField.Step.member(Array(name.utf8))][...]
                #expect(tree.values(path) == PayloadTree(json).values(path))
            }
        }
    }
}
