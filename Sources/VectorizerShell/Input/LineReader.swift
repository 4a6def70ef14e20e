/// Where the shell's lines come from: a person at a terminal, a file, or the command line.
package protocol LineReader: AnyObject {
    /// Reads the next line.
    ///
    /// - Parameter prompt: what a person is shown.
    /// - Returns: a line, or why there is none.
    /// - Throws: why the input can't be read.
    func readLine(prompt: String) throws -> LineInput
}

/// What came of reading a line.
package enum LineInput: Equatable, Sendable {
    /// A line; from a terminal it may hold several, pasted or taken from the history.
    case line([UInt8])
    /// Ctrl-C: what was typed is void.
    case interrupted
    /// Nothing more comes.
    case end
    /// The process was asked to end by this signal.
    case ended(signal: Int32)
}
