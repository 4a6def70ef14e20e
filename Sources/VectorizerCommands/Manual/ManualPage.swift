/// The source of one manual page, in the mdoc language.
struct ManualPage {
    let command: HelpDump.Command
    let path: [String]
    let root: HelpDump.Command
    let date: String
    let exitStatuses: [ExitStatus]

    /// The name of the page, such as `vectorizer-insert`.
    var name: String { path.joined(separator: "-") }

    func text() -> String {
        let discussion = Discussion(command.discussion ?? "")
        let title = name.uppercased()
        var lines = [".Dd \(date)", ".Dt \(Roff.argument(title)) 1", ".Os \(path[0])"]
        lines += [".Sh NAME", ".Nm \(Roff.argument(name))", ".Nd \(phrase(command.abstract))"]
        lines += [".Sh SYNOPSIS"] + synopsis()
        lines += [".Sh DESCRIPTION"] + description(discussion)
        lines += subcommands()
        lines += options()
        lines += exitStatus(only: discussion.exitCodes)
        if !discussion.examples.isEmpty {
            lines += [".Sh EXAMPLES"] + Self.lines(for: discussion.examples)
        }
        lines += seeAlso()
        return lines.joined(separator: "\n") + "\n"
    }

    private func synopsis() -> [String] {
        var lines = [".Nm \(Roff.argument(path[0]))"]
        lines += path.dropFirst().map { ".Cm \(Roff.argument($0))" }
        let own = shownArguments.filter { !isGlobal($0) }
        if own.count < shownArguments.count || path.count == 1 { lines.append(".Op Ar options") }
        if path.count == 1 || command.subcommands?.isEmpty == false {
            return lines + [".Ar command", ".Op Ar arguments"]
        }
        let named = own.filter { $0.kind != .positional }
        for argument in named + own.filter({ $0.kind == .positional }) {
            let synopsis = Self.synopsis(of: argument)
            lines.append(argument.isOptional ? ".Op \(synopsis)" : ".\(synopsis)")
        }
        return lines
    }

    private static func synopsis(of argument: HelpDump.Argument) -> String {
        let value = "Ar \(Roff.argument(argument.valueName ?? "value"))"
        let dots = argument.isRepeating ? " ..." : ""
        guard argument.kind != .positional else { return value + dots }
        let flag = argument.spellings.last.map(Roff.flag) ?? ""
        return (argument.kind == .option ? "\(flag) \(value)" : flag) + dots
    }

    private func description(_ discussion: Discussion) -> [String] {
        let blocks = Self.lines(for: discussion.blocks)
        return blocks.isEmpty ? [Roff.text(phrase(command.abstract, raw: true) + ".")] : blocks
    }

    /// Paragraphs and literal blocks; `.Pp` only where two would run together.
    private static func lines(for blocks: [Discussion.Block]) -> [String] {
        var lines: [String] = []
        for (position, block) in blocks.enumerated() {
            switch block {
            case .paragraph(let text):
                if position > 0 { lines.append(".Pp") }
                lines += Roff.sentences(text)
            case .literal(let text):
                lines.append(".Bd -literal -offset indent")
                lines += text.map { Roff.literal($0) }
                lines.append(".Ed")
            }
        }
        return lines
    }

    private func subcommands() -> [String] {
        let shown = (command.subcommands ?? []).filter(\.shouldDisplay)
        guard !shown.isEmpty else { return [] }
        var lines = [".Sh COMMANDS", ".Bl -tag -width Ds"]
        for subcommand in shown {
            lines.append(".It Cm \(Roff.argument(subcommand.commandName))")
            lines.append(Roff.text(phrase(subcommand.abstract, raw: true) + "."))
            guard !subcommand.isBuiltInHelp else { continue }
            lines.append("See")
            lines.append(".Xr \(Roff.argument(name + "-" + subcommand.commandName)) 1 .")
        }
        return lines + [".El"]
    }

    private func options() -> [String] {
        var groups: [(title: String?, arguments: [HelpDump.Argument])] = []
        let arguments = shownArguments
        let ordered =
            arguments.filter { $0.sectionTitle == nil }
            + arguments.filter { $0.sectionTitle != nil }
        for argument in ordered {
            if let index = groups.firstIndex(where: { $0.title == argument.sectionTitle }) {
                groups[index].arguments.append(argument)
            } else {
                groups.append((argument.sectionTitle, [argument]))
            }
        }
        var lines: [String] = groups.isEmpty ? [] : [".Sh OPTIONS"]
        for group in groups {
            if let title = group.title { lines.append(".Ss \(Roff.argument(title))") }
            lines.append(".Bl -tag -width Ds")
            for (argument, inverse) in Self.pairs(group.arguments) {
                lines += Self.item(argument, inverse: inverse)
            }
            lines.append(".El")
        }
        return lines
    }

