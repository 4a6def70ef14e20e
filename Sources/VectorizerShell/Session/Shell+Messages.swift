import Glibc
import VectorizerCommands
import VectorizerSettings

extension Shell {
    /// Tells an error as a command on its own would.
    func tell(_ diagnostic: Diagnostic) {
        let output = settings.options.over(environment: world.environment).output
        let terminal = world.detectTerminal(
            settings.options.color ?? .auto,
            world.environment
        )
        world.standardError.write(
            line: diagnostic.told(at: places.last).rendered(
                as: OutputMode.diagnosticFormat(for: output),
                color: terminal.errorColor
            )
        )
    }

    /// Messages that are no error.
    var log: MessageLog {
        MessageLog(
            level: MessageLog.Level(
                quiet: settings.options.quiet,
                verbose: settings.options.verbose
            ),
            format: settings.options.logFormat ?? .text,
            standardError: world.standardError
        )
    }

    /// Tells how long a command took; it was asked for, so `--quiet` does not hide it.
    func tell(_ time: CommandTime, rows: Int) {
        let (wall, cpu) = (time.wallSeconds, time.cpuSeconds)
        let counted = rows == 1 ? "1 row" : "\(rows) rows"
        let text = "time: \(Self.text(wall)) wall, \(Self.text(cpu)) CPU, \(counted)"
        guard settings.options.logFormat == .json else {
            return world.standardError.write(line: text)
        }
        MessageLog(level: .normal, format: .json, standardError: world.standardError).note(
            text,
            [
                ("wall_seconds", .double(wall)), ("cpu_seconds", .double(cpu)),
                ("rows", .integer(Int64(rows))),
            ]
        )
    }

    private static func text(_ seconds: Double) -> String {
        let microseconds = Int64((seconds * 1e6).rounded())
        func thousandths(_ number: Int64) -> String {
            "\(number / 1000).\(String(number % 1000 + 1000).dropFirst())"
        }
        return microseconds < 10_000_000
            ? thousandths(microseconds) + " ms" : thousandths(microseconds / 1000) + " s"
    }
}

/// Wall-clock and processor time since a moment.
struct CommandTime {
    private let start = ContinuousClock.now
    private let startCPU = Self.cpuSeconds()

    /// Seconds of the wall clock.
    var wallSeconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// Seconds of the processor, of all threads.
    var cpuSeconds: Double { Self.cpuSeconds() - startCPU }

    private static func cpuSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double {
            Double(time.tv_sec) + Double(time.tv_usec) / 1e6
        }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

extension Diagnostic {
    /// The system's words for an error number.
    static func systemReason(_ code: Int32) -> String {
        String(cString: strerror(code)).lowercased()
    }

    /// Explains a line that can't be taken apart.
    init(_ fault: LineError) {
        let isText = fault == .notUTF8 || fault == .containsNUL
        self.init(
            code: isText ? 65 : 64,
            kind: isText ? "invalid_script" : "usage",
            message: fault.message,
            hint: isText ? nil : "vectorizer help shell"
        )
    }
}

extension LineError {
    /// What is wrong, in words.
    var message: String {
        switch self {
        case .mismatchedBracket(let expected, let got): "expected '\(expected)', got '\(got)'"
        case .nothingToPipe: "there is no command in front of the |"
        case .emptyPipe: "there is no command behind the |"
        case .unfinished(.continuation): "the last line goes on behind its \\, and nothing follows"
        case .unfinished(.bracket(let byte)):
            "the \(UnicodeScalar(byte)) is never closed"
        case .unfinished(.singleQuote): "the ' is never closed"
        case .unfinished(.doubleQuote): "the \" is never closed"
        case .notUTF8: "the line is not UTF-8"
        case .containsNUL: "the line holds U+0000"
        }
    }
}
