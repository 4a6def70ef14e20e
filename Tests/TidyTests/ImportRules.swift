/// Which modules a target may import: what it may know of the world.
enum ImportRules {
    private static let allowed: [String: Set<String>] = [
        "VectorStore": [
            "CKernels", "CLZ4", "Crypto", "Dispatch", "GRDB", "GRDBSQLite", "Glibc", "Logging",
            "Synchronization",
        ],
        "VectorizerSettings": [
            "CKernels", "Glibc", "Logging", "Synchronization", "VectorStore", "Yams",
        ],
        "VectorizerCommands": [
            "ArgumentParser", "CDemoData", "CKernels", "CLZ4", "CZlib", "CZstd", "Crypto", "Darwin",
            "Glibc", "Logging", "Synchronization", "VectorStore", "VectorizerSettings",
        ],
        "VectorizerShell": [
            "ArgumentParser", "CKernels", "CReadline", "Glibc", "Synchronization", "VectorStore",
            "VectorizerCommands", "VectorizerSettings",
        ],
        "VectorizerServer": [
            "CKernels", "Crypto", "Dispatch", "Glibc", "HTTPTypes", "HummingbirdCore", "Logging",
            "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL", "ServiceLifecycle", "Synchronization",
            "VectorStore", "VectorizerSettings",
        ],
        "vectorizer": [
            "Glibc", "Logging", "VectorStore", "VectorizerCommands", "VectorizerServer",
            "VectorizerSettings", "VectorizerShell",
        ],
    ]

    /// Modules that only one folder of a target may know: all others ask what that folder makes of
    /// them.
    private static let homes: [String: String] = [
        "GRDB": "Sources/VectorStore/Catalog/", "GRDBSQLite": "Sources/VectorStore/Catalog/",
    ]

    /// Foundation costs start-up time and has slow twins of what the standard library can do, so
    /// each file that has it says here why.
    private static let foundation: [String: String] = [
        "Sources/VectorStore/Backup/SealedDocument.swift": "reads and writes JSON documents",
        "Sources/VectorStore/Catalog/Blob.swift": "GRDB's blobs are Data",
        "Sources/VectorizerCommands/CommandLine/HelpDump.swift": "decodes the parser's JSON",
    ]

    /// What may stand between `import` and the module's name.
    private static let kinds: Set<String> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "var", "let",
    ]

    static func violations(_ file: SourceFile) -> [Violation] {
        let tokens = SwiftTokens.of(file.text)
        let known = file.target.flatMap { allowed[$0] } ?? []
        return tokens.indices.compactMap { index in
            guard tokens[index].text == "import", tokens[index].depth == 0 else { return nil }
            let next = tokens[(index + 1)...].first { !kinds.contains($0.text) }
            guard let module = next else { return nil }
            if known.contains(module.text) {
                guard let home = homes[module.text], !file.path.hasPrefix(home) else { return nil }
                return Violation(
                    file.path,
                    line: module.line,
                    "\(module.text) is imported in \(home) only"
                )
            }
            if module.text == "Foundation", foundation[file.path] != nil { return nil }
            return Violation(
                file.path,
                line: module.line,
                "\(file.target ?? "this file") may not import \(module.text)"
            )
        }
    }

    /// Reasons for files that don't import Foundation any more, or are gone.
    static func idleReasons(_ files: [SourceFile]) -> [Violation] {
        let users = files.filter { file in
            let tokens = SwiftTokens.of(file.text)
            return zip(tokens, tokens.dropFirst()).contains {
                $0.text == "import" && $1.text == "Foundation"
            }
        }
        return foundation.keys.sorted().filter { path in !users.contains { $0.path == path } }
            .map { Violation($0, "does not import Foundation any more: strike it from the list") }
    }
}
