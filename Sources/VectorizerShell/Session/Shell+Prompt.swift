import CKernels
import VectorizerCommands
import VectorizerSettings

extension Shell {
    /// Prompts, reads and runs until there is an end to it.
    ///
    /// - Parameter reader: reads from a person.
    /// - Returns: the exit code: 0, or that of the signal that ended it.
    package func converse(_ reader: any LineReader) -> Int32 {
        var tokenizer = Tokenizer(home: world.environment["HOME"])
        var entry: [UInt8] = []
        while !isLeaving {
            let input: LineInput
            do {
                let opening = tokenizer.opening
                input = try reader.readLine(prompt: opening.map(Self.prompt) ?? prompt)
            } catch {
                let diagnostic = Diagnostic(explaining: error)
                tell(diagnostic)
                return diagnostic.code
            }
            switch input {
            case .line(let text):
                let signal = take(text, &tokenizer, &entry)
                if signal != 0, signal != 2 { return leave(128 + signal) }
            case .interrupted:
                tokenizer = Tokenizer(home: world.environment["HOME"])
                entry = []
            case .end:
                return leave(0)
            case .ended(let signal):
                return leave(128 + signal)
            }
        }
        return leave(0)
    }

    private func leave(_ code: Int32) -> Int32 {
        history.close(warn: { log.warning($0) })
        keeper.forget()
        return code
    }

    /// Takes what was typed or pasted: one line or several, and runs the commands that end there.
    ///
    /// - Returns: a signal that arrived meanwhile, which voids the lines that were left.
    private func take(
        _ text: [UInt8],
        _ tokenizer: inout Tokenizer,
        _ entry: inout [UInt8]
    ) -> Int32 {
        if !entry.isEmpty { entry.append(Tokenizer.Sign.lineEnd) }
        entry += text
        var commands: [ShellLine] = []
        var fault: LineError?
        for line in text.split(separator: Tokenizer.Sign.lineEnd, omittingEmptySubsequences: false)
        {
            do throws(LineError) {
                commands += try tokenizer.take(Array(line))
            } catch {
                fault = error
                break
            }
        }
        if tokenizer.opening == nil || fault != nil { remember(&entry) }
        for command in commands {
            _ = run(command)
            let signal = vz_signals_pending()
            vz_signals_clear()
            if signal != 0 { return signal }
            if isLeaving { return 0 }
        }
        if let fault { tell(Diagnostic(fault)) }
        return 0
    }

    private func remember(_ entry: inout [UInt8]) {
        defer { entry = [] }
        guard let text = String(validating: entry, as: UTF8.self) else { return }
        guard text.contains(where: { $0 != " " && $0 != "\t" && $0 != "\n" }) else { return }
        _ = history.add(text, warn: { log.warning($0) })
    }

    // MARK: What stands in front of the line

    /// The prompt: the data directory, and the collection in use.
    package var prompt: String {
        let directory: String
        do throws(SettingsError) {
            directory = try resolved().dataDirectory.value
        } catch {
            directory = "?"
        }
        let place = Self.short(directory, home: world.environment["HOME"])
        let collection = collection.map { " " + $0 } ?? ""
        return TerminalText.escaped(place + collection) + "> "
    }

    /// The prompt of a line that goes on: what is still open.
    static func prompt(_ opening: OpenQuote) -> String { "  \(opening.sign)> " }

    /// The path with `~` for the home directory; of a long one the last two parts.
    package static func short(_ path: String, home: String?) -> String {
        var short = path
        if let home, !home.isEmpty, home != "/" {
            if path == home { return "~" }
            if path.hasPrefix(home + "/") { short = "~" + path.dropFirst(home.count) }
        }
        guard short.count > 32 else { return short }
        let parts = short.split(separator: "/")
        guard parts.count > 2 else { return short }
        return "…/" + parts.suffix(2).joined(separator: "/")
    }

    /// What a person is greeted with.
    package func greet() {
        let directory: String
        do throws(SettingsError) {
            directory = try resolved().dataDirectory.value
        } catch {
            return tell(error.diagnostic)
        }
        log.guide("vectorizer \(ProgramVersion.text). Type help for help, quit or Ctrl-D to leave.")
        let hint = "'init' makes one, 'demo' shows what it is for"
        if store() == nil, !DirectoryFacts.exists(directory) {
            log.guide("There is no data directory at \(directory) yet: \(hint).")
        }
        keeper.rest()
    }
}
