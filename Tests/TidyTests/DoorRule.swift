/// The store is a door and no hall: what it offers itself is little, the rest is behind its parts.
enum DoorRule {
    static let functionCountMax = 25

    /// Functions of the store itself that other modules can call.
    ///
    /// - Parameter files: the engine's files.
    /// - Returns: one violation for each function above the number that is allowed.
    static func violations(_ files: [SourceFile]) -> [Violation] {
        let functions = files.flatMap(functions)
        return functions.dropFirst(functionCountMax).map {
            Violation(
                $0.path,
                line: $0.line,
                "the store has more than \(functionCountMax) functions"
            )
        }
    }

    private static func functions(_ file: SourceFile) -> [(path: String, line: Int)] {
        var isStore = false
        var found: [(path: String, line: Int)] = []
        for (index, line) in file.lines.enumerated() {
            if line.first.map({ $0 != " " && $0 != "}" }) ?? false {
                isStore = line == "extension Store {" || line.hasPrefix("public final class Store:")
            }
            guard isStore, line.hasPrefix("    public ") || line.hasPrefix("    package "),
                line.contains(" func ")
            else { continue }
            found.append((file.path, index + 1))
        }
        return found
    }
}
