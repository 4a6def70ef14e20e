#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is known about the terminal, found once and passed as a value.
package struct Terminal: Sendable, Equatable {
    /// Whether standard input is a terminal.
    package var inputIsTerminal: Bool
    /// Whether standard output is a terminal.
    package var outputIsTerminal: Bool
    /// Whether standard error is a terminal.
    package var errorIsTerminal: Bool
    /// Whether standard error is a terminal on which a line can be drawn over.
    package var errorCanRedraw: Bool
    /// The columns of the terminal behind standard output; nil when there is none: never cut.
    package var outputWidth: Int?
    /// The columns of the terminal behind standard error.
    package var errorWidth: Int?
    /// Whether standard output is coloured.
    package var outputColor: Bool
    /// Whether standard error is coloured.
    package var errorColor: Bool

    /// Whether a user can be asked for commands: input and output are a terminal.
    package var canPrompt: Bool { inputIsTerminal && outputIsTerminal }

    /// The width taken where the terminal does not say.
    package static let defaultWidth = 80

    /// No terminal anywhere: what a script sees.
    package static let none = Terminal(
        inputIsTerminal: false,
        outputIsTerminal: false,
        errorIsTerminal: false
    )

    /// Makes the facts directly.
    package init(
        inputIsTerminal: Bool,
        outputIsTerminal: Bool,
        errorIsTerminal: Bool,
        errorCanRedraw: Bool? = nil,
        outputWidth: Int? = nil,
        errorWidth: Int? = nil,
        outputColor: Bool = false,
        errorColor: Bool = false
    ) {
        self.inputIsTerminal = inputIsTerminal
        self.outputIsTerminal = outputIsTerminal
        self.errorIsTerminal = errorIsTerminal
        self.errorCanRedraw = errorCanRedraw ?? errorIsTerminal
        self.outputWidth = outputWidth
        self.errorWidth = errorWidth
        self.outputColor = outputColor
        self.errorColor = errorColor
    }

    /// Asks the three standard descriptors.
    package static func detect(color: When, environment: [String: String]) -> Terminal {
        make(
            color: color,
            environment: environment,
            isTerminal: { isatty($0) == 1 },
            width: columns
        )
    }

    /// Puts the facts together from their sources, which tests replace.
    package static func make(
        color: When,
        environment: [String: String],
        isTerminal: (Int32) -> Bool,
        width: (Int32) -> Int?
    ) -> Terminal {
        let isDumb = environment["TERM"] == "dumb"
        let fallback = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        func widthIfTerminal(_ descriptor: Int32) -> Int? {
            guard isTerminal(descriptor) else { return nil }
            return width(descriptor) ?? fallback ?? defaultWidth
        }
        func isColored(_ descriptor: Int32) -> Bool {
            usesColor(color, environment: environment, isTerminal: isTerminal(descriptor))
        }
        return Terminal(
            inputIsTerminal: isTerminal(0),
            outputIsTerminal: isTerminal(1),
            errorIsTerminal: isTerminal(2),
            errorCanRedraw: isTerminal(2) && !isDumb,
            outputWidth: widthIfTerminal(1),
            errorWidth: widthIfTerminal(2),
            outputColor: isColored(1),
            errorColor: isColored(2)
        )
    }

    /// Decides on colour: the option, then `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`, the terminal.
    package static func usesColor(
        _ color: When,
        environment: [String: String],
        isTerminal: Bool
    ) -> Bool {
        switch color {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        if let refused = environment["NO_COLOR"], !refused.isEmpty { return false }
        if let forced = environment["CLICOLOR_FORCE"], !forced.isEmpty, forced != "0" {
            return true
        }
        return isTerminal && environment["TERM"] != "dumb"
    }

    /// Returns the width of the terminal behind a descriptor, if it is one that knows.
    package static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Returns the height of the terminal behind a descriptor, if it is one that knows.
    package static func rows(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return nil }
        return Int(size.ws_row)
    }
}
