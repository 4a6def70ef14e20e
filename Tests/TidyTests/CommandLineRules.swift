/// The engine's texts name no command and no option: a server and a library have neither.
enum CommandLineRules {
    static func violations(_ file: SourceFile) -> [Violation] {
        SwiftTokens.literals(of: file.text).filter { speaksOfCommands($0.text) }.map { literal in
            Violation(
                file.path,
                line: literal.line,
                "commands and options are named in VectorizerCommands only"
            )
        }
    }

    private static func speaksOfCommands(_ text: String) -> Bool {
        let words = text.split { !$0.isLetter && $0 != "-" }
        return text.contains("vectorizer ") || words.contains { $0.hasPrefix("--") && $0.count > 2 }
    }
}
