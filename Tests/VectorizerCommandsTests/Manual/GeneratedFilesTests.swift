import ArgumentParser
import Foundation
import TestSupport
import Testing
import VectorStore
import VectorizerCommands

/// Manual pages and completion scripts are made by the program and kept in the repository.
@Suite(.timeLimit(.minutes(10))) struct GeneratedFilesTests {
    /// The date on every page; it changes when somebody changes it.
    private static let date = "2026-11-23"

    private func expectInStep(_ text: String, _ place: String) throws {
        try expectKept(text, at: PackageFolder.root.appending(path: place), named: place)
    }

    private func pages() throws -> [(fileName: String, text: String)] {
        try ManualPages.pages(fromHelpDump: helpDump(of: VectorizerRoot.self), date: Self.date)
    }

    @Test("There is one manual page for each command, and none for others")
    func manualPages() throws {
        let pages = try pages()
        for page in pages { try expectInStep(page.text, "man/" + page.fileName) }
        let folder = PackageFolder.root.appending(path: "man").path
        let kept = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".1") }
        let stale = Set(kept).subtracting(pages.map(\.fileName))
        if Golden.isRecorded {
            for name in stale { try FileManager.default.removeItem(atPath: folder + "/" + name) }
        } else {
            #expect(stale.isEmpty)
        }
    }

    @Test("Every manual page is clean mdoc, where mandoc is there to say so")
    func lint() throws {
        let mandoc = "/usr/bin/mandoc"
        guard FileManager.default.isExecutableFile(atPath: mandoc) else { return }
        let folder = PackageFolder.root.appending(path: "man").path
        let files = try pages().map { folder + "/" + $0.fileName }
        let run = try ProgramRun(
            ["-Tlint", "-W", "warning"] + files,
            program: mandoc,
            environment: [:]
        )
        let outcome = try run.wait()
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.error)")
    }

    @Test("Each way in which --explain says that a file was searched stands in the manual")
    func explainedPaths() throws {
        let page = try String(
            contentsOf: PackageFolder.root.appending(path: "man/vectorizer.7"),
            encoding: .utf8
        )
        let paragraph = try #require(
            page.components(separatedBy: ".Pp\n").first { $0.hasPrefix(".Fl \\-explain\ntells") }
        )
        let told = paragraph.split(separator: "\n").compactMap { line in
            line.hasPrefix(".Cm ") ? String(line.dropFirst(4).split(separator: " ")[0]) : nil
        }.map { $0.replacing("\\-", with: "-") }
        for path in SearchExplanation.Path.allCases {
            #expect(told.contains(path.rawValue), "man 7 vectorizer does not know \(path)")
        }
    }

    @Test(
        "The completion scripts are those that the program writes",
        arguments: [
            ("bash", "vectorizer.bash"), ("zsh", "_vectorizer"), ("fish", "vectorizer.fish"),
        ]
    )
    func completions(shell: String, file: String) throws {
        let bench = try CommandBench()
        let script = try bench.succeed("completions", shell)
        try expectInStep(script, "completions/" + file)
        let known = VectorizerRoot.completionScript(
            for: try #require(CompletionShell(rawValue: shell))
        )
        #expect(script == known || script == known + "\n")
    }

    @Test(
        "The other shells can read their scripts, where they are there to say so",
        arguments: [("zsh", "_vectorizer"), ("fish", "vectorizer.fish")]
    )
    func syntax(shell: String, file: String) throws {
        let program = "/usr/bin/" + shell
        guard FileManager.default.isExecutableFile(atPath: program) else { return }
        let script = PackageFolder.root.appending(path: "completions/" + file).path
        let bench = try CommandBench()
        let run = try ProgramRun(
            ["-n", script],
            program: program,
            environment: bench.environment
        )
        let outcome = try run.wait()
        #expect(outcome.code == 0, "\(outcome.error)")
    }

    @Test(
        "bash completes commands, options, values and the names of collections",
        arguments: [
            ("vectorizer list-", ["list-backups", "list-collections", "list-points"]),
            ("vectorizer insert --batch", ["--batch-size"]),
            ("vectorizer insert docs --mode up", ["upsert", "update"]),
            ("vectorizer create-collection x --metric e", ["euclidean"]),
            ("vectorizer count d", ["docs"]),
            ("vectorizer completions z", ["zsh"]),
        ]
    )
    func bash(line: String, expected: [String]) throws {
        let bash = "/bin/bash"
        guard FileManager.default.isExecutableFile(atPath: bash) else { return }
        let bench = try CommandBench()
        try bench.makeDocs()
        let folder = URL(filePath: try ProgramRun.program).deletingLastPathComponent().path
        let script = """
            source "$1"
            COMP_LINE=$2 COMP_POINT=${#2}
            read -ra COMP_WORDS <<< "$2"
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            "$(complete -p vectorizer | sed 's/.*-F \\([^ ]*\\).*/\\1/')" \\
                vectorizer "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let file = PackageFolder.root.appending(path: "completions/vectorizer.bash").path
        var environment = bench.environment
        environment["PATH"] = folder + ":/usr/bin:/bin"
        let run = try ProgramRun(
            ["--norc", "-c", script, "bash", file, line],
            program: bash,
            environment: environment
        )
        let outcome = try run.wait()
        let found = outcome.output.split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(found.sorted() == expected.sorted(), "\(outcome.error)")
    }
}
