/// Rules about the code of one file.
enum CodeRules {
    static let functionLineCountMax = 70

    /// A pair of tokens that may not stand side by side, and why.
    private struct Ban {
        let first: String
        let second: String
        let reason: String
    }

    private static let bans = [
        Ban(first: "try", second: "!", reason: "an error that can't happen still has words"),
        Ban(first: "try", second: "?", reason: "an error is told or handled, not swallowed"),
        Ban(first: "as", second: "!", reason: "a cast that can fail is a guard"),
        Ban(first: "fatalError", second: "(", reason: "our mistakes are preconditions"),
        Ban(first: "print", second: "(", reason: "only the output room writes"),
        Ban(first: "debugPrint", second: "(", reason: "only the output room writes"),
    ]

    /// Calls that don't belong into the product's code.
    static func bannedCalls(_ file: SourceFile) -> [Violation] {
        let tokens = SwiftTokens.of(file.text)
        return zip(tokens, tokens.dropFirst()).enumerated().compactMap { index, pair in
            let (first, second) = pair
            guard second.isAttached,
                let ban = bans.first(where: { $0.first == first.text && $0.second == second.text })
            else { return nil }
            let before = index > 0 ? tokens[index - 1].text : ""
            // A member or a function of that name is somebody else's.
            guard before != ".", before != "func" else { return nil }
            return Violation(
                file.path,
                line: first.line,
                "\(ban.first)\(ban.second): \(ban.reason)"
            )
        }
    }

    /// Tests see what other packages see.
    static func privateAccess(_ file: SourceFile) -> [Violation] {
        let tokens = SwiftTokens.of(file.text)
        return tokens.indices.compactMap { index in
            let isTestable =
                tokens[index].text == "testable" && index > 0 && tokens[index - 1].text == "@"
            let isXCTest =
                tokens[index].text == "XCTest" && index > 0 && tokens[index - 1].text == "import"
            guard isTestable || isXCTest else { return nil }
            return Violation(
                file.path,
                line: tokens[index].line,
                "\(tokens[index].text): tests use Swift Testing and package access"
            )
        }
    }

    // MARK: Long functions

    static func longFunctions(_ file: SourceFile) -> [Violation] {
        let functions =
            file.isSwift ? swiftFunctions(SwiftTokens.of(file.text)) : cFunctions(file.lines)
        return functions.filter { $0.count > functionLineCountMax }.map { lines in
            Violation(
                file.path,
                line: lines.lowerBound,
                "a function of \(lines.count) lines, at most \(functionLineCountMax) fit the eye"
            )
        }
    }

    /// The lines of each function, from its name to its closing brace.
    private static func swiftFunctions(_ tokens: [Token]) -> [ClosedRange<Int>] {
        tokens.indices.compactMap { start in
            guard isFunction(tokens, start), let open = body(tokens, start) else { return nil }
            let close = tokens[(open + 1)...].first {
                $0.text == "}" && $0.depth == tokens[open].depth
            }
            return close.map { tokens[start].line...$0.line }
        }
    }

    private static func isFunction(_ tokens: [Token], _ index: Int) -> Bool {
        let before = index > 0 ? tokens[index - 1].text : ""
        let after = index + 1 < tokens.count ? tokens[index + 1].text : ""
        switch tokens[index].text {
        case "func": return true
        case "init": return before != "." && ["(", "?", "!", "<"].contains(after)
        case "subscript": return before != "." && ["(", "<"].contains(after)
        case "deinit": return after == "{"
        default: return false
        }
    }

    private static let declarations: Set<String> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "enum", "class",
        "extension", "protocol", "typealias", "associatedtype", "}",
    ]

    /// Where the body opens; nil for a requirement without one.
    private static func body(_ tokens: [Token], _ start: Int) -> Int? {
        var index = start + 1
        var open = 0
        while index < tokens.count {
            switch tokens[index].text {
            case "(": open += 1
            case ")": open -= 1
            case "{" where open == 0: return index
            case let text where open == 0 && declarations.contains(text): return nil
            default: break
            }
            index += 1
        }
        return nil
    }

    /// In C a function's first line ends in a brace and its last one is nothing else.
    private static func cFunctions(_ lines: [Substring]) -> [ClosedRange<Int>] {
        var functions: [ClosedRange<Int>] = []
        var start: Int?
        for (index, line) in lines.enumerated() {
            if line == "}", let first = start {
                functions.append(first...(index + 1))
                start = nil
            } else if line.hasSuffix(") {"), line.first?.isWhitespace == false {
                start = index + 1
            }
        }
        return functions
    }
}