    /// Puts `--no-x`, which is described with `--x`, beside it.
    private static func pairs(
        _ arguments: [HelpDump.Argument]
    ) -> [(HelpDump.Argument, inverse: HelpDump.Argument?)] {
        var result: [(HelpDump.Argument, inverse: HelpDump.Argument?)] = []
        for argument in arguments {
            let inverted = argument.spellings.last.map { "--" + $0.dropFirst(5) }
            if argument.kind == .flag, let inverted, let last = result.last?.0,
                argument.abstract == nil || argument.abstract == last.abstract,
                last.spellings.contains(inverted)
            {
                result[result.count - 1].inverse = argument
            } else {
                result.append((argument, nil))
            }
        }
        return result
    }

    private static func item(
        _ argument: HelpDump.Argument,
        inverse: HelpDump.Argument?
    ) -> [String] {
        let value = "Ar \(Roff.argument(argument.valueName ?? "value"))"
        let spellings = argument.spellings + (inverse?.spellings ?? [])
        var tag = spellings.map(Roff.flag).joined(separator: " , ")
        switch argument.kind {
        case .positional: tag = value
        case .option: tag += " " + value
        case .flag: break
        }
        var lines = [".It \(tag)"]
        if let abstract = argument.abstract { lines += sentences(abstract) }
        if let discussion = argument.discussion { lines += sentences(discussion) }
        if let values = argument.allValues, !values.isEmpty {
            lines.append(Roff.text("One of: " + values.joined(separator: ", ") + "."))
        }
        if argument.kind != .flag, let standard = argument.defaultValue {
            lines.append(Roff.text("Default: \(standard)."))
        }
        return lines
    }

    /// Text inside a list item: its lines, ended by a full stop.
    private static func sentences(_ text: String) -> [String] {
        var lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
        lines.removeAll(where: \.isEmpty)
        guard let last = lines.last else { return [] }
        let isEnded = [".", ":", "?", "!"].contains(last.last)
        if !isEnded { lines[lines.count - 1] = last + "." }
        return Roff.sentences(lines)
    }

    /// The codes that the command names, or all if it names none.
    private func exitStatus(only codes: [Int32]) -> [String] {
        var lines = [".Sh EXIT STATUS", ".Bl -tag -width Ds"]
        for status in exitStatuses where codes.isEmpty || codes.contains(status.code) {
            lines.append(".It \(status.code)")
            lines.append(Roff.text(status.meaning + "."))
        }
        return lines + [".El"]
    }

    private func seeAlso() -> [String] {
        var pages = (command.subcommands ?? [])
            .filter { $0.shouldDisplay && !$0.isBuiltInHelp }
            .map { name + "-" + $0.commandName }
        for length in 1..<max(1, path.count) {
            pages.append(path.prefix(length).joined(separator: "-"))
        }
        let sections = pages.sorted().map { "\(Roff.argument($0)) 1" } + ["\(path[0]) 7"]
        return [".Sh SEE ALSO"]
            + sections.dropLast().map { ".Xr \($0) ," } + sections.suffix(1).map { ".Xr \($0)" }
    }

    private var shownArguments: [HelpDump.Argument] {
        (command.arguments ?? []).filter(\.shouldDisplay)
    }

    /// Whether the option is one that every command takes.
    private func isGlobal(_ argument: HelpDump.Argument) -> Bool {
        guard argument.kind != .positional else { return false }
        let isEverywhere = argument.spellings.contains("--help")
        return isEverywhere
            || (root.arguments ?? []).contains { $0.spellings == argument.spellings }
    }

    /// A short description without its full stop; `raw` leaves the escaping to the caller.
    private func phrase(_ abstract: String?, raw: Bool = false) -> String {
        var text = (abstract ?? command.commandName).split(separator: "\n").joined(separator: " ")
        while text.hasSuffix(".") { text.removeLast() }
        return raw ? text : Roff.text(text)
    }
}
