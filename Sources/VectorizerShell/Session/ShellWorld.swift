package import VectorizerCommands

/// The world as a shell sees it; tests put another in its place.
package struct ShellWorld {
    /// The process's environment.
    package var environment: [String: String]
    /// The descriptor of standard output.
    package var output: Int32
    /// Standard error.
    package var standardError: StandardError
    /// Whether whoever started this process ignores SIGPIPE.
    package var pipeSignalWasIgnored: Bool
    /// How a person calls the program.
    package var program: String
    /// Finds out about the terminal; asked for each command, because windows are resized.
    package var detectTerminal: (When, [String: String]) -> Terminal
    /// The size of the terminal; nil when it is none.
    package var screen: () -> Screen?
    /// Makes what reads from a person.
    package var makeReader: (Shell) -> any LineReader

    /// Puts a world together.
    package init(
        environment: [String: String],
        output: Int32,
        standardError: StandardError,
        pipeSignalWasIgnored: Bool,
        program: String,
        detectTerminal: @escaping (When, [String: String]) -> Terminal,
        screen: @escaping () -> Screen?,
        makeReader: @escaping (Shell) -> any LineReader
    ) {
        self.environment = environment
        self.output = output
        self.standardError = standardError
        self.pipeSignalWasIgnored = pipeSignalWasIgnored
        self.program = program
        self.detectTerminal = detectTerminal
        self.screen = screen
        self.makeReader = makeReader
    }
}
