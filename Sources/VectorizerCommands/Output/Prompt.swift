import VectorizerSettings

/// Asks the user yes or no, and only where a user can answer.
package struct Prompt: Sendable {
    /// What came of asking.
    package enum Answer: Sendable, Equatable {
        case yes
        case no
        /// There is no user to ask: the command refuses and names `--yes`.
        case cannotAsk
    }

    private let canAsk: Bool
    private let assumesYes: Bool
    private let ask: @Sendable (String) -> Void
    private let readAnswer: @Sendable () -> String?

    /// Makes a prompt; questions go to standard error, answers come from `readAnswer`.
    package init(
        terminal: Terminal,
        assumesYes: Bool,
        ask: @escaping @Sendable (String) -> Void,
        readAnswer: @escaping @Sendable () -> String? = { readLine() }
    ) {
        self.canAsk = terminal.inputIsTerminal && terminal.errorIsTerminal
        self.assumesYes = assumesYes
        self.ask = ask
        self.readAnswer = readAnswer
    }

    /// Asks; anything but `y` or `yes`, the end of input included, is no.
    package func confirm(_ question: String) -> Answer {
        if assumesYes { return .yes }
        guard canAsk else { return .cannotAsk }
        ask(TerminalText.escaped(question) + " [y/N] ")
        guard let answer = readAnswer() else { return .no }
        return ["y", "yes"].contains(answer.trimmedASCII.lowercased()) ? .yes : .no
    }
}

extension String {
    /// The text without spaces, tabs and carriage returns at its ends.
    fileprivate var trimmedASCII: Substring {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        let start = drop(while: isBlank)
        let trailing = start.reversed().prefix(while: isBlank).count
        return start.dropLast(trailing)
    }
}
