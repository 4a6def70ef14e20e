import VectorStore
package import VectorizerSettings

/// What a command says about its work, on standard error.
package struct MessageLog: Sendable {
    /// How much is said.
    package enum Level: Int, Sendable {
        case quiet, normal, verbose

        /// Reads `--quiet` and `--verbose`; together the later thought, verbose, wins.
        package init(quiet: Bool, verbose: Bool) {
            self = verbose ? .verbose : quiet ? .quiet : .normal
        }
    }

    private let level: Level
    private let format: LogFormat
    private let standardError: StandardError
    private let timestamp: @Sendable () -> String

    /// Makes a log; `timestamp` is asked for each JSON line.
    package init(
        level: Level,
        format: LogFormat,
        standardError: StandardError,
        timestamp: @escaping @Sendable () -> String = { Timestamp.now.description }
    ) {
        self.level = level
        self.format = format
        self.standardError = standardError
        self.timestamp = timestamp
    }

    /// Says what may be wrong; not even `--quiet` hides it.
    package func warning(_ message: String, _ fields: [(String, OutputValue)] = []) {
        say("warning", message, fields, from: .quiet)
    }

    /// Says what the user may want to mend, unless nothing is to be said.
    package func caution(_ message: String, _ fields: [(String, OutputValue)] = []) {
        say("warning", message, fields, from: .normal)
    }

    /// Says what was done.
    package func note(_ message: String, _ fields: [(String, OutputValue)] = []) {
        say("note", message, fields, from: .normal)
    }

    /// Says what a person may want to type next: as it is, without a label in front.
    package func guide(_ line: String) {
        guard level.rawValue >= Level.normal.rawValue, format == .text else {
            return note(line)
        }
        standardError.write(line: TerminalText.escaped(line))
    }

    /// Says how it was done.
    package func detail(_ message: String, _ fields: [(String, OutputValue)] = []) {
        say("detail", message, fields, from: .verbose)
    }

    /// Fields appear in JSON only; in text the message says it all.
    private func say(
        _ kind: String,
        _ message: String,
        _ fields: [(String, OutputValue)],
        from needed: Level
    ) {
        guard level.rawValue >= needed.rawValue else { return }
        let message = KeyRedaction.redacted(message)
        switch format {
        case .text:
            standardError.write(line: "vectorizer: \(kind): \(TerminalText.escaped(message))")
        case .json:
            let head: OutputColumns = [
                ("time", .text(timestamp())), ("level", .text(kind)), ("message", .text(message)),
            ]
            var bytes: [UInt8] = []
            JSONText.append(
                object: head + fields.map { (name: $0.0, value: $0.1) },
                to: &bytes,
                forTerminal: true
            )
            standardError.write(line: String(decoding: bytes, as: UTF8.self))
        }
    }
}
