/// Makes the manual pages, one a command, from the parser's own description of itself.
package enum ManualPages {
    /// Why no pages were made.
    package enum Failure: Error, Equatable {
        /// The date is not `YYYY-MM-DD`.
        case invalidDate(String)
    }

    /// Returns the pages of the root, `vectorizer.1`, and of each command below it.
    ///
    /// - Parameters:
    ///   - fromHelpDump: The JSON that ``helpDump(of:)`` returns.
    ///   - date: The date that stands on every page, as `YYYY-MM-DD`.
    ///   - exitStatuses: The rows of EXIT STATUS; a command that lists codes keeps its own.
    /// - Returns: File names and mdoc sources, parents before their subcommands.
    /// - Throws: ``Failure`` for a bad date, or a decoding error for a bad description.
    package static func pages(
        fromHelpDump: String,
        date: String,
        exitStatuses: [ExitStatus] = ExitStatus.all
    ) throws -> [(fileName: String, text: String)] {
        let root = try HelpDump(json: fromHelpDump).command
        let day = try longDate(date)
        return commands(from: root, path: []).map { command, path in
            let page = ManualPage(
                command: command,
                path: path,
                root: root,
                date: day,
                exitStatuses: exitStatuses
            )
            return (fileName: page.name + ".1", text: page.text())
        }
    }

    /// The command and all below it, parents first, without hidden ones and the built-in help.
    private static func commands(
        from command: HelpDump.Command,
        path: [String]
    ) -> [(HelpDump.Command, path: [String])] {
        let path = path + [command.commandName]
        let below = (command.subcommands ?? []).filter { $0.shouldDisplay && !$0.isBuiltInHelp }
        return [(command, path)] + below.flatMap { commands(from: $0, path: path) }
    }

    private static func longDate(_ date: String) throws -> String {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August",
            "September", "October", "November", "December",
        ]
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.joined().utf8.allSatisfy(isDigit),
            let month = Int(parts[1]), let day = Int(parts[2]),
            (1...12).contains(month), (1...31).contains(day)
        else { throw Failure.invalidDate(date) }
        return "\(months[month - 1]) \(day), \(parts[0])"
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
