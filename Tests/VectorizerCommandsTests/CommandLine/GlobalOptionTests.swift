import ArgumentParser
import Testing
import VectorizerCommands
import VectorizerSettings

/// The table of options that every command takes, and the readers that go by it.
@Suite struct GlobalOptionTests {
    @Test("The table and the parser know the same options in the same order")
    func declaration() throws {
        let root = try HelpDump.command(of: VectorizerRoot.self)
        let children = root.subcommands ?? []
        let commands = (children + children.flatMap { $0.subcommands ?? [] }).filter {
            $0.subcommands?.isEmpty != false && !$0.isBuiltInHelp
        }
        #expect(commands.count > 30)
        for command in [root] + commands {
            let known = (command.arguments ?? []).filter { $0.sectionTitle == "Global options" }
            #expect(known.map(\.spellings) == Self.spellings, "\(command.commandName)")
            #expect(known.map(\.takesValue) == GlobalOption.all.map(\.takesValue))
            #expect(known.map(\.takesAnyWord) == GlobalOption.all.map(\.takesAnyWord))
        }
    }

    private static let spellings = GlobalOption.all.map { option in
        [option.short, option.name].compactMap { $0 }
    }

    @Test("Each option is read from a line as the parser reads it", arguments: names)
    func readers(name: String) throws {
        let option = try #require(GlobalOption.all.first { $0.name == name })
        for value in Self.values(of: option) {
            for words in Self.lines(option, value) {
                let line = ScannedLine(words)
                let parsed = try #require(
                    try VectorizerRoot.parseAsRoot(words) as? any VectorizerCommand
                )
                #expect(option.text(line.options) == option.text(parsed.global), "\(words)")
                #expect(option.text(line.options) == (value ?? "on"))
                #expect(line.command == "version")
                let others = GlobalOption.all.filter { $0.name != name }
                #expect(others.allSatisfy { $0.text(line.options) == nil })
            }
        }
        #expect(option.text(ScannedLine(["version", "--", name, "json"]).options) == nil)
    }

    @Test("Each option is left out of a line that asks for help", arguments: names)
    func help(name: String) throws {
        let option = try #require(GlobalOption.all.first { $0.name == name })
        let bench = try CommandBench()
        let plain = try bench.run("help", "count")
        #expect(plain.output.hasPrefix("OVERVIEW: Count"))
        for words in Self.lines(option, Self.values(of: option).last ?? nil) {
            let tokens = words.map { $0 == "version" ? "help" : $0 } + ["count"]
            #expect(try bench.run(tokens).output == plain.output, "\(tokens)")
        }
    }

    @Test("What a session says is taken over where a line says nothing", arguments: names)
    func session(name: String) throws {
        let option = try #require(GlobalOption.all.first { $0.name == name })
        let values = Self.values(of: option).map { $0 ?? "" }
        var standing = GlobalOptions.none
        #expect(option.give(values[0], to: &standing))
        #expect(option.text(GlobalOptions.none.over(standing)) == option.text(standing))
        var line = GlobalOptions.none
        #expect(option.give(values[values.count - 1], to: &line))
        #expect(option.text(line.over(standing)) == option.text(line))
        option.set(nil, in: &line)
        #expect(option.text(line) == nil)
    }

    @Test("A value that an option does not take changes nothing")
    func refused() throws {
        for option in GlobalOption.all where option.takesValue {
            let wrong = option.name == "--data-dir" ? "" : "nonsense"
            var options = GlobalOptions.none
            #expect(option.give(Self.values(of: option)[0] ?? "", to: &options))
            let before = option.text(options)
            #expect(!option.give(wrong, to: &options))
            #expect(option.text(options) == before)
        }
    }

    @Test("The environment fills in the options that are settings")
    func environment() {
        for option in GlobalOption.all {
            let value = Self.values(of: option)[0] ?? ""
            let variable = option.setting?.variable ?? "VECTORIZER_X"
            let filled = GlobalOptions.none.over(environment: [variable: value])
            #expect(option.text(filled) == (option.setting == nil ? nil : value))
        }
    }

    private static let names = GlobalOption.all.map(\.name)

    /// Values that an option takes; nil for a flag.
    private static func values(of option: GlobalOption) -> [String?] {
        guard let values = option.values else { return [nil] }
        if case .choice(let words) = values { return words }
        return option.name == "--wait" ? ["0", "2.5", "60"] : ["some/where", "x"]
    }

    /// Lines that give an option in all the ways there are.
    private static func lines(_ option: GlobalOption, _ value: String?) -> [[String]] {
        guard let value else {
            return Self.spellings.flatMap { $0 }.filter { $0 == option.name || $0 == option.short }
                .flatMap { [["version", $0], [$0, "version"]] }
        }
        var lines = [["version", option.name, value], ["\(option.name)=\(value)", "version"]]
        guard let short = option.short else { return lines }
        lines += [[short, value, "version"], ["version", short + value]]
        return lines
    }
}
