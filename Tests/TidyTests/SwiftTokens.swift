/// A word or a sign of Swift code.
struct Token: Equatable {
    let text: String
    let line: Int
    /// How many braces are open around it.
    let depth: Int
    /// Whether it follows the token before it without a blank.
    let isAttached: Bool
}

/// The text of a string literal, without what is interpolated.
struct Literal: Equatable {
    let text: String
    /// Where it begins.
    let line: Int
}

/// Cuts Swift source into words and signs; comments and the text of literals are left out.
///
/// Code inside of string interpolations is kept, because it is code.
struct SwiftTokens {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var depth = 0
    private var end = -1
    private var tokens: [Token] = []
    private var literals: [Literal] = []

    /// All tokens of a source text.
    static func of(_ source: String) -> [Token] {
        var lexer = SwiftTokens(bytes: Array(source.utf8))
        lexer.code(untilParenthesis: false)
        return lexer.tokens
    }

    /// All string literals of a source text; one inside of another comes first.
    static func literals(of source: String) -> [Literal] {
        var lexer = SwiftTokens(bytes: Array(source.utf8))
        lexer.code(untilParenthesis: false)
        return lexer.literals
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func byte(_ offset: Int = 0) -> UInt8 {
        index + offset < bytes.count ? bytes[index + offset] : 0
    }

    private func sees(_ text: String) -> Bool {
        bytes[index...].starts(with: text.utf8)
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
    }

    private mutating func code(untilParenthesis: Bool) {
        var open = 0
        while index < bytes.count {
            switch byte() {
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): skipLine()
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): skipBlock()
            case UInt8(ascii: "/") where isRegex: skipRegex()
            case UInt8(ascii: "\""): literal(hashes: 0)
            case UInt8(ascii: "#") where isRawLiteral: literal(hashes: hashes)
            case let byte where Self.isWord(byte): word()
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                advance()
            default:
                if byte() == UInt8(ascii: "(") { open += 1 }
                if byte() == UInt8(ascii: ")") { open -= 1 }
                if untilParenthesis, open < 0 { return }
                sign()
            }
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }

    private mutating func word() {
        let start = index
        while index < bytes.count, Self.isWord(bytes[index]) { index += 1 }
        append(start)
    }

    private mutating func sign() {
        let start = index
        let isClosing = byte() == UInt8(ascii: "}")
        if isClosing { depth -= 1 }
        let opensBrace = byte() == UInt8(ascii: "{")
        index += 1
        append(start)
        if opensBrace { depth += 1 }
    }

    private mutating func append(_ start: Int) {
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        tokens.append(Token(text: text, line: line, depth: depth, isAttached: start == end))
        end = index
    }

    // MARK: What is left out

    private mutating func skipLine() {
        while index < bytes.count, byte() != UInt8(ascii: "\n") { index += 1 }
    }

    private mutating func skipBlock() {
        var open = 0
        repeat {
            if sees("/*") {
                open += 1
                advance(2)
            } else if sees("*/") {
                open -= 1
                advance(2)
            } else {
                advance()
            }
        } while open > 0 && index < bytes.count
    }

    /// A slash where a value begins, with no blank behind it, is no division.
    private var isRegex: Bool {
        let before = tokens.last?.text ?? ""
        return ["(", ",", ":", "=", "[", "return"].contains(before) && byte(1) != UInt8(ascii: " ")
    }

    private mutating func skipRegex() {
        advance()
        while index < bytes.count, byte() != UInt8(ascii: "/"), byte() != UInt8(ascii: "\n") {
            advance(byte() == UInt8(ascii: "\\") ? 2 : 1)
        }
        advance()
    }

    private var hashes: Int {
        bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count
    }

    private var isRawLiteral: Bool { byte(hashes) == UInt8(ascii: "\"") }

    private mutating func literal(hashes: Int) {
        let firstLine = line
        var text: [UInt8] = []
        advance(hashes)
        let quote = sees("\"\"\"") ? "\"\"\"" : "\""
        let ending = quote + String(repeating: "#", count: hashes)
        let escape = "\\" + String(repeating: "#", count: hashes)
        advance(quote.utf8.count)
        while index < bytes.count, !sees(ending) {
            if sees(escape + "(") {
                advance(escape.utf8.count + 1)
                code(untilParenthesis: true)
                advance()
            } else {
                let count = sees(escape) ? escape.utf8.count + 1 : 1
                text += bytes[index...].prefix(count)
                advance(count)
            }
        }
        advance(ending.utf8.count)
        literals.append(Literal(text: String(decoding: text, as: UTF8.self), line: firstLine))
    }
}
