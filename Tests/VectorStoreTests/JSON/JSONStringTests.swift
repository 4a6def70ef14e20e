import TestSupport
import Testing
import VectorStore

@Suite("JSON strings")
struct JSONStringTests {
    private func literal(_ text: String, _ escaping: JSONString.Escaping = .required) -> String {
        var bytes: [UInt8] = []
        JSONString.append(text, escaping: escaping, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "Only what JSON requires is escaped",
        arguments: [
            ("", #""""#), ("a\"b\\c/d", #""a\"b\\c/d""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
            ("\u{0}\u{1B}[2J\u{1F}", #""\u0000\u001b[2J\u001f""#),
            ("é\u{7F}\u{9B}\u{202E}", "\"é\u{7F}\u{9B}\u{202E}\""),
        ]
    )
    func escapes(text: String, expected: String) {
        #expect(literal(text) == expected)
    }

    @Test(
        "For a terminal every control is escaped, and nothing else",
        arguments: [
            ("\u{7F}", #"\u007f"#), ("\u{80}", #"\u0080"#), ("\u{9F}", #"\u009f"#),
            ("\u{A0}", "\u{A0}"), ("\u{61C}", #"\u061c"#), ("\u{61B}", "\u{61B}"),
            ("\u{200D}", "\u{200D}"), ("\u{200E}", #"\u200e"#), ("\u{200F}", #"\u200f"#),
            ("\u{2028}", #"\u2028"#), ("\u{2029}", #"\u2029"#), ("\u{202A}", #"\u202a"#),
            ("\u{202E}", #"\u202e"#), ("\u{202F}", "\u{202F}"), ("\u{2065}", "\u{2065}"),
            ("\u{2066}", #"\u2066"#), ("\u{2069}", #"\u2069"#), ("\u{206A}", "\u{206A}"),
            ("é€😀~", "é€😀~"),
        ]
    )
    func terminalSafe(text: String, expected: String) {
        #expect(literal(text, .terminalSafe) == "\"" + expected + "\"")
    }

    @Test("Decoding undoes escaping", arguments: JSONString.Escaping.allCases)
    func roundTrip(escaping: JSONString.Escaping) throws {
        var random = SplitMix64(seed: 7)
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                let limit: UInt32 =
                    [0x30, 0x100, 0x2100, 0x10FFFF].randomElement(using: &random) ?? 0
                let value = UInt32.random(in: 0...limit, using: &random)
                text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
            }
            let bytes = Array(literal(text, escaping).utf8)
            #expect(try JSONString.decode(bytes.span).utf8.elementsEqual(text.utf8))
            var checked: [UInt8] = []
            try JSONString.append(utf8: Array(text.utf8).span, escaping: escaping, to: &checked)
            #expect(checked == bytes)
        }
    }

    @Test("Escapes of every kind are decoded")
    func decodes() throws {
        let bytes = Array(#""\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\uDE00x""#.utf8)
        #expect(try JSONString.decode(bytes.span) == "\"\\/\u{8}\u{C}\n\r\tAé😀x")
    }

    @Test("A literal with something behind it, or no literal at all, is refused")
    func refuses() {
        #expect(throws: JSONError(offset: 3, problem: .trailingContent)) {
            try JSONString.decode(Array(#""a" "#.utf8).span)
        }
        #expect(throws: JSONError(offset: 0, problem: .unexpectedByte(0x31))) {
            try JSONString.decode(Array("1".utf8).span)
        }
        var output: [UInt8] = []
        #expect(throws: JSONError(offset: 1, problem: .invalidUTF8)) {
            try JSONString.append(utf8: ([0x61, 0xFF] as [UInt8]).span, to: &output)
        }
        #expect(output.isEmpty)
    }
}
