/// Takes lines apart into commands and words, by the rules of a POSIX shell as far as they go.
///
/// Single quotes keep everything, double quotes all but `\`, a backslash keeps one character, `#`
/// at the beginning of a word is a comment, `;` ends a command and `|` hands the rest to the
/// system's shell. Beyond that, a word that begins with `[` or `{` goes on to the bracket that
/// closes it, so that JSON can be pasted as it is. Lines come in one by one; what is open at the
/// end of one goes on in the next.
package struct Tokenizer {
    enum Mode: Equatable {
        case blank, word, single, double, comment
        /// JSON text, and whether inside one of its strings.
        case bracket(inString: Bool)
        /// Text for the system's shell, and the quote that is open in it.
        case pipe(quote: UInt8?)
    }

    /// Where the reader is.
    private(set) var mode = Mode.blank
    /// Words of the command that have ended.
    private(set) var words: [String] = []
    /// The word that has not ended.
    private(set) var word: [UInt8] = []
    /// Where the word that has not ended began, in the bytes taken since the last line end.
    private(set) var wordStart = 0
    /// Where the quote that was opened last began.
    private(set) var quoteStart = 0

    private var brackets: [UInt8] = []
    private var isEscaped = false
    /// Whether the word begins with a `~` that no quote keeps as it is.
    private var hasTilde = false
    private var isContinued = false
    private var pipe: [UInt8] = []
    private(set) var commandNumber = 0
    private var hasCommand = false
    private var offset = 0
    private let home: String?

    /// Makes a tokenizer.
    ///
    /// - Parameter home: what a word's leading `~/` stands for; nil keeps it.
    package init(home: String? = nil) {
        self.home = home
    }

    /// What is open; nil between two commands.
    package var opening: OpenQuote? {
        switch mode {
        case .single: .singleQuote
        case .double: .doubleQuote
        case .bracket: .bracket(brackets.last ?? Sign.openSquare)
        case .pipe(let quote?): quote == Sign.single ? .singleQuote : .doubleQuote
        default: isContinued ? .continuation : nil
        }
    }

    /// Takes one line, without its line end.
    ///
    /// - Parameters:
    ///   - line: the line's bytes.
    ///   - number: what the line is counted as.
    /// - Returns: the commands that end on it.
    /// - Throws: why it can't be taken apart; the tokenizer then is between two commands again.
    package mutating func take(_ line: [UInt8], number: Int = 1) throws(LineError) -> [ShellLine] {
        var lines: [ShellLine] = []
        do throws(LineError) {
            guard !line.contains(0) else { throw .containsNUL }
            isContinued = false
            offset = 0
            for byte in line {
                try take(byte, number, &lines)
                offset += 1
            }
            try endLine(&lines)
            return lines
        } catch {
            self = Tokenizer(home: home)
            throw error
        }
    }

    /// Takes the beginning of a line, up to a cursor.
    ///
    /// - Returns: false when it can't be taken apart.
    mutating func take(upToCursor bytes: some Sequence<UInt8>) -> Bool {
        var lines: [ShellLine] = []
        do throws(LineError) {
            offset = 0
            isContinued = false
            for byte in bytes {
                // What was typed in several lines stands in one text.
                if byte == Sign.lineEnd { try endLine(&lines) } else { try take(byte, 1, &lines) }
                offset += 1
            }
            return true
        } catch {
            return false
        }
    }

    /// Says that no further line comes.
    ///
    /// - Throws: `.unfinished` while something is open.
    package mutating func finish() throws(LineError) {
        guard let opening else { return }
        self = Tokenizer(home: home)
        throw .unfinished(opening)
    }

    // MARK: One byte

    private mutating func take(
        _ byte: UInt8,
        _ number: Int,
        _ lines: inout [ShellLine]
    ) throws(LineError) {
        switch mode {
        case .blank, .word:
            try takePlain(byte, number, &lines)
        case .single:
            if byte == Sign.single { mode = .word } else { word.append(byte) }
        case .double:
            takeDouble(byte)
        case .bracket(let inString):
            try takeBracketed(byte, inString)
        case .pipe(let quote):
            takePiped(byte, quote)
        case .comment: return
        }
    }

    private mutating func takePlain(
        _ byte: UInt8,
        _ number: Int,
        _ lines: inout [ShellLine]
    ) throws(LineError) {
        if isEscaped {
            isEscaped = false
            begin(number, at: offset - 1)
            word.append(byte)
            return
        }
        switch byte {
        case Sign.blank, Sign.tab, Sign.return:
            try endWord()
        case Sign.backslash:
            // A word begins only with what follows: a line end does not begin one.
            isEscaped = true
        case Sign.comment where mode == .blank:
            mode = .comment
        case Sign.semicolon:
            try endCommand(&lines)
        case Sign.bar:
            try endWord()
            guard !words.isEmpty else { throw .nothingToPipe }
            mode = .pipe(quote: nil)
        case Sign.single, Sign.double:
            begin(number, at: offset)
            quoteStart = offset + 1
            mode = byte == Sign.single ? .single : .double
        case Sign.openSquare, Sign.openCurly:
            let opens = mode == .blank || isOptionName
            begin(number, at: offset)
            word.append(byte)
            guard opens else { return }
            brackets = [byte]
            mode = .bracket(inString: false)
        default:
            if mode == .blank, byte == Sign.tilde { hasTilde = true }
            begin(number, at: offset)
            word.append(byte)
        }
    }

    /// Whether the word so far is `--name=`, behind which a value begins.
    private var isOptionName: Bool {
        word.last == Sign.equals && word.starts(with: [Sign.dash, Sign.dash])
            && word.dropLast().allSatisfy { $0 != Sign.equals }
    }

    /// Begins a word, and with the first one a command, unless they have begun.
    private mutating func begin(_ number: Int, at start: Int) {
        if !hasCommand { (hasCommand, commandNumber) = (true, number) }
        guard mode == .blank else { return }
        mode = .word
        wordStart = start
    }

    private mutating func takeDouble(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
            // As in a shell, where `$` and the backquote would mean something.
            let isSpecial = [Sign.double, Sign.backslash, Sign.dollar, Sign.backquote]
                .contains(byte)
            if !isSpecial { word.append(Sign.backslash) }
            word.append(byte)
        } else if byte == Sign.backslash {
            isEscaped = true
        } else if byte == Sign.double {
            mode = .word
        } else {
            word.append(byte)
        }
    }

    private mutating func takeBracketed(_ byte: UInt8, _ inString: Bool) throws(LineError) {
        word.append(byte)
        if inString {
            if isEscaped {
                isEscaped = false
            } else if byte == Sign.backslash {
                isEscaped = true
            } else if byte == Sign.double {
                mode = .bracket(inString: false)
            }
            return
        }
        switch byte {
        case Sign.double:
            mode = .bracket(inString: true)
        case Sign.openSquare, Sign.openCurly:
            brackets.append(byte)
        case Sign.closeSquare, Sign.closeCurly:
            let open = brackets.removeLast()
            let expected = open == Sign.openSquare ? Sign.closeSquare : Sign.closeCurly
            guard byte == expected else {
                throw .mismatchedBracket(
                    expected: String(UnicodeScalar(expected)),
                    got: String(UnicodeScalar(byte))
                )
            }
            if brackets.isEmpty { mode = .word }
        default: return
        }
    }

    /// The system's shell reads this itself; only the end of the line has to be found.
    private mutating func takePiped(_ byte: UInt8, _ quote: UInt8?) {
        pipe.append(byte)
        if isEscaped {
            isEscaped = false
        } else if byte == Sign.backslash, quote != Sign.single {
            isEscaped = true
        } else if byte == quote {
            mode = .pipe(quote: nil)
        } else if quote == nil, byte == Sign.single || byte == Sign.double {
            mode = .pipe(quote: byte)
        }
    }

    // MARK: Ends

    private mutating func endLine(_ lines: inout [ShellLine]) throws(LineError) {
        switch mode {
        case .single, .bracket:
            word.append(Sign.lineEnd)
            isEscaped = false
        case .double:
            // A backslash at the end of a line joins it with the next, in double quotes too.
            if isEscaped { isEscaped = false } else { word.append(Sign.lineEnd) }
        case .pipe(.some):
            pipe.append(Sign.lineEnd)
            isEscaped = false
        case .blank, .word, .comment, .pipe(nil):
            if isEscaped, mode != .comment {
                isEscaped = false
                isContinued = true
                if mode == .pipe(quote: nil) { pipe.append(Sign.lineEnd) }
                return
            }
            try endCommand(&lines)
        }
        wordStart = offset + 1
    }

    private mutating func endCommand(_ lines: inout [ShellLine]) throws(LineError) {
        if case .pipe = mode {
            let text = try Self.text(pipe)
            guard text.contains(where: { $0 != " " && $0 != "\t" && $0 != "\r" }) else {
                throw .emptyPipe
            }
            lines.append(ShellLine(words: words, pipe: text, number: commandNumber))
        } else {
            try endWord()
            if !words.isEmpty { lines.append(ShellLine(words: words, number: commandNumber)) }
        }
        mode = .blank
        words = []
        pipe = []
        hasCommand = false
    }

    private mutating func endWord() throws(LineError) {
        defer { mode = .blank }
        guard mode == .word else { return }
        let text = try Self.text(word)
        let isHome = hasTilde && (text == "~" || text.hasPrefix("~/"))
        words.append(isHome ? home.map { $0 + text.dropFirst() } ?? text : text)
        word = []
        hasTilde = false
    }

    private static func text(_ bytes: [UInt8]) throws(LineError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    /// The signs that mean something.
    enum Sign {
        static let blank = UInt8(ascii: " ")
        static let tab = UInt8(ascii: "\t")
        static let `return` = UInt8(ascii: "\r")
        static let lineEnd = UInt8(ascii: "\n")
        static let backslash = UInt8(ascii: "\\")
        static let single = UInt8(ascii: "'")
        static let double = UInt8(ascii: "\"")
        static let comment = UInt8(ascii: "#")
        static let semicolon = UInt8(ascii: ";")
        static let bar = UInt8(ascii: "|")
        static let openSquare = UInt8(ascii: "[")
        static let closeSquare = UInt8(ascii: "]")
        static let openCurly = UInt8(ascii: "{")
        static let closeCurly = UInt8(ascii: "}")
        static let equals = UInt8(ascii: "=")
        static let dash = UInt8(ascii: "-")
        static let dollar = UInt8(ascii: "$")
        static let backquote = UInt8(ascii: "`")
        static let tilde = UInt8(ascii: "~")
        static let slash = UInt8(ascii: "/")
    }
}
