import Testing

/// A rule that finds nothing may be blind: each one is shown what it is there for.
@Suite("The rules see what breaks them")
struct PlantedViolationTests {
    private func lines(_ violations: [Violation]) -> [Int?] { violations.map(\.line) }

    @Test("A file of 401 lines is too long, one of 400 is not, and the generated one may be")
    func length() {
        let long = String(repeating: "x\n", count: 401)
        #expect(TextRules.tooLong(SourceFile("Sources/A/B.swift", long)).count == 1)
        #expect(TextRules.tooLong(SourceFile("A.swift", String(long.dropFirst(2)))).isEmpty)
        #expect(TextRules.tooLong(SourceFile("Sources/CDemoData/DemoData.c", long)).isEmpty)
    }

    @Test("A line of 101 columns is too wide; columns are characters, not bytes")
    func width() {
        let text =
            "short\n" + String(repeating: "é", count: 101) + "\n"
            + String(repeating: "é", count: 100)
        #expect(lines(TextRules.tooWide(SourceFile("A.swift", text))) == [2])
    }

    @Test("Unfinished work is found as a word, not as a part of one")
    func unfinished() {
        let text = "// \("TO" + "DO"): later\nmkdtemp(\"demo-XXXXXX\")\n// \("FIX" + "ME")\n"
        #expect(lines(TextRules.unfinished(SourceFile("A.swift", text))) == [1, 3])
    }

    @Test("A path of one machine is found in any text")
    func machinePaths() {
        let text = "fine\ncd /wo" + "rk/main\n"
        #expect(lines(TextRules.machinePath(SourceFile("notes.md", text))) == [2])
    }

    @Test("A name that does not belong to the top level is found; dotfiles belong there")
    func topLevel() {
        let found = TextRules.strayNames(["Sources", ".ci", "Package.resolved", "notes.txt"])
        #expect(found.map(\.path) == ["notes.txt"])
    }

