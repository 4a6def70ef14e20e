/// SQL stands in the catalog's folder and nowhere else, so that what a table looks like is known in
/// one place.
enum SQLRules {
    private static let home = "Sources/VectorStore/Catalog/"

    /// What a statement begins with or has in it, in capitals as all SQL is written here.
    private static let signs = [
        ["SELECT"], ["PRAGMA"], ["ATTACH"], ["SAVEPOINT"], ["INSERT", "INTO"], ["INSERT", "OR"],
        ["DELETE", "FROM"], ["CREATE", "TABLE"], ["CREATE", "INDEX"], ["DROP", "TABLE"],
    ]

    static func violations(_ file: SourceFile) -> [Violation] {
        guard !file.path.hasPrefix(home) else { return [] }
        return SwiftTokens.literals(of: file.text).filter { isSQL($0.text) }.map { literal in
            Violation(file.path, line: literal.line, "SQL belongs into \(home)")
        }
    }

    private static func isSQL(_ text: String) -> Bool {
        let words = text.split { !$0.isLetter && $0 != "_" }.map(String.init)
        if words.contains("UPDATE"), words.contains("SET") { return true }
        return signs.contains { sign in
            words.indices.contains { words[$0...].starts(with: sign) }
        }
    }
}
