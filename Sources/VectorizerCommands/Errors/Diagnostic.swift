package import VectorizerSettings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An error as the user is told of it.
package struct Diagnostic: Error, Sendable {
    /// How it is written: a sentence for people, an object for programs.
    package enum Format: Sendable {
        case text, json
    }

    /// The exit code.
    package var code: Int32
    /// The word a program tells errors apart by, such as `dimension_mismatch`.
    package var kind: String
    /// The whole sentence, which in text is all that is shown beside the hint.
    package var message: String
    package var file: String?
    package var line: Int?
    package var field: String?
    package var expected: OutputValue?
    package var got: OutputValue?
    /// The exact command that helps.
    package var hint: String?
    /// Further facts, such as `committed` and `sequence`.
    package var extra: [(String, OutputValue)]
    /// Options with which the same line may succeed; the line with them then is the hint.
    package var repeatingWith: [String]?

    /// Makes a diagnostic; the facts beside the message are for programs.
    package init(
        code: Int32,
        kind: String,
        message: String,
        file: String? = nil,
        line: Int? = nil,
        field: String? = nil,
        expected: OutputValue? = nil,
        got: OutputValue? = nil,
        hint: String? = nil,
        extra: [(String, OutputValue)] = []
    ) {
        self.code = code
        self.kind = kind
        self.message = message
        self.file = file
        self.line = line
        self.field = field
        self.expected = expected
        self.got = got
        self.hint = hint
        self.extra = extra
    }

    /// Returns the text for standard error, without the last newline.
    package func rendered(as format: Format, color: Bool = false) -> String {
        switch format {
        case .text: text(color: color)
        case .json: json()
        }
    }

    private func text(color: Bool) -> String {
        let label = color ? "\u{1b}[1;31merror:\u{1b}[0m" : "error:"
        let error = "vectorizer: \(label) \(TerminalText.escaped(message))"
        guard let hint else { return error }
        return error + "\nhint: \(TerminalText.escaped(hint))"
    }

    private func json() -> String {
        var members: [(name: String, value: OutputValue)] = [
            ("code", .integer(Int64(code))), ("kind", .text(kind)), ("message", .text(message)),
        ]
        if let file { members.append(("file", .text(file))) }
        if let line { members.append(("line", .integer(Int64(line)))) }
        if let field { members.append(("field", .text(field))) }
        if let expected { members.append(("expected", expected)) }
        if let got { members.append(("got", got)) }
        for (name, value) in extra { members.append((name, value)) }
        if let hint { members.append(("hint", .text(hint))) }
        var object: [UInt8] = []
        // Standard error may be a terminal; the escapes mean the same to a program.
        JSONText.append(object: members, to: &object, forTerminal: true)
        var bytes: [UInt8] = []
        JSONText.append(object: [("error", .json(object))], to: &bytes, forTerminal: false)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension OutputMode {
    /// How errors are written for a mode that was asked for; nil means none was.
    package static func diagnosticFormat(for requested: OutputMode?) -> Diagnostic.Format {
        requested == .json || requested == .jsonl ? .json : .text
    }
}

extension OutputError {
    /// The exit code: 141 for a closed pipe, 128 and the signal for a request to stop, else 74.
    ///
    /// A caller that had `SIGPIPE` ignored, as cron does, wants to hear of a closed pipe: 74.
    package func exitCode(pipeSignalWasIgnored: Bool) -> Int32 {
        switch self {
        case .closedPipe: pipeSignalWasIgnored ? 74 : 141
        case .interrupted(let signal): 128 + signal
        case .failed: 74
        }
    }

    /// What to tell when the bytes went to a file that a person named.
    package func diagnostic(ofFile path: String) -> Diagnostic {
        switch self {
        case .closedPipe: .system("write", path, EPIPE)
        case .interrupted(let signal): .interrupted(signal)
        case .failed(let number): .system("write", path, number)
        }
    }

    /// What to tell the user; nil for a closed pipe, which ends the program quietly.
    package func diagnostic(pipeSignalWasIgnored: Bool) -> Diagnostic? {
        let number: Int32
        switch self {
        case .closedPipe where !pipeSignalWasIgnored: return nil
        case .closedPipe: number = EPIPE
        case .interrupted(let signal): return .interrupted(signal)
        case .failed(let failure): number = failure
        }
        let reason = String(cString: strerror(number))
        return Diagnostic(
            code: 74,
            kind: "output_failed",
            message: "cannot write to standard output: \(reason)"
        )
    }
}
