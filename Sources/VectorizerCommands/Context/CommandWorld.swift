/// The process that commands run in, as they see it; tests put another in its place.
package struct CommandWorld: Sendable {
    /// The process's environment.
    package var environment: [String: String]
    /// Standard output.
    package var writer: CheckedWriter
    /// Standard error.
    package var standardError: StandardError
    /// Whether the process was started with SIGPIPE ignored, as cron does.
    package var pipeSignalWasIgnored: Bool
    /// How a person at this shell calls the program, for lines that are to be pasted.
    package var program: String
    /// Finds out about the terminal; asked for each command, because windows are resized.
    package var detectTerminal: @Sendable (When, [String: String]) -> Terminal

    /// Puts a world together.
    package init(
        environment: [String: String],
        writer: CheckedWriter = CheckedWriter(),
        standardError: StandardError = StandardError(),
        pipeSignalWasIgnored: Bool = false,
        program: String = "vectorizer",
        detectTerminal: @escaping @Sendable (When, [String: String]) -> Terminal = {
            Terminal.detect(color: $0, environment: $1)
        }
    ) {
        self.environment = environment
        self.writer = writer
        self.standardError = standardError
        self.pipeSignalWasIgnored = pipeSignalWasIgnored
        self.program = program
        self.detectTerminal = detectTerminal
    }
}
