import Foundation
import TestSupport
import Testing
import VectorizerCommands

@Suite(.timeLimit(.minutes(10))) struct ManualPagesTests {
    private func samplePages() throws -> [(fileName: String, text: String)] {
        try ManualPages.pages(fromHelpDump: helpDump(of: SampleRoot.self), date: "2026-03-09")
    }

    @Test("There is a page for each shown command, parents first")
    func names() throws {
        #expect(
            try samplePages().map(\.fileName) == [
                "vectorizer.1", "vectorizer-insert.1", "vectorizer-search.1",
                "vectorizer-keys.1", "vectorizer-keys-create.1", "vectorizer-list-points.1",
            ]
        )
    }

    @Test("The pages are their goldens", arguments: ["vectorizer.1", "vectorizer-insert.1"])
    func goldens(fileName: String) throws {
        let page = try #require(try samplePages().first { $0.fileName == fileName })
        try expectGolden(page.text, "sample-" + fileName)
    }

    @Test("Every page is clean mdoc, where mandoc is there to say so")
    func lint() throws {
        let mandoc = "/usr/bin/mandoc"
        guard FileManager.default.isExecutableFile(atPath: mandoc) else { return }
        let scratch = try ScratchDirectory()
        for page in try samplePages() {
            let file = try scratch.file(page.fileName, page.text)
            let process = Process()
            process.executableURL = URL(filePath: mandoc)
            process.arguments = ["-Tlint", "-W", "warning", file]
            let output = Pipe()
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let complaints = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(
                process.terminationStatus == 0,
                "\(String(decoding: complaints, as: UTF8.self))"
            )
        }
    }

    @Test("Hidden options and hidden commands are not told of")
    func hidden() throws {
        for page in try samplePages() {
            #expect(!page.text.contains("\\-fault"))
            #expect(!page.text.contains("secret"))
        }
    }

    @Test("Every exit code given is listed")
    func exitStatus() throws {
        let own = [ExitStatus(code: 9, meaning: ".odd 'meaning'")]
        let pages = try ManualPages.pages(
            fromHelpDump: helpDump(of: SampleRoot.self),
            date: "2026-01-31",
            exitStatuses: own
        )
        #expect(pages[0].text.contains(".It 9\n\\&.odd \\(aqmeaning\\(aq.\n"))
        #expect(
            ExitStatus.all.map(\.code)
                == [0, 1, 64, 65, 66, 69, 70, 73, 74, 75, 76, 77, 78, 130, 141, 143]
        )
    }

    @Test(
        "A date that is none is refused",
        arguments: ["", "2026-13-01", "2026-00-01", "2026-1-1", "2026-01-32", "March 9, 2026"]
    )
    func dates(date: String) {
        #expect(throws: ManualPages.Failure.invalidDate(date)) {
            try ManualPages.pages(fromHelpDump: helpDump(of: SampleRoot.self), date: date)
        }
    }

    @Test("A list of exit codes for the help moves into the section for them")
    func ownExitCodes() throws {
        let dump = #"""
            {"serializationVersion":0,"command":{"commandName":"vectorizer","shouldDisplay":true,
            "discussion":
            "Text.\nExamples:\n  a\n\nExit codes (all):\n  0  done\n  64  no\n"}}
            """#
        let page = try ManualPages.pages(fromHelpDump: dump, date: "2026-12-31")[0].text
        #expect(page.contains(".Sh DESCRIPTION\nText.\n.Sh EXIT STATUS\n"))
        #expect(
            page.components(separatedBy: ".It ").dropFirst().map { $0.prefix(2) }
                == ["0\n", "64"]
        )
        #expect(page.contains(".Sh EXAMPLES\n.Bd -literal -offset indent\na\n.Ed\n.Sh SEE"))
    }

    @Test("Odd descriptions make clean pages too")
    func oddDescriptions() throws {
        let dump = #"""
            {"serializationVersion":0,"command":{"commandName":"vectorizer","shouldDisplay":true,
            "discussion":"Example:\n\tone  \n  two\n\n\nEnd. See e.g. this!\n  literal",
            "subcommands":[{"commandName":"No","shouldDisplay":true,"abstract":"One.\nTwo.",
            "arguments":[{"kind":"option","shouldDisplay":true,"isOptional":false,
            "isRepeating":true,"parsingStrategy":"default","abstract":"\n","valueName":".",
            "names":[{"kind":"longWithSingleDash","name":"x-y"}]},
            {"kind":"flag","shouldDisplay":true,"isOptional":true,"isRepeating":false,
            "parsingStrategy":"default","names":[{"kind":"long","name":"f"}]}]}]}}
            """#
        let pages = try ManualPages.pages(fromHelpDump: dump, date: "2026-12-31")
        #expect(pages[0].text.contains(".Nd vectorizer\n"))
        #expect(pages[0].text.contains("        one\n  two\n.Ed\n.Sh SEE"))
        #expect(pages[0].text.contains("End.\nSee e.g.\nthis!\n.Bd"))
        #expect(pages[1].text.contains(".Dd December 31, 2026\n.Dt VECTORIZER-NO 1\n"))

        #expect(pages[1].text.contains(".Cm \\&No\n.Fl x\\-y Ar \\&. ...\n.Op Fl \\-f\n"))
        #expect(pages[1].text.contains(".Sh DESCRIPTION\nOne. Two.\n"))
    }

    @Test("A description that is none is refused")
    func brokenDump() {
        #expect(throws: DecodingError.self) {
            try ManualPages.pages(fromHelpDump: "{}", date: "2026-01-01")
        }
    }
}
