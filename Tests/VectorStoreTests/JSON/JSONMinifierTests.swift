import Foundation
import Testing
import VectorStore

@Suite("JSON minifier")
struct JSONMinifierTests {
    private func minify(_ bytes: [UInt8]) throws(JSONError) -> String {
        var minifier = JSONMinifier()
        var output: [UInt8] = [0x21]
        do throws(JSONError) {
            try minifier.minify(bytes.span, into: &output)
        } catch {
            #expect(output == [0x21], "a refused text leaves the output as it was")
            throw error
        }
        return String(decoding: output.dropFirst(), as: UTF8.self)
    }

    private func minify(_ text: String) throws(JSONError) -> String {
        try minify(Array(text.utf8))
    }

    private func fault(_ text: String) -> JSONError? {
        fault(Array(text.utf8))
    }

    private func fault(_ bytes: [UInt8]) -> JSONError? {
        do throws(JSONError) {
            _ = try minify(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "Whitespace goes, and every other byte stays",
        arguments: [
            ("{}", "{}"), (" [ ] ", "[]"),
            ("\t{ \"b\" : 1.0 ,\n\"a\" : 1e5 }\r\n", #"{"b":1.0,"a":1e5}"#),
            (#"[1, 2 ,-0.50,1E+2]"#, "[1,2,-0.50,1E+2]"), (#""a  b""#, #""a  b""#),
            (#"{"a":{"a":[{"a":1},{"a":2}]}}"#, #"{"a":{"a":[{"a":1},{"a":2}]}}"#),
            (#"{"":1,"\u0041":2}"#, #"{"":1,"\u0041":2}"#), (" null ", "null"), ("0", "0"),
            ("[true,false,null]", "[true,false,null]"), ("1e400", "1e400"),
            ("{\"é\":1,\"e\u{301}\":2}", "{\"é\":1,\"e\u{301}\":2}"),
        ]
    )
    func minifies(text: String, expected: String) throws {
        #expect(try minify(text).utf8.elementsEqual(expected.utf8))
    }

    @Test("A random document loses nothing but its whitespace", arguments: UInt64(0)..<200)
    func randomDocuments(seed: UInt64) throws {
        let document = RandomJSON(seed: seed)
        #expect(try minify(document.spaced).utf8.elementsEqual(document.minified.utf8))
        #expect(try minify(document.minified).utf8.elementsEqual(document.minified.utf8))
    }

    @Test(
        "What is not JSON is refused where it goes wrong",
        arguments: [
            ("", 0, .unexpectedEnd), ("  ", 2, .unexpectedEnd), ("{", 1, .unexpectedEnd),
            ("[1", 2, .unexpectedEnd), ("[1,", 3, .unexpectedEnd),
            ("[1,]", 3, .unexpectedByte(0x5D)),
            (#"{"a":1,}"#, 7, .unexpectedByte(0x7D)), ("{a:1}", 1, .unexpectedByte(0x61)),
            (#"{"a" 1}"#, 5, .unexpectedByte(0x31)), ("[1}", 2, .unexpectedByte(0x7D)),
            (#"{"a":1]"#, 6, .unexpectedByte(0x5D)), ("[1 2]", 3, .unexpectedByte(0x32)),
            ("tru", 3, .unexpectedEnd), ("nulk", 3, .unexpectedByte(0x6B)),
            ("True", 0, .unexpectedByte(0x54)), ("NaN", 0, .unexpectedByte(0x4E)),
            ("+1", 0, .unexpectedByte(0x2B)), ("01", 0, .badNumber), ("-", 0, .badNumber),
            ("1.", 0, .badNumber), ("[.5]", 1, .unexpectedByte(0x2E)), ("1e", 0, .badNumber),
            ("1e+", 0, .badNumber), ("-01", 0, .badNumber), ("1 2", 2, .trailingContent),
            ("{}x", 2, .trailingContent), ("1.5.2", 3, .trailingContent),
            (#""abc"#, 4, .unexpectedEnd), (#""\x""#, 1, .badEscape), (#""\u12g4""#, 1, .badEscape),
            (#""\"#, 2, .unexpectedEnd), (#""\u12"#, 5, .unexpectedEnd),
            (#""\ud800""#, 1, .loneSurrogate), (#""\udc00""#, 1, .loneSurrogate),
            (#""\ud800\u0041""#, 1, .loneSurrogate), (#""\ud800\n""#, 1, .loneSurrogate),
            ("\"a\nb\"", 2, .controlCharacter(0x0A)), ("\"\u{0}\"", 1, .controlCharacter(0)),
            ("\u{FEFF}{}", 0, .unexpectedByte(0xEF)), ("/**/1", 0, .unexpectedByte(0x2F)),
        ] as [(String, Int, JSONError.Problem)]
    )
    func refuses(text: String, offset: Int, problem: JSONError.Problem) {
        #expect(fault(text) == JSONError(offset: offset, problem: problem))
    }

    @Test(
        "Bytes that are not UTF-8 are refused",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xE2, 0x82], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80],
            [0xFF], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x98, 0x28],
        ] as [[UInt8]]
    )
    func refusesInvalidUTF8(bytes: [UInt8]) {
        let text = [0x22] + bytes + [0x22]
        #expect(fault(text) == JSONError(offset: 1, problem: .invalidUTF8))
        #expect(throws: JSONError(offset: 0, problem: .invalidUTF8)) {
            try JSONString.validateUTF8(bytes.span)
        }
    }

    @Test("Every scalar can stand in a string")
    func everyScalar() throws {
        var text = "\""
        for value in stride(from: UInt32(0x20), through: 0x10FFFF, by: 13) {
            guard let scalar = Unicode.Scalar(value), scalar != "\"", scalar != "\\" else {
                continue
            }
            text.unicodeScalars.append(scalar)
        }
        text += "\""
        #expect(try minify(text).utf8.elementsEqual(text.utf8))
    }

    @Test(
        "A member name given twice in one object is refused",
        arguments: [
            (#"{"a":1,"a":2}"#, "a"), (#"{"a":1,"\u0061":2}"#, "a"), (#"[{"x":{"":1,"":2}}]"#, ""),
            (#"{"a\n":1,"b":2,"a\u000a":2}"#, "a\n"), (#"{"\ud83d\ude00":1,"😀":2}"#, "😀"),
            (#"{"long name one":1,"long name two":2,"long name one":3}"#, "long name one"),
        ]
    )
    func refusesDuplicates(text: String, name: String) {
        #expect(fault(text)?.problem == .duplicateMember(name: name))
    }

    @Test(
        "A name given twice is found among any number of names",
        arguments: [2, 16, 17, 18, 64, 1000]
    )
    func duplicatesAmongMany(count: Int) throws {
        var members = (0..<count).map { "\"a rather long name \($0)\":\($0)" }
        let valid = "{" + members.joined(separator: ",") + "}"
        #expect(try minify(valid) == valid)
        members[count - 1] = #""a rather long name \u0030":1"#
        let text = "{" + members.joined(separator: ",") + "}"
        let offset = text.utf8.count - members[count - 1].utf8.count - 1
        #expect(
            fault(text)
                == JSONError(
                    offset: offset,
                    problem: .duplicateMember(name: "a rather long name 0")
                )
        )
    }

    @Test(
        "128 containers inside each other are accepted and 129 are not",
        arguments: ["[", "{\"a\":"]
    )
    func depth(open: String) throws {
        let close = open == "[" ? "]" : "}"
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth - 1) + (open == "[" ? "[]" : "{}")
                + String(repeating: close, count: depth - 1)
        }
        #expect(try minify(nested(Limits.payloadDepth)) == nested(Limits.payloadDepth))
        #expect(
            fault(nested(Limits.payloadDepth + 1))?.problem
                == .tooDeep(limit: Limits.payloadDepth)
        )
        #expect(
            fault(String(repeating: open, count: 100_000))?.problem
                == .tooDeep(limit: Limits.payloadDepth)
        )
    }

    private static let documents = [
        #"{"a": [1, -2.5e3, {"b": "x\u00e9\ud83d\ude00é😀"}], "c": null, "d": {"e": true}}"#,
        #"[[], {}, "", 0, {"k": [false, "\\\"\/"]}]"#,
    ]

    @Test("A truncated document is refused", arguments: documents)
    func truncations(document: String) {
        let bytes = Array(document.utf8)
        for count in 0..<bytes.count {
            #expect(fault(Array(bytes[..<count])) != nil)
        }
    }

    @Test("A changed byte gives a fault or JSON that others read too", arguments: documents)
    func changes(document: String) throws {
        let bytes = Array(document.utf8)
        for index in bytes.indices {
            for value in UInt8.min...UInt8.max where value != bytes[index] {
                var changed = bytes
                changed[index] = value
                guard fault(changed) == nil else { continue }
                let minified = try minify(changed)
                #expect(try minify(minified) == minified)
                _ = try JSONSerialization.jsonObject(
                    with: Data(minified.utf8),
                    options: .fragmentsAllowed
                )
            }
        }
    }
}
