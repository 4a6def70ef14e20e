package import VectorizerCommands

/// The world as a shell sees it; tests put another in its place.
@dynamicMemberLookup
package struct ShellWorld {
    /// The process that its lines run in.
    package var process: CommandWorld
    /// The descriptor of standard output.
    package var output: Int32
    /// The size of the terminal; nil when it is none.
    package var screen: () -> Screen?
    /// Makes what reads from a person.
    package var makeReader: (Shell) -> any LineReader

    /// Puts a world together.
    package init(
        process: CommandWorld,
        output: Int32,
        screen: @escaping () -> Screen?,
        makeReader: @escaping (Shell) -> any LineReader
    ) {
        self.process = process
        self.output = output
        self.screen = screen
        self.makeReader = makeReader
    }

    package subscript<Value>(dynamicMember path: KeyPath<CommandWorld, Value>) -> Value {
        process[keyPath: path]
    }
}
