import TestSupport
import Testing
import VectorizerCommands
import VectorizerSettings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct TerminalTests {
    @Test(
        "Colour follows the option, then the environment, then the terminal",
        arguments: [
            (When.always, ["NO_COLOR": "1"], false, true),
            (.never, ["CLICOLOR_FORCE": "1"], true, false),
            (.auto, [:], true, true),
            (.auto, [:], false, false),
            (.auto, ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], true, false),
            (.auto, ["NO_COLOR": ""], true, true),
            (.auto, ["CLICOLOR_FORCE": "1"], false, true),
            (.auto, ["CLICOLOR_FORCE": "0"], false, false),
            (.auto, ["TERM": "dumb"], true, false),
        ]
    )
    func color(when: When, environment: [String: String], isTerminal: Bool, expected: Bool) {
        #expect(
            Terminal.usesColor(when, environment: environment, isTerminal: isTerminal) == expected
        )
    }

    @Test("The width comes from the terminal, then COLUMNS, then is eighty; without one: none")
    func width() {
        func width(_ environment: [String: String], _ isTerminal: Bool, _ asked: Int?) -> Int? {
            Terminal.make(
                color: .auto,
                environment: environment,
                isTerminal: { _ in isTerminal },
                width: { _ in asked }
            ).outputWidth
        }
        #expect(width(["COLUMNS": "50"], true, 100) == 100)
        #expect(width(["COLUMNS": "50"], true, nil) == 50)
        #expect(width(["COLUMNS": "0"], true, nil) == 80)
        #expect(width(["COLUMNS": "x"], true, nil) == 80)
        #expect(width(["COLUMNS": "50"], false, 100) == nil)
    }

    @Test("A dumb terminal cannot draw over a line")
    func dumb() {
        let terminal = Terminal.make(
            color: .auto,
            environment: ["TERM": "dumb"],
            isTerminal: { $0 == 2 },
            width: { _ in 70 }
        )
        #expect(terminal.errorIsTerminal)
        #expect(!terminal.errorCanRedraw)
        #expect(!terminal.outputIsTerminal)
        #expect(terminal.errorWidth == 70)
        #expect(!terminal.errorColor)
    }

    @Test("The real descriptors can be asked whatever they are")
    func detect() {
        let terminal = Terminal.detect(color: .never, environment: [:])
        #expect(!terminal.outputColor && !terminal.errorColor)
        #expect((terminal.outputWidth != nil) == terminal.outputIsTerminal)
    }

    @Test("A terminal is asked for its width, and what is none has none")
    func columns() throws {
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(terminal >= 0)
        defer { close(terminal) }
        #expect(Terminal.columns(of: terminal) == nil)
        var size = winsize(ws_row: 24, ws_col: 123, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0)
        #expect(Terminal.columns(of: terminal) == 123)
        #expect(Terminal.columns(of: -1) == nil)
    }

    @Test(
        "What steers a terminal is made visible",
        arguments: [
            ("plain ü 日本", "plain ü 日本"), ("\u{1b}[0m", "\\x1b[0m"), ("a\nb\r\t", "a\\nb\\r\\t"),
            ("\0\u{7f}", "\\x00\\x7f"), ("\u{9b}1m", "\\u{9b}1m"), ("\u{202e}", "\\u{202e}"),
            ("\u{2066}\u{2069}\u{200e}\u{200f}", "\\u{2066}\\u{2069}\\u{200e}\\u{200f}"),
            ("\u{2028}\u{2029}\u{61c}", "\\u{2028}\\u{2029}\\u{61c}"), ("\r\n", "\\r\\n"),
        ]
    )
    func escaping(text: String, expected: String) {
        #expect(TerminalText.escaped(text) == expected)
        #expect(TerminalText.escaped(Array(text.utf8)) == expected)
    }

    @Test("Bytes that are not UTF-8 are shown as numbers")
    func invalidBytes() {
        #expect(
            TerminalText.escaped([0x61, 0xff, 0xe2, 0x82, 0x62, 0x9b]) == "a\\xff\\xe2\\x82b\\x9b"
        )
        #expect(TerminalText.escaped([0xed, 0xa0, 0x80] as [UInt8]) == "\\xed\\xa0\\x80")
    }

    @Test("Any bytes become harmless text", arguments: UInt64(0)..<64)
    func anyBytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bytes = (0..<200).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(isHarmless(TerminalText.escaped(bytes)))
        var json: [UInt8] = []
        JSONText.append(.json(bytes), to: &json, forTerminal: true)
        #expect(isHarmless(String(decoding: json, as: UTF8.self)))
    }

    @Test("Escaping twice changes nothing more", arguments: UInt64(0)..<32)
    func idempotent(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let once = TerminalText.escaped(random.hostileText())
        #expect(TerminalText.escaped(once) == once)
    }

    @Test(
        "Widths are those of a terminal",
        arguments: [
            ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("ｱ", 1), ("한", 2),
            ("\u{1112}\u{1161}\u{11ab}", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("☃\u{fe0f}", 2), ("👍🏽", 2),
            ("\u{200b}", 0), ("…", 1), ("", 0), ("\u{10ffff}", 1),
        ]
    )
    func widths(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test(
        "Cutting keeps whole characters and ends with an ellipsis",
        arguments: [
            ("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("日本語", 4, "日…"), ("日本語", 5, "日本…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"),
            ("abc", 1, "…"),
            ("abc", 0, ""),
            ("日本", 1, "…"),
        ]
    )
    func cutting(text: String, limit: Int, expected: String) {
        #expect(DisplayWidth.cut(text, to: limit) == expected)
    }
}
