import TestSupport
import Testing
import VectorStore

@Suite("Editing payloads through arrays")
struct DocumentEditingTests {
    private func steps(_ text: String) -> [FilterField.Step] {
        text.split(separator: " ").map { word in
            if word == "[]" { return .anyElement }
            return Int(word).map { .element($0) } ?? .member(Array(word.utf8))
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(
        "An object is merged in, and what is not changed stays as it was written",
        arguments: [
            (
                #"{"a":1.0,"b":[1]}"#, #"{"b":2,"c":{"d":1e2}}"#, "",
                #"{"a":1.0,"b":2,"c":{"d":1e2}}"#
            ),
            (#"{"a":1,"b":2}"#, #"{"a":null,"x":null}"#, "", #"{"b":2}"#),
            ("{}", #"{"a":9007199254740993}"#, "", #"{"a":9007199254740993}"#),
            (#"{"a":1}"#, "{}", "", #"{"a":1}"#),
            (#"{"\u0061":1}"#, #"{"a":2}"#, "", #"{"a":2}"#),
            (#"{"a":{"b":1,"c":2}}"#, #"{"b":3}"#, "a", #"{"a":{"b":3,"c":2}}"#),
            (#"{"a":{"b":1}}"#, #"{"b":null}"#, "a", #"{"a":{}}"#),
            (#"{"a":7}"#, #"{"b":1}"#, "a", #"{"a":{"b":1}}"#),
            (#"{}"#, #"{"b":1}"#, "not there", #"{"not":{"there":{"b":1}}}"#),
            (#"{"a":7,"z":0}"#, #"{"b":1}"#, "a x", #"{"a":{"x":{"b":1}},"z":0}"#),
            (#"{"a":[{"b":1},{"b":2}]}"#, #"{"c":0}"#, "a 0", #"{"a":[{"b":1,"c":0},{"b":2}]}"#),
            (#"{"a":[{"b":1},{"b":2}]}"#, #"{"c":0}"#, "a 5", #"{"a":[{"b":1},{"b":2}]}"#),
            (#"{"a":[{"b":1},7]}"#, #"{"c":0}"#, "a []", #"{"a":[{"b":1,"c":0},{"c":0}]}"#),
            (
                #"{"a":[{"b":1},7]}"#, #"{"c":0}"#, "a [] d",
                #"{"a":[{"b":1,"d":{"c":0}},{"d":{"c":0}}]}"#
            ),
            (#"{"a":7}"#, #"{"c":0}"#, "a []", #"{"a":[]}"#),
            (#"{"a":{"b":1}}"#, #"{"c":0}"#, "a 0", #"{"a":[]}"#),
            (#"{}"#, #"{"c":0}"#, "a []", #"{"a":[]}"#),
            (#"{"a":[]}"#, #"{"c":0}"#, "a []", #"{"a":[]}"#),
        ]
    )
    func setting(payload: String, object: String, path: String, expected: String) throws {
        let result = try DocumentEditing.set(
            Array(object.utf8).span,
            at: steps(path),
            in: Array(payload.utf8).span
        )
        #expect(text(result) == expected)
    }

    @Test(
        "What lies at a path is removed, in each element that it leads to",
        arguments: [
            (#"{"a":1,"b":2.0}"#, "a", #"{"b":2.0}"#),
            (#"{"a":1}"#, "x", #"{"a":1}"#),
            (#"{"a":{"b":1,"c":2}}"#, "a b", #"{"a":{"c":2}}"#),
            (#"{"a":{"b":1}}"#, "a b", #"{"a":{}}"#),
            (#"{"a":{"b":[{"c":1,"d":2},{"d":3},4]}}"#, "a b [] d", #"{"a":{"b":[{"c":1},{},4]}}"#),
            (#"{"a":[1,2]}"#, "a []", #"{"a":[]}"#),
            (#"{"a":[1,2]}"#, "a 0", #"{"a":[1,2]}"#),
            (#"{"a":[{"b":1},{"b":2}]}"#, "a 1 b", #"{"a":[{"b":1},{}]}"#),
            (#"{"a":7}"#, "a b", #"{"a":7}"#),
            (#"{"a":7}"#, "a []", #"{"a":7}"#),
        ]
    )
    func removing(payload: String, path: String, expected: String) throws {
        let result = try DocumentEditing.removing(steps(path), from: Array(payload.utf8).span)
        #expect(text(result) == expected)
        #expect(try DocumentEditing.removing(steps(path), from: result.span) == result)
    }

    @Test(
        "A selection keeps what it names, or leaves it out",
        arguments: [
            (
                ["n", "a b [] c"], #"{"n":1,"a":{"b":[{"c":1},{"c":9}]}}"#,
                #"{"a":{"b":[{"d":1},{"d":2}]},"t":[1.0]}"#
            ),
            (["a"], #"{"a":{"b":[{"c":1,"d":1},{"c":9,"d":2}]}}"#, #"{"n":1,"t":[1.0]}"#),
            (["a b"], #"{"a":{"b":[{"c":1,"d":1},{"c":9,"d":2}]}}"#, #"{"n":1,"a":{},"t":[1.0]}"#),
            (["t []"], #"{"t":[1.0]}"#, #"{"n":1,"a":{"b":[{"c":1,"d":1},{"c":9,"d":2}]},"t":[]}"#),
            (["t 0"], #"{"t":[]}"#, #"{"n":1,"a":{"b":[{"c":1,"d":1},{"c":9,"d":2}]},"t":[1.0]}"#),
            (["n x"], #"{"n":1}"#, #"{"n":1,"a":{"b":[{"c":1,"d":1},{"c":9,"d":2}]},"t":[1.0]}"#),
            (
                ["a b c", "a x"], #"{"a":{"b":[]}}"#,
                #"{"n":1,"a":{"b":[{"c":1,"d":1},{"c":9,"d":2}]},"t":[1.0]}"#
            ),
            ([], "{}", #"{"n":1,"a":{"b":[{"c":1,"d":1},{"c":9,"d":2}]},"t":[1.0]}"#),
            (["a", "a b"], #"{"a":{"b":[{"c":1,"d":1},{"c":9,"d":2}]}}"#, #"{"n":1,"t":[1.0]}"#),
        ]
    )
    func selections(paths: [String], included: String, excluded: String) throws {
        let payload = Array(#"{"n":1,"a":{"b":[{"c":1,"d":1},{"c":9,"d":2}]},"t":[1.0]}"#.utf8)
        let selection = DocumentSelection(paths.map(steps))
        #expect(text(try selection.including(payload.span)) == included)
        #expect(text(try selection.excluding(payload.span)) == excluded)
    }

    @Test("Values at a path, arrays replaced by their elements")
    func values() throws {
        let payload = Array(#"{"a":[1,1.0,"x",null,true,[2],{"b":3}],"c":{"d":"y"}}"#.utf8)
        #expect(
            try DocumentValue.all(at: steps("a"), in: payload.span) == [
                .number(.integer(1)), .number(.real(1)), .text("x"), .null, .boolean(true), .array,
                .object,
            ]
        )
        #expect(try DocumentValue.all(at: steps("c d"), in: payload.span) == [.text("y")])
        #expect(
            try DocumentValue.all(at: steps("a [] b"), in: payload.span) == [.number(.integer(3))]
        )
        #expect(try DocumentValue.all(at: steps("x"), in: payload.span).isEmpty)
    }

    @Test("Results are minified JSON, and damaged payloads are refused", arguments: UInt64(0)..<30)
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<60 {
            let payload = Array(random.payload().utf8)
            let object = Array(random.payload().utf8)
            guard case .payload(let path) = random.place() else { continue }
            let set = try DocumentEditing.set(object.span, at: path, in: payload.span)
            #expect(try JSONMinifier.minified(set.span) == set)
            #expect(try DocumentEditing.set(object.span, at: path, in: set.span) == set)
            let removed = try DocumentEditing.removing(path, from: payload.span)
            #expect(try JSONMinifier.minified(removed.span) == removed)
            let part = try DocumentSelection([path]).including(payload.span)
            #expect(try JSONMinifier.minified(part.span) == part)
            var damaged = payload
            damaged.remove(at: Int.random(in: damaged.indices, using: &random))
            do throws(MalformedPayloadError) {
                _ = try DocumentEditing.set(object.span, at: path, in: damaged.span)
                _ = try DocumentEditing.removing(path, from: damaged.span)
                _ = try DocumentSelection([path]).excluding(damaged.span)
                _ = try DocumentValue.all(at: path, in: damaged.span)
            } catch {
                #expect(error.offset >= 0)
            }
        }
    }
}