    @Test("Banned calls are found in code and in interpolations, not in comments and texts")
    func bannedCalls() {
        let text = ##"""
            let a = try! f()
            // try! f(), print(1)
            let b = "try! print(1) \(try? f())"
            let c = x as! Int
            fatalError("as!")
            object.print(1)
            /* print(2) /* nested */ print(3) */ print(4)
            let d = """
                print(5)
                """
            let e = #"print(6) \(print(7)) \#(debugPrint(8))"#
            func print(_ value: Int) {}
            let r = text.wholeMatch(of: /try! \{"/)
            _ = a / b + (try? c()) / d
            let f = a ? try g() : try h()
            """##
        #expect(
            lines(CodeRules.bannedCalls(SourceFile("A.swift", text))) == [1, 3, 4, 5, 7, 11, 14]
        )
    }

    @Test("Private access of tests is found")
    func privateAccess() {
        let text = "import Testing\n@testable import VectorStore\nimport XCTest\n"
        #expect(lines(CodeRules.privateAccess(SourceFile("A.swift", text))) == [2, 3])
    }

    @Test(
        "A function of 71 lines is too long, whatever stands in its signature",
        arguments: [
            "func f(a: () -> Void = {}) throws(E) -> [Int] {", "init?<T: P>(_ t: T) where T: Q {",
            "subscript(index: Int) -> Int {", "deinit {",
            "static func < (left: A, right: A) -> Bool {",
        ]
    )
    func longFunction(signature: String) {
        func source(_ count: Int) -> SourceFile {
            let body = String(repeating: "    if x { y() }\n", count: count - 2)
            return SourceFile("A.swift", "struct A {\n\(signature)\n\(body)}\n}\n")
        }
        #expect(lines(CodeRules.longFunctions(source(71))) == [2])
        #expect(CodeRules.longFunctions(source(70)).isEmpty)
    }

    @Test("A requirement without a body does not take the next one's")
    func requirement() {
        let body = String(repeating: "    y()\n", count: 80)
        let text =
            "protocol P {\n    func f() -> Int\n    var v: Int { get }\n}\n"
            + "let closure = {\n\(body)}\n"
        #expect(CodeRules.longFunctions(SourceFile("A.swift", text)).isEmpty)
    }

    @Test("A long C function is found")
    func longCFunction() {
        let body = String(repeating: "    y();\n", count: 70)
        let text = "int a;\nstatic int f(int x) {\n\(body)}\nint g(void) {\n}\n"
        #expect(lines(CodeRules.longFunctions(SourceFile("a.c", text))) == [2])
    }

    @Test("An import that the target may not have is found, with any access level")
    func imports() {
        let text =
            "import GRDB\npackage import ArgumentParser\n// import Nothing\nimport Foundation\n"
        let engine = ImportRules.violations(SourceFile("Sources/VectorStore/Model/A.swift", text))
        #expect(lines(engine) == [1, 2, 4])
        let catalog = ImportRules.violations(
            SourceFile("Sources/VectorStore/Catalog/A.swift", text)
        )
        #expect(lines(catalog) == [2, 4])
        let commands = ImportRules.violations(
            SourceFile("Sources/VectorizerCommands/Output/A.swift", text)
        )
        #expect(lines(commands) == [1, 4])
        let settings = ImportRules.violations(
            SourceFile(
                "Sources/VectorizerSettings/Log/A.swift",
                "import Yams\nimport VectorizerCommands\nimport ArgumentParser\n"
            )
        )
        #expect(lines(settings) == [2, 3])
        let unknown = ImportRules.violations(SourceFile("Sources/New/A.swift", "import Glibc\n"))
        #expect(lines(unknown) == [1])
    }

    @Test("A module that only the catalog may know is found in the folders beside it")
    func catalogImports() {
        let text = "import Glibc\nimport GRDB\nimport GRDBSQLite\n"
        for folder in ["Core", "Store", "CatalogTools"] {
            let file = SourceFile("Sources/VectorStore/\(folder)/A.swift", text)
            #expect(lines(ImportRules.violations(file)) == [2, 3])
        }
        let home = SourceFile("Sources/VectorStore/Catalog/A.swift", text)
        #expect(ImportRules.violations(home).isEmpty)
    }

    @Test("A function too many of the store is found, in whatever file it stands")
    func door() {
        let body = (0..<DoorRule.functionCountMax).map { "    public func f\($0)() {" }
        let first = SourceFile("A.swift", "extension Store {\n" + body.joined(separator: "\n"))
        let other = SourceFile("B.swift", "extension StoreKeys {\n    public func g() {\n}\n")
        #expect(DoorRule.violations([first, other]).isEmpty)
        let second = SourceFile("C.swift", "extension Store {\n    package static func h() {\n")
        #expect(lines(DoorRule.violations([first, other, second])) == [2])
    }

    @Test("SQL outside of the catalog is found in any literal, not in comments and prose")
    func sql() {
        let text = ##"""
            // SELECT id FROM points
            let a = "SELECT id FROM \(table)"
            let b = #"PRAGMA "user_version""#
            let c = "SELECTED, please update: \(f("DELETE FROM keys"))"
            let d = """
                WITH x AS (
                    INSERT INTO keys VALUES (1))
                """
            let e = "UPDATE points SET id = ?"
            let f = "Select or UPDATE, DELETE or INSERT"
            """##
        let outside = SourceFile("Sources/VectorStore/Store/A.swift", text)
        #expect(lines(SQLRules.violations(outside)) == [2, 3, 4, 5, 9])
        let inside = SourceFile("Sources/VectorStore/Catalog/A.swift", text)
        #expect(SQLRules.violations(inside).isEmpty)
    }

    @Test("A command or an option is found in any literal, not in comments and names")
    func commandLineWords() {
        let text = ##"""
            // vectorizer compact docs --rebuild
            let a = "vectorizer compact \(name)"
            let b = "compact \(f("it --rebuild")) the collection"
            let c = ["--wait", "a -- b", "vectorizer", "vectorizer-proof-", "of vectorizer"]
            let d = """
                vectorizer verify
                """
            let e = "run `vectorizer verify`"
            """##
        let file = SourceFile("Sources/VectorStore/Store/A.swift", text)
        #expect(lines(CommandLineRules.violations(file)) == [2, 3, 4, 5, 8])
    }

    @Test("A type or a free function of a later folder is found in an earlier one")
    func folderOrder() {
        let files = [
            SourceFile(
                "Sources/VectorStore/Storage/A.swift",
                "struct A { var s: Store?; var b: B }\nprivate struct Own {}\n"
            ),
            SourceFile("Sources/VectorStore/Store/Store.swift", "public final class Store {}\n"),
            SourceFile("Sources/VectorStore/Store/Own.swift", "struct Own { var a: A }\n"),
            SourceFile(
                "Sources/VectorStore/Store/B.swift",
                "enum Outer { struct B {} }\nfunc mix() {}\n// A A\n"
            ),
            SourceFile("Sources/VectorStore/Novel/C.swift", "struct C {}\n"),
            SourceFile(
                "Sources/VectorStore/Graph/D.swift",
                "struct D {\n let a = 1\n func d() { mix(); a.mix() }\n}\n"
            ),
        ]
        let found = FolderOrder.violations(in: files)
        #expect(found.map(\.path) == [files[0].path, files[4].path, files[5].path])
        #expect(found.map(\.line) == [1, nil, 3])
    }

    @Test("A command without a page and a page without a command are found")
    func pages() {
        let files = [
            SourceFile(
                "Sources/VectorizerCommands/CommandTree.swift",
                """
                enum CommandTree {
                    static var shared: [any P.Type] { commands + [BCommand.self] }
                    static let commands: [any C.Type] = [
                        ACommand.self,
                    ]
                }
                struct Root { let type = Other.self }
                """
            ),
            SourceFile(
                "Sources/VectorizerCommands/Commands/ACommand.swift",
                "struct ACommand: C {\n let c = CommandConfiguration.command(\n\"add\", \"\")\n}"
            ),
            SourceFile(
                "Sources/VectorizerCommands/Commands/BCommand.swift",
                """
                struct BCommand: P {
                    let c = CommandConfiguration(commandName: "box", subcommands: [SCommand.self])
                }
                struct SCommand: P {
                    static let name = "show"
                    let c = CommandConfiguration.command(name, "x")
                }
                """
            ),
        ]
        #expect(CommandPages.names(in: files) == ["", "box", "box-show", "add"])
        let found = CommandPages.violations(
            in: files,
            pages: ["vectorizer.1", "vectorizer-add.1", "vectorizer-old.1", "vectorizer.7"]
        )
        #expect(
            found.map(\.path) == [
                "man/vectorizer-box-show.1", "man/vectorizer-box.1", "man/vectorizer-old.1",
            ]
        )
    }
}
