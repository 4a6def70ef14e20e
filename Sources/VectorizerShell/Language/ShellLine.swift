/// One command, taken apart.
package struct ShellLine: Equatable, Sendable {
    /// The command's words, without quotes.
    package var words: [String]
    /// What /bin/sh is to do with the rows; nil when they go to standard output.
    package var pipe: String?
    /// The line that the command begins on, counted by the reader of the lines.
    package var number: Int

    /// Puts a line together.
    package init(words: [String], pipe: String? = nil, number: Int = 1) {
        self.words = words
        self.pipe = pipe
        self.number = number
    }
}

/// What a command still lacks at the end of a line.
package enum OpenQuote: Equatable, Sendable {
    case singleQuote, doubleQuote
    /// The innermost bracket that is open.
    case bracket(UInt8)
    /// A backslash at the line's end.
    case continuation

    /// The sign that opened it.
    package var sign: String {
        switch self {
        case .singleQuote: "'"
        case .doubleQuote: "\""
        case .bracket(let byte): String(UnicodeScalar(byte))
        case .continuation: "\\"
        }
    }
}

/// Why a line can't be taken apart.
package enum LineError: Error, Equatable, Sendable {
    /// A bracket closes that is not the one that is open.
    case mismatchedBracket(expected: String, got: String)
    /// Rows of no command can't be piped.
    case nothingToPipe
    /// Behind a `|` there is nothing.
    case emptyPipe
    /// The input ends while something is open.
    case unfinished(OpenQuote)
    /// The line is no text.
    case notUTF8
    /// A word can't hold U+0000: the system would end it there.
    case containsNUL
}
