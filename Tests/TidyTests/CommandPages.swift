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
        let roots = tree.map { types(after: "static let shared", in: $0.text[...]) } ?? []
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
            guard
                let start = part.firstRange(of: "CommandConfiguration(")?.upperBound
                    ?? part.firstRange(of: "CommandConfiguration.command(")?.upperBound
            else { return nil }
            let name = part[start...].drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" }
            let subcommands = types(after: "subcommands:", in: part[start...])
            return (type, Command(name: String(name), subcommands: subcommands))
        }
    }

    /// The names before `.self` in the list that follows a word.
    private static func types(after word: String, in text: Substring) -> [String] {
        guard let start = text.firstRange(of: word)?.upperBound else { return [] }
        let value = text[start...].drop { $0 != "=" && word.hasPrefix("static") }
        guard let open = value.firstIndex(of: "[") else { return [] }
        let list = value[open...].dropFirst().prefix { $0 != "]" }
        let entries = list.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        return entries.filter { $0.hasSuffix(".self") }.map { String($0.dropLast(5)) }
    }
}
