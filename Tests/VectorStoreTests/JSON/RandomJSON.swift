import TestSupport

/// Makes random JSON, each document minified and with random whitespace between its tokens.
struct RandomJSON {
    private var random: SplitMix64
    private(set) var minified = ""
    private(set) var spaced = ""

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        value(depth: 0)
        space()
    }

    private static let strings = [
        "", "a", "plain text", #"\"\\\/\b\f\n\r\t"#, #"\u00e9\uD83D\uDE00"#, "é", "e\u{301}", "😀",
        "\u{7F}\u{2028}", #"\u0000"#, "=1+1", "{}[],:", "日本語のテキスト",
    ]

    private static let numbers = [
        "0", "-0", "1.0", "1e5", "1E-5", "-12.500", "1e400", "123456789012345678901234567890",
        "0.1e+1",
    ]

    private mutating func space() {
        for _ in 0..<Int.random(in: 0..<3, using: &random) {
            spaced.append([" ", "\t", "\n", "\r"].randomElement(using: &random) ?? " ")
        }
    }

    private mutating func token(_ text: String) {
        space()
        minified += text
        spaced += text
    }

    private mutating func value(depth: Int) {
        switch Int.random(in: depth > 5 ? 3..<6 : 0..<6, using: &random) {
        case 0, 1: object(depth: depth)
        case 2: array(depth: depth)
        case 3: token(Self.numbers.randomElement(using: &random) ?? "0")
        case 4: token(["true", "false", "null"].randomElement(using: &random) ?? "null")
        default: token("\"" + (Self.strings.randomElement(using: &random) ?? "") + "\"")
        }
    }

    private mutating func array(depth: Int) {
        token("[")
        for index in 0..<Int.random(in: 0..<4, using: &random) {
            if index > 0 { token(",") }
            value(depth: depth + 1)
        }
        token("]")
    }

    private mutating func object(depth: Int) {
        token("{")
        let names = Self.strings.shuffled(using: &random)
        let isLarge = Int.random(in: 0..<8, using: &random) == 0
        for index in 0..<(isLarge ? 40 : Int.random(in: 0..<5, using: &random)) {
            if index > 0 { token(",") }
            let name = index < names.count ? names[index] : "member number \(index)"
            token("\"" + name + "\"")
            token(":")
            value(depth: depth + 1 + (isLarge ? 5 : 0))
        }
        token("}")
    }
}
