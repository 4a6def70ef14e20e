import Testing

/// The house rules that a machine can check.
@Suite("The house is tidy")
struct TidyTests {
    private let house = Repository.here()

    private func expectNone(
        _ violations: [Violation],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let report = violations.map(\.description).joined(separator: "\n")
        #expect(violations.isEmpty, "\n\(report)", sourceLocation: sourceLocation)
    }

    @Test("The rules look at the right files")
    func scope() throws {
        let paths = Set(try house.paths())
        #expect(paths.contains("Package.swift"))
        #expect(paths.contains("Sources/VectorizerCommands/CommandTree.swift"))
        #expect(paths.contains("Sources/VectorStore/Core/Store.swift"))
        #expect(!paths.contains { $0.hasPrefix(".build") || $0.hasPrefix(".git/") })
    }

    @Test("No file is longer than 400 lines")
    func fileLength() throws {
        expectNone(try house.sources(endingIn: "swift", "c", "h").flatMap(TextRules.tooLong))
    }

    @Test("No line of Swift is wider than 100 columns")
    func lineWidth() throws {
        expectNone(try house.sources(endingIn: "swift").flatMap(TextRules.tooWide))
    }

    @Test("No function is longer than 70 lines")
    func functionLength() throws {
        expectNone(
            try house.sources(endingIn: "swift", "c", "h").flatMap(CodeRules.longFunctions)
        )
    }

    @Test("Nothing says that it is unfinished")
    func unfinished() throws {
        expectNone(try house.texts().flatMap(TextRules.unfinished))
    }

    @Test("Nothing names a path of one machine")
    func machinePaths() throws {
        expectNone(try house.texts().flatMap(TextRules.machinePath))
    }

    @Test("The top level holds the package and its manuals, nothing else")
    func topLevel() throws {
        expectNone(TextRules.strayNames(try house.topLevelNames()))
    }

    @Test("The product's code neither traps on errors, swallows them, nor prints")
    func bannedCalls() throws {
        expectNone(
            try house.sources(endingIn: "swift", below: "Sources/").flatMap(CodeRules.bannedCalls)
        )
    }

    @Test("Tests use package access and Swift Testing")
    func privateAccess() throws {
        expectNone(
            try house.sources(endingIn: "swift", below: "Tests/").flatMap(CodeRules.privateAccess)
        )
    }

    @Test("Each target imports only what it may know")
    func imports() throws {
        let files = try house.sources(endingIn: "swift", below: "Sources/")
        expectNone(files.flatMap(ImportRules.violations) + ImportRules.idleReasons(files))
    }

    @Test("Only the catalog speaks SQL")
    func sql() throws {
        let files = try house.sources(endingIn: "swift", below: "Sources/")
        expectNone(files.flatMap(SQLRules.violations))
    }

    @Test("The store itself offers few functions")
    func door() throws {
        expectNone(
            DoorRule.violations(try house.sources(endingIn: "swift", below: "Sources/VectorStore/"))
        )
    }

    @Test("The engine does not speak of the command line")
    func commandLineWords() throws {
        let files = try house.sources(endingIn: "swift", below: "Sources/VectorStore/")
        expectNone(files.flatMap(CommandLineRules.violations))
    }

    @Test("In the engine a folder knows only the folders before it")
    func folderOrder() throws {
        let files = try house.sources(endingIn: "swift", below: "Sources/VectorStore/")
        expectNone(FolderOrder.violations(in: files))
    }

    @Test("Each command has a manual page, and each page a command")
    func pages() throws {
        let files = try house.sources(endingIn: "swift", below: "Sources/VectorizerCommands/")
        let names = CommandPages.names(in: files)
        #expect(names.count > 20 && names.contains("config-show"))
        let pages = try house.paths().filter { $0.hasPrefix("man/") }.map { $0.dropFirst(4) }
        expectNone(CommandPages.violations(in: files, pages: pages.map(String.init)))
    }

    @Test(
        "The pages that no command makes are there",
        arguments: [
            "man/vectorizer.7", "man/vectorizer-backup.7", "man/vectorizer-tail.5",
            "man/vectorizer-segment.5",
            "completions/vectorizer.bash", "completions/_vectorizer",
            "completions/vectorizer.fish", "LICENSE", "README.md", ".ci/run",
        ]
    )
    func otherPages(path: String) throws {
        #expect(try house.paths().contains(path))
    }
}
