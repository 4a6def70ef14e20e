import ArgumentParser

/// A command line that is parsed without the parser, where there is no doubt how.
///
/// The parser finds options by reflection, and each step of it searches all conformance records of
/// the program: two thirds of what a one-shot search costs. The commands that scripts call most can
/// be made from a line like this instead: each takes its options out of it, then its arguments, and
/// nothing may be left. Whatever is unusual, or wrong, is not for the fast path: the parser then
/// has the say, and the last word. A test holds the two against each other.
struct FastPath {
    private let tokens: [String]
    private var words: [Int]
    private var options: [Int]

    /// Begins with all that a line has beside the options that every command takes.
    init(_ line: ScannedLine) {
        (tokens, words, options) = (line.tokens, line.words, line.others)
    }

    /// Takes a flag out.
    ///
    /// - Returns: whether it was there.
    mutating func has(_ flag: String) -> Bool { place(of: flag) != nil }

    /// Takes an option with its text out; nil when it is not there.
    ///
    /// - Throws: ``NotFast`` when no text stands behind it.
    mutating func text(_ option: String) throws(NotFast) -> String? {
        guard let place = place(of: option) else { return nil }
        guard let index = words.firstIndex(of: place + 1) else { throw NotFast() }
        words.remove(at: index)
        return tokens[place + 1]
    }

    /// Takes an option with its value out; nil when it is not there.
    ///
    /// - Throws: ``NotFast`` for a text that is no such value.
    mutating func value<Value>(
        _ option: String,
        _ read: (String) -> Value?
    ) throws(NotFast) -> Value? {
        guard let text = try text(option) else { return nil }
        guard let value = read(text) else { throw NotFast() }
        return value
    }

    /// Takes the next argument out, once all options are.
    mutating func argument() throws(NotFast) -> String {
        guard !words.isEmpty else { throw NotFast() }
        return tokens[words.removeFirst()]
    }

    /// Takes all arguments out that are left, once all options are.
    mutating func arguments() -> [String] {
        defer { words = [] }
        return words.map { tokens[$0] }
    }

    /// Refuses a line of which something is left: an unknown option, or one that is given twice.
    func finish() throws(NotFast) {
        guard words.isEmpty, options.isEmpty else { throw NotFast() }
    }

    private mutating func place(of option: String) -> Int? {
        options.firstIndex { tokens[$0] == option }.map { options.remove(at: $0) }
    }
}

/// The line is for the parser.
struct NotFast: Error {}

/// A command that can be parsed on the fast path.
protocol FastCommand: VectorizerCommand {
    var global: GlobalOptions { get set }

    /// Sets every property of a new command, also those that were not given.
    mutating func parse(_ line: inout FastPath) throws
}

extension FastCommand {
    mutating func parse(_ line: inout FastPath) {}

    /// Makes a command from a line; nil when that is for the parser.
    static func fast(_ line: ScannedLine) -> Self? {
        guard line.isPlain else { return nil }
        do {
            var (command, path) = (Self(), FastPath(line))
            command.global = line.options
            try command.parse(&path)
            try path.finish()
            try command.global.validate()
            try command.validate()
            return command
        } catch {
            // The parser finds the same mistake, and has the words for it.
            return nil
        }
    }
}
