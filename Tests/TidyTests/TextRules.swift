/// Rules that need no more than a file's name and lines.
enum TextRules {
    static let lineCountMax = 400
    static let columnCountMax = 100

    /// Generated, and as long as its data.
    private static let longFiles = ["Sources/CDemoData/DemoData.c"]

    static func tooLong(_ file: SourceFile) -> [Violation] {
        let count = file.lines.count
        guard count > lineCountMax, !longFiles.contains(file.path) else { return [] }
        return [Violation(file.path, "\(count) lines, at most \(lineCountMax) are readable")]
    }

    static func tooWide(_ file: SourceFile) -> [Violation] {
        file.lines.enumerated().filter { $1.count > columnCountMax }.map { index, line in
            Violation(
                file.path,
                line: index + 1,
                "\(line.count) columns, at most \(columnCountMax) fit"
            )
        }
    }

    /// Written in pieces, so that this file does not break its own rule.
    private static let unfinishedWords = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]

    /// Tags of the data that the script reads end in such a word.
    private static let filesAboutSuchWords = ["Sources/CDemoData/generate.py"]

    static func unfinished(_ file: SourceFile) -> [Violation] {
        guard !filesAboutSuchWords.contains(file.path) else { return [] }
        return file.lines.enumerated().flatMap { index, line in
            unfinishedWords.filter { word in
                line.contains(word) && words(of: line).contains { $0 == word }
            }.map { Violation(file.path, line: index + 1, "\($0): what is here is finished") }
        }
    }

    private static func words(of line: Substring) -> [Substring] {
        line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    }

    private static let machinePaths = ["/wo" + "rk/", "/fa" + "rm/", "/ro" + "ot/"]

    static func machinePath(_ file: SourceFile) -> [Violation] {
        file.lines.enumerated().flatMap { index, line in
            machinePaths.filter { line.contains($0) }.map {
                Violation(file.path, line: index + 1, "\($0) is a path of one machine")
            }
        }
    }

    private static let topLevel: Set<String> = [
        "Package.swift", "Package.resolved", "Sources", "Tests", "man", "completions",
        "systemd", "README.md", "LICENSE",
    ]

    static func strayNames(_ names: [String]) -> [Violation] {
        // A program run with coverage and an empty environment leaves its profile where it stood.
        names.filter {
            !$0.hasPrefix(".") && !$0.hasSuffix(".profraw") && !topLevel.contains($0)
        }.map {
            Violation($0, "the top level holds the package and its manuals, nothing else")
        }
    }
}
