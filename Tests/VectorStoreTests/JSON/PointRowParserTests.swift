import Testing
import VectorStore

@Suite("Point row parser")
struct PointRowParserTests {
    private struct Row: Equatable {
        var id: String
        var vector: [Float]
        var payload: String
    }

    private func parse(
        _ line: String,
        dimension: Int? = 2,
        payloadField: String = "payload"
    ) throws(PointRowError) -> Row {
        var parser = PointRowParser(payloadField: payloadField, dimension: dimension)
        var vector: [Float] = [9]
        var payload: [UInt8] = [0x21]
        do throws(PointRowError) {
            let id = try parser.parse(Array(line.utf8).span, vector: &vector, payload: &payload)
            return Row(
                id: id,
                vector: Array(vector.dropFirst()),
                payload: String(decoding: payload.dropFirst(), as: UTF8.self)
            )
        } catch {
            #expect(vector == [9] && payload == [0x21], "a refused row leaves no trace")
            throw error
        }
    }

    private func fault(_ line: String, dimension: Int? = 2) -> PointRowError? {
        do throws(PointRowError) {
            _ = try parse(line, dimension: dimension)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "A row gives id, vector and payload",
        arguments: [
            (#"{"id":"a","vector":[1,2],"payload":{"x": 1.0}}"#, "a", #"{"x":1.0}"#),
            (#" { "payload" : { } , "vector" : [ 1 , 2 ] , "id" : 7 } "#, "7", "{}"),
            (#"{"id":"a","vector":[1,2]}"#, "a", "{}"),
            (
                #"{"b":[1, 2],"id":"a","a":null,"vector":[1,2],"c":{"d" : "e"}}"#, "a",
                #"{"b":[1,2],"a":null,"c":{"d":"e"}}"#
            ),
            (#"{"x":1,"id":-0,"payload":{"y":2},"vector":[1,2],"z":3}"#, "0", #"{"y":2}"#),
            (#"{"\u0069d":"\u00e9\n","vector":[1,2],"\u0078":1}"#, "é\n", #"{"\u0078":1}"#),
            (
                #"{"id":-123456789012345678901234567890,"vector":[1,2]}"#,
                "-123456789012345678901234567890", "{}"
            ),
        ]
    )
    func accepts(line: String, id: String, payload: String) throws {
        #expect(try parse(line) == Row(id: id, vector: [1, 2], payload: payload))
    }

    @Test("Without a wanted dimension a vector is neither missed nor kept")
    func withoutVector() throws {
        let expected = Row(id: "a", vector: [], payload: #"{"x":1}"#)
        #expect(try parse(#"{"id":"a","payload":{"x":1}}"#, dimension: nil) == expected)
        #expect(try parse(#"{"id":"a","vector":[null,[]],"x":1}"#, dimension: nil) == expected)
        #expect(try parse(#"{"x":1,"vector":7,"id":"a"}"#, dimension: nil) == expected)
    }

    @Test("Composed and decomposed letters make two ids")
    func bytesOfIDs() throws {
        let composed = try parse("{\"id\":\"\u{E9}\",\"vector\":[1,2]}").id
        let decomposed = try parse("{\"id\":\"e\u{301}\",\"vector\":[1,2]}").id
        #expect(Array(composed.utf8) == [0xC3, 0xA9])
        #expect(Array(decomposed.utf8) == [0x65, 0xCC, 0x81])
    }

    @Test("Fields can have other names")
    func otherNames() throws {
        #expect(
            try parse(#"{"id":1,"vector":[1,2],"meta":{"a":1},"payload":{}}"#, payloadField: "meta")
                == Row(id: "1", vector: [1, 2], payload: #"{"a":1}"#)
        )
    }

    @Test(
        "A bad row is refused with its field",
        arguments: [
            ("[]", .notAnObject(got: .array)), ("12", .notAnObject(got: .number)),
            ("{}", .missingField("id")), (#"{"id":"a"}"#, .missingField("vector")),
            (#"{"vector":[1,2]}"#, .missingField("id")),
            (
                #"{"id":null}"#,
                .wrongType(field: "id", element: nil, expected: .stringOrInteger, got: .null)
            ),
            (
                #"{"id":1.0}"#,
                .wrongType(field: "id", element: nil, expected: .stringOrInteger, got: .fraction)
            ),
            (
                #"{"id":1e3}"#,
                .wrongType(field: "id", element: nil, expected: .stringOrInteger, got: .fraction)
            ),
            (
                #"{"id":[1]}"#,
                .wrongType(field: "id", element: nil, expected: .stringOrInteger, got: .array)
            ),
            (#"{"id":""}"#, .idEmpty(field: "id")),
            (#"{"id":"a\u0000"}"#, .idContainsNUL(field: "id")),
            (
                #"{"vector":{}}"#,
                .wrongType(field: "vector", element: nil, expected: .arrayOfNumbers, got: .object)
            ),
            (
                #"{"vector":null}"#,
                .wrongType(field: "vector", element: nil, expected: .arrayOfNumbers, got: .null)
            ),
            (#"{"vector":[1]}"#, .dimensionMismatch(field: "vector", expected: 2, got: 1)),
            (#"{"vector":[1,2,3]}"#, .dimensionMismatch(field: "vector", expected: 2, got: 3)),
            (#"{"vector":[1,NaN]}"#, .notFinite(field: "vector", element: 1, got: "NaN")),
            (
                #"{"payload":[]}"#,
                .wrongType(field: "payload", element: nil, expected: .object, got: .array)
            ),
            (
                #"{"payload":null}"#,
                .wrongType(field: "payload", element: nil, expected: .object, got: .null)
            ),
        ] as [(String, PointRowError)]
    )
    func refuses(line: String, expected: PointRowError) {
        #expect(fault(line) == expected)
    }

    @Test(
        "Broken JSON is refused where it goes wrong",
        arguments: [
            ("", 0, .unexpectedEnd, nil), ("x", 0, .unexpectedByte(0x78), nil),
            ("{", 1, .unexpectedEnd, nil), (#"{"id""#, 5, .unexpectedEnd, nil),
            (#"{"id":"#, 6, .unexpectedEnd, "id"), (#"{"id":x"#, 6, .unexpectedByte(0x78), "id"),
            (#"{"id":01}"#, 6, .badNumber, "id"), (#"{"id":"\x"}"#, 7, .badEscape, "id"),
            (#"{"id":"a" "b"}"#, 10, .unexpectedByte(0x22), nil),
            (#"{"id":"a","vector":[1,2]} x"#, 26, .trailingContent, nil),
            (#"{"id":"a","id":"b","vector":[1,2]}"#, 10, .duplicateMember(name: "id"), nil),
            (#"{"x":{"y":1,"y":2}}"#, 12, .duplicateMember(name: "y"), nil),
            (#"{"payload":{"y":}}"#, 16, .unexpectedByte(0x7D), "payload"),
            (#"{"payload":x}"#, 11, .unexpectedByte(0x78), "payload"),
        ] as [(String, Int, JSONError.Problem, String?)]
    )
    func broken(line: String, offset: Int, problem: JSONError.Problem, field: String?) {
        #expect(
            fault(line) == .invalidJSON(JSONError(offset: offset, problem: problem), field: field)
        )
    }

    @Test("An id may have 512 bytes and not one more")
    func idLength() throws {
        let longest = String(repeating: "é", count: 256)
        #expect(try parse("{\"id\":\"\(longest)\",\"vector\":[1,2]}").id == longest)
        #expect(
            fault("{\"id\":\"\(longest)x\",\"vector\":[1,2]}")
                == .idTooLong(field: "id", limit: 512, got: 513)
        )
        let digits = String(repeating: "1", count: 513)
        #expect(fault("{\"id\":\(digits)}") == .idTooLong(field: "id", limit: 512, got: 513))
    }

    @Test("A payload may have 1 MiB, minified, and not one byte more")
    func payloadSize() throws {
        let limit = Limits.payloadByteCount
        let text = String(repeating: "x", count: limit - #"{"a":""}"#.utf8.count)
        let row = try parse(
            "{\"id\":1,\"vector\":[1,2],\"payload\":{  \"a\" : \"\(text)\"}}"
        )
        #expect(row.payload.utf8.count == limit)
        #expect(
            fault("{\"id\":1,\"vector\":[1,2],\"a\":\"\(text)x\"}")
                == .payloadTooLarge(field: "payload", limit: limit, got: limit + 1)
        )
    }

    @Test("A payload made of other members counts as one container of the depth")
    func payloadDepth() throws {
        func arrays(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) {
            try parse("{\"id\":1,\"vector\":[1,2],\"a\":\(arrays(127))}")
        }
        #expect(throws: Never.self) {
            try parse("{\"id\":1,\"vector\":[1,2],\"payload\":{\"a\":\(arrays(127))}}")
        }
        for text in ["\"a\":\(arrays(128))", "\"payload\":{\"a\":\(arrays(128))}"] {
            guard case .invalidJSON(let fault, _)? = fault("{\"id\":1,\"vector\":[1,2],\(text)}")
            else {
                Issue.record("129 containers were accepted")
                continue
            }
            #expect(fault.problem == .tooDeep(limit: 128))
        }
    }

    @Test("Every truncation is refused, and no changed byte can do harm")
    func damage() throws {
        let line =
            #"{"id": "é\n1", "vector": [1.5, -2e-3], "payload": {"a": ["x", 1]}, "z": {"\u0061": 2"#
            + "}}"
        let bytes = Array(line.utf8)
        var parser = PointRowParser(dimension: 2)
        var vector: [Float] = []
        var payload: [UInt8] = []
        for count in bytes.indices {
            #expect(throws: PointRowError.self) {
                try parser.parse(
                    bytes.span.extracting(..<count),
                    vector: &vector,
                    payload: &payload
                )
            }
        }
        for index in bytes.indices {
            for value in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = value
                do throws(PointRowError) {
                    _ = try parser.parse(changed.span, vector: &vector, payload: &payload)
                } catch {
                    #expect(vector.isEmpty && payload.isEmpty)
                    continue
                }
                #expect(vector.count == 2 && vector.allSatisfy(\.isFinite))
                var minifier = JSONMinifier()
                var again: [UInt8] = []
                try minifier.minify(payload.span, into: &again)
                #expect(again == payload)
                vector.removeAll()
                payload.removeAll()
            }
        }
    }
}
