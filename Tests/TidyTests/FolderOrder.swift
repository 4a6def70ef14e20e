/// In the engine a folder knows only the folders before it.
enum FolderOrder {
    static let folders = [
        "Model", "Distance", "Quantization", "Storage", "Graph", "Segment", "Filter", "Catalog",
        "Core", "Search", "Write", "Compaction", "Access", "Verify", "Store", "Backup", "Bench",
    ]

    private static let root = "Sources/VectorStore/"

    static func violations(in files: [SourceFile]) -> [Violation] {
        let files = files.filter { $0.path.hasPrefix(root) }
        let tokens = files.map { SwiftTokens.of($0.text) }
        var homes: [String: Int] = [:]
        for (file, tokens) in zip(files, tokens) {
            guard let place = place(of: file) else { continue }
            for name in declared(in: tokens) { homes[name] = place }
        }
        return zip(files, tokens).flatMap { file, tokens -> [Violation] in
            guard let place = place(of: file) else {
                return [Violation(file.path, "its folder has no place in the order")]
            }
            return used(in: tokens).compactMap { name, line in
                guard let home = homes[name], home > place else { return nil }
                return Violation(
                    file.path,
                    line: line,
                    "\(folders[place]) may not know \(name) of the later \(folders[home])"
                )
            }
        }
    }

    private static func place(of file: SourceFile) -> Int? {
        let components = file.components
        guard components.count > 3 else { return nil }
        return folders.firstIndex { components[2] == $0 }
    }

    private static let words: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "typealias", "func", "let", "var",
    ]

    /// The types, functions and variables that a file declares for others, outside of any braces.
    private static func declared(in tokens: [Token]) -> [String] {
        declarations(in: tokens).filter { !$0.isPrivate }.map(\.name)
    }

    private static func declarations(
        in tokens: [Token]
    ) -> [(name: String, isPrivate: Bool)] {
        tokens.indices.dropLast().compactMap { index in
            guard tokens[index].depth == 0, words.contains(tokens[index].text) else {
                return nil
            }
            let modifiers = tokens[..<index].reversed().prefix { $0.line == tokens[index].line }
            let isPrivate = modifiers.contains { ["private", "fileprivate"].contains($0.text) }
            return (tokens[index + 1].text, isPrivate)
        }
    }

    /// The names in a file, each with the first line it stands in; members of others left out.
    private static func used(in tokens: [Token]) -> [(name: String, line: Int)] {
        let own = Set(declarations(in: tokens).map(\.name))
        var seen: Set<String> = []
        return tokens.indices.compactMap { index in
            let token = tokens[index]
            let isMember = index > 0 && tokens[index - 1].text == "." && token.isAttached
            guard !isMember, !own.contains(token.text), seen.insert(token.text).inserted else {
                return nil
            }
            return (token.text, token.line)
        }
    }
}
