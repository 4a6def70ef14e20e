/// In the engine a folder knows only the folders before it.
enum FolderOrder {
    static let folders = [
        "Model", "Distance", "Quantization", "Graph", "Storage", "Segment", "Catalog", "Filter",
        "Engine", "Backup",
    ]

    /// A name that an earlier folder may use all the same.
    struct Exception: Equatable {
        /// Below `Sources/VectorStore`.
        let file: String
        let name: String
        let reason: String
    }

    private static let root = "Sources/VectorStore/"

    static func violations(in files: [SourceFile], exceptions: [Exception]) -> [Violation] {
        let files = files.filter { $0.path.hasPrefix(root) }
        let tokens = files.map { SwiftTokens.of($0.text) }
        var homes: [String: Int] = [:]
        for (file, tokens) in zip(files, tokens) {
            guard let place = place(of: file) else { continue }
            for name in declared(in: tokens) { homes[name] = place }
        }
        var idle = exceptions
        var found: [Violation] = []
        for (file, tokens) in zip(files, tokens) {
            guard let place = place(of: file) else {
                found.append(Violation(file.path, "its folder has no place in the order"))
                continue
            }
            let local = file.path.dropFirst(root.count)
            for (name, line) in used(in: tokens) {
                guard let home = homes[name], home > place else { continue }
                let agreed = exceptions.first { $0.file == local && $0.name == name }
                if let agreed {
                    idle.removeAll { $0 == agreed }
                    continue
                }
                found.append(
                    Violation(
                        file.path,
                        line: line,
                        "\(folders[place]) may not know \(name) of the later \(folders[home])"
                    )
                )
            }
        }
        let stale = idle.map { Violation(root + $0.file, "the exception for \($0.name) is idle") }
        return found + stale
    }

    private static func place(of file: SourceFile) -> Int? {
        let components = file.components
        guard components.count > 3 else { return nil }
        return folders.firstIndex { components[2] == $0 }
    }

    private static let typeWords: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "typealias",
    ]

    /// The types that a file declares for others, outside of any braces.
    private static func declared(in tokens: [Token]) -> [String] {
        declarations(in: tokens).filter { !$0.isPrivate }.map(\.name)
    }

    private static func declarations(
        in tokens: [Token]
    ) -> [(name: String, isPrivate: Bool)] {
        tokens.indices.dropLast().compactMap { index in
            guard tokens[index].depth == 0, typeWords.contains(tokens[index].text) else {
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

extension FolderOrder {
    /// Facts of later folders that stand in the signatures of earlier ones.
    ///
    /// None of them carries behaviour back: they are values, or the one table that is created
    /// beside the others.
    static let agreedExceptions: [Exception] = [
        Exception(
            file: "Model/CollectionConfiguration.swift",
            name: "Metric",
            reason: "a collection is defined by its metric"
        ),
        Exception(
            file: "Model/SearchRequest.swift",
            name: "PointFilter",
            reason: "a request carries its filter"
        ),
        Exception(
            file: "Model/VectorStoreError.swift",
            name: "VectorFault",
            reason: "the one public error holds the facts of all folders"
        ),
        Exception(
            file: "Model/VectorStoreError.swift",
            name: "FilterSyntaxError",
            reason: "the one public error holds the facts of all folders"
        ),
        Exception(
            file: "Segment/TailReader.swift",
            name: "FileRecord",
            reason: "a file is valid as far as its record in the catalog says"
        ),
        Exception(
            file: "Segment/TailReader.swift",
            name: "DeadSlots",
            reason: "which rows of a file are dead stands in the catalog"
        ),
        Exception(
            file: "Segment/VectorFile.swift",
            name: "FileRecord",
            reason: "a file is valid as far as its record in the catalog says"
        ),
        Exception(
            file: "Segment/VectorFile.swift",
            name: "DeadSlots",
            reason: "which rows of a file are dead stands in the catalog"
        ),
        Exception(
            file: "Segment/SegmentReader.swift",
            name: "FileRecord",
            reason: "a file is the one that its record in the catalog names"
        ),
        Exception(
            file: "Segment/SegmentReader.swift",
            name: "DeadSlots",
            reason: "which rows of a file are dead stands in the catalog"
        ),
        Exception(
            file: "Segment/TailWriter.swift",
            name: "FileRecord",
            reason: "a writer begins where the record in the catalog ends"
        ),
        Exception(
            file: "Catalog/CatalogSchema.swift",
            name: "PayloadIndex",
            reason: "each collection's index table is created beside its points"
        ),
        Exception(
            file: "Catalog/CatalogStatement.swift",
            name: "FilterSQLValue",
            reason: "binds the values of a filter's plan"
        ),
    ]
}
