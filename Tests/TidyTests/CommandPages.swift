/// Each command has a manual page, and each page a command.
enum CommandPages {
    /// What one command's source says about it.
    private struct Command {
        let name: String
        let subcommands: [String]
    }

    /// The commands' names as pages have them: `""` for the program, `config-show` for two words.
    static func names(in files: [SourceFile]) -> [String] {
        var commands: [String: Command] = [:]
        for file in files {
            for (type, command) in declared(in: file.text) { commands[type] = command }
        }
        let tree = files.first { $0.path.hasSuffix("/CommandTree.swift") }
        let roots = tree.map { listed(in: SwiftTokens.of($0.text)) } ?? []
        var names = [""]
        func add(_ type: String, _ prefix: String) {
            guard let command = commands[type] else { return names.append(prefix + type) }
            names.append(prefix + command.name)
            for subcommand in command.subcommands { add(subcommand, prefix + command.name + "-") }
        }
        for root in roots { add(root, "") }
        return names
    }

    static func violations(in files: [SourceFile], pages: [String]) -> [Violation] {
        let needed = Set(
            names(in: files).map { $0.isEmpty ? "vectorizer.1" : "vectorizer-\($0).1" }
        )
        let present = Set(pages.filter { $0.hasSuffix(".1") })
        let missing = needed.subtracting(present).map {
            Violation("man/\($0)", "the command has no manual page")
        }
        let stale = present.subtracting(needed).map {
            Violation("man/\($0)", "the page has no command")
        }
        return (missing + stale).sorted { $0.path < $1.path }
    }

    /// The types in a text that configure a command, each with what stands up to the next type.
    private static func declared(in text: String) -> [(String, Command)] {
        let parts = text.split(separator: "struct ", omittingEmptySubsequences: false)
        return parts.dropFirst().compactMap { part in
            let type = String(part.prefix { $0.isLetter || $0.isNumber })
            guard let start = part.firstRange(of: "CommandConfiguration")?.upperBound else {
                return nil
            }
            // The name has a property of its own, or stands in the configuration.
            let property = part.firstRange(of: "static let name =")?.upperBound
            let name = part[(property ?? start)...].drop { $0 != "\"" }.dropFirst()
            let subcommands = part[start...].firstRange(of: "subcommands: [")?.upperBound
            let list = subcommands.map { part[$0...].prefix { $0 != "]" } } ?? ""
            let types = selves(in: SwiftTokens.of(String(list)))
            return (type, Command(name: String(name.prefix { $0 != "\"" }), subcommands: types))
        }
    }

    /// The types that stand as `T.self` in the braces of `enum CommandTree`.
    private static func listed(in tokens: [Token]) -> [String] {
        let start = zip(tokens, tokens.dropFirst()).enumerated().first {
            $1.0.text == "enum" && $1.1.text == "CommandTree"
        }
        guard let start else { return [] }
        let body = tokens[start.offset...].prefix { !($0.text == "}" && $0.depth == 0) }
        return selves(in: Array(body))
    }

    private static func selves(in tokens: [Token]) -> [String] {
        tokens.indices.dropFirst(2).compactMap { index in
            let isSelf = tokens[index].text == "self" && tokens[index - 1].text == "."
            return isSelf ? tokens[index - 2].text : nil
        }
    }
}
