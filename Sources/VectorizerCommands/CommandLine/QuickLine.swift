import ArgumentParser

/// A command line taken apart without the parser, where there is no doubt how.
///
/// The parser finds options by reflection, and each step of it searches all conformance records of
/// the program: two thirds of what a one-shot search costs. The commands that scripts call most can
/// be made from a line like this instead. Whatever is unusual, or wrong, is not a quick line: the
/// parser then has the say, and the last word. A test holds the two against each other.
struct QuickLine {
    /// Words that belong to no option, in their order.
    private(set) var arguments: [String] = []
    /// Each option's value under its long name, or its short one when it has no other.
    private var values: [String: String] = [:]
    private var flags: Set<String> = []

    /// The spellings of options that take a value, with the name they are kept under.
    static let globalOptions: [String: String] = [
        "-D": "--data-dir", "--data-dir": "--data-dir", "-o": "--output", "--output": "--output",
        "--log-format": "--log-format", "--color": "--color", "--progress": "--progress",
        "--wait": "--wait",
    ]

    /// The spellings of flags, with the name they are kept under.
    static let globalFlags: [String: String] = [
        "--no-header": "--no-header", "-q": "--quiet", "--quiet": "--quiet",
        "-v": "--verbose", "--verbose": "--verbose", "-y": "--yes", "--yes": "--yes",
        "-n": "--dry-run", "--dry-run": "--dry-run",
    ]

    /// Takes the words after the command's name apart.
    ///
    /// Nil when a word is unknown, given twice, or looks like an option where a value should stand.
    ///
    /// - Parameters:
    ///   - words: the line without the command's name.
    ///   - options: the command's own options with a value.
    ///   - flags: the command's own flags.
    init?(_ words: some Collection<String>, options: Set<String>, flags: Set<String>) {
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-" else {
                arguments.append(word)
                continue
            }
            if let name = Self.globalFlags[word] ?? (flags.contains(word) ? word : nil) {
                guard self.flags.insert(name).inserted else { return nil }
                continue
            }
            guard let name = Self.globalOptions[word] ?? (options.contains(word) ? word : nil),
                let value = rest.popFirst(), !value.hasPrefix("-") || value == "-",
                values.updateValue(value, forKey: name) == nil
            else { return nil }
        }
    }

    /// Whether a flag was given.
    func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// An option's text; nil when it was not given.
    func text(_ option: String) -> String? { values[option] }

    /// An option's value, or what it is when it was not given.
    ///
    /// - Throws: ``NotQuick`` for a text that is no such value.
    func value<Value>(
        _ option: String,
        default usual: Value,
        _ read: (String) -> Value?
    ) throws(NotQuick) -> Value {
        guard let text = values[option] else { return usual }
        guard let value = read(text) else { throw NotQuick() }
        return value
    }

    /// An option's value; nil when it was not given.
    func value<Value>(
        _ option: String,
        _ read: (String) -> Value?
    ) throws(NotQuick) -> Value? {
        guard let text = values[option] else { return nil }
        guard let value = read(text) else { throw NotQuick() }
        return value
    }
}

/// The line is for the parser.
struct NotQuick: Error {}

/// A command that can be made from a quick line.
protocol QuickCommand: VectorizerCommand {
    /// Its own options that take a value.
    static var quickOptions: Set<String> { get }
    /// Its own flags.
    static var quickFlags: Set<String> { get }

    /// Sets every property of a new command, also those that were not given.
    mutating func take(_ line: QuickLine) throws
}

extension QuickCommand {
    /// Makes a command from the words after its name; nil when they are for the parser.
    static func quick(_ words: some Collection<String>) -> Self? {
        guard let line = QuickLine(words, options: quickOptions, flags: quickFlags) else {
            return nil
        }
        do {
            var command = Self()
            try command.take(line)
            try command.global.validate()
            try command.validate()
            return command
        } catch {
            // The parser finds the same mistake, and has the words for it.
            return nil
        }
    }
}

extension GlobalOptions {
    /// Takes the options that every command has.
    init(_ line: QuickLine) throws(NotQuick) {
        self.init()
        dataDir = line.text("--data-dir")
        output = try line.value("--output") { OutputMode(rawValue: $0) }
        hidesHeader = line.has("--no-header")
        quiet = line.has("--quiet")
        verbose = line.has("--verbose")
        logFormat = try line.value("--log-format") { MessageLog.Format(rawValue: $0) }
        color = try line.value("--color") { When(rawValue: $0) }
        progress = try line.value("--progress") { When(rawValue: $0) }
        wait = try line.value("--wait") { Double($0) }
        yes = line.has("--yes")
        isDryRun = line.has("--dry-run")
    }
}
