package import ArgumentParser
import CKernels
import VectorStore

/// Takes a line apart, runs its command, and says how the process ends.
package enum CommandRunner {
    /// Runs one line to its end; everything is written when this returns.
    ///
    /// - Parameters:
    ///   - root: the command tree.
    ///   - tokens: the line's words.
    ///   - fault: why these are not the words that were given, if they are not.
    ///   - environment: the process's environment.
    ///   - writer: standard output.
    ///   - standardError: standard error.
    ///   - pipeSignalWasIgnored: whether the process was started with SIGPIPE ignored.
    ///   - program: how a person at this shell calls the program.
    ///   - session: the session that the line belongs to, if it belongs to one.
    ///   - detectTerminal: finds out about the terminal; tests say what it is instead.
    ///   - perform: runs a command; whoever starts sessions runs some of them in its own way.
    /// - Returns: the exit code.
    package static func run(
        _ root: any ParsableCommand.Type,
        _ tokens: [String],
        fault: Diagnostic? = nil,
        environment: [String: String],
        writer: CheckedWriter,
        standardError: StandardError,
        pipeSignalWasIgnored: Bool,
        program: String = "vectorizer",
        session: CommandSession? = nil,
        detectTerminal: (When, [String: String]) -> Terminal = {
            Terminal.detect(color: $0, environment: $1)
        },
        perform: (any VectorizerCommand, CommandContext) throws -> CommandResult = {
            try $0.run(in: $1)
        }
    ) -> Int32 {
        let standing = session?.options ?? StandingOptions()
        let color = requestedColor(tokens: tokens)
        let terminal = detectTerminal(color == .auto ? standing.color ?? .auto : color, environment)
        var door = Door(
            tokens: tokens,
            format: diagnosticFormat(tokens, standing, environment),
            color: terminal.errorColor,
            standardError: standardError,
            pipeSignalWasIgnored: pipeSignalWasIgnored,
            place: session?.place
        )
        do {
            if let fault { throw fault }
            let tokens = session == nil ? withCommand(tokens, terminal) : tokens
            let (command, global) = try parse(root, GlobalOptions.plainHelp(tokens), terminal)
            let options = try ResolvedOptions(
                global,
                standing: standing,
                environment: environment,
                terminal: terminal,
                settings: settings(for: type(of: command).followsSettings, session)
            )
            door.dataDirectory = options.dataDirectory
            if options.asksForJSONErrors { door.format = .json }
            door.begin(type(of: command).words, options)
            let context = CommandContext(
                environment: environment,
                terminal: terminal,
                writer: writer,
                standardError: standardError,
                pipeSignalWasIgnored: pipeSignalWasIgnored,
                options: options,
                program: program,
                session: session,
                events: door.events?.log
            )
            for news in session?.settings.news() ?? [] { context.log.note(news) }
            let code = try execute(command, in: context, perform)
            try writer.finish()
            door.events?.finish(code)
            return code
        } catch let text as PlainText {
            return door.leave(with: text, writer)
        } catch {
            let isParsed = door.dataDirectory != nil
            if !isParsed { door.format = formatOfFile(tokens, session, environment) }
            return door.leave(with: error)
        }
    }

    /// How errors of a line that was not understood are written: what the settings file says holds
    /// for it as well.
    private static func formatOfFile(
        _ tokens: [String],
        _ session: CommandSession?,
        _ environment: [String: String]
    ) -> Diagnostic.Format {
        let standing = session?.options ?? StandingOptions()
        let given = requestedDataDirectory(tokens: tokens) ?? standing.dataDirectory
        let place = ResolvedOptions.dataDirectory(given, environment).value
        do throws(Diagnostic) {
            let inForce = try settings(for: true, session)(place, environment, [])
            return diagnosticFormat(tokens, standing, environment, inForce)
        } catch {
            // What is wrong with the file is told when a line is understood.
            return diagnosticFormat(tokens, standing, environment)
        }
    }

    /// How errors are written, even those of a line that does not parse.
    private static func diagnosticFormat(
        _ tokens: [String],
        _ standing: StandingOptions,
        _ environment: [String: String],
        _ settings: Settings? = nil
    ) -> Diagnostic.Format {
        func fromFile(_ key: SettingKey) -> String? {
            settings.flatMap { $0[key].source == .file ? $0[key].value : nil }
        }
        let log =
            requestedLogFormat(tokens: tokens, environment: [:]) ?? standing.logFormat
            ?? requestedLogFormat(tokens: [], environment: environment)
            ?? fromFile(.logFormat).flatMap(MessageLog.Format.init(rawValue:))
        let output =
            requestedOutputMode(tokens: tokens, environment: [:]) ?? standing.output
            ?? requestedOutputMode(tokens: [], environment: environment)
            ?? fromFile(.output).flatMap(OutputMode.init(rawValue:))
        return log == .json ? .json : OutputMode.diagnosticFormat(for: output)
    }

    /// Where a command's settings come from.
    private static func settings(
        for followsSettings: Bool,
        _ session: CommandSession?
    ) -> SettingsSource {
        guard followsSettings else {
            return { _, environment, given throws(Diagnostic) in
                try Settings(environment: environment, file: nil, given: given)
            }
        }
        guard let session else { return Settings.inForce }
        return { path, environment, given throws(Diagnostic) in
            try session.settings.settings(in: path, environment, given: given)
        }
    }

    /// A line without a command starts the shell where somebody can type.
    private static func withCommand(_ tokens: [String], _ terminal: Terminal) -> [String] {
        guard terminal.canPrompt, GlobalOptions.commandPlace(in: tokens) == nil else {
            return tokens
        }
        let line = tokens + [ShellCommand.name]
        return CommandTree.parseQuickly(line) == nil ? tokens : line
    }

    private static func execute(
        _ command: any VectorizerCommand,
        in context: CommandContext,
        _ perform: (any VectorizerCommand, CommandContext) throws -> CommandResult
    ) throws -> Int32 {
        var context = context
        context.commandWords = type(of: command).words
        let limit = context.options.settings.number(.limitLineBytes) ?? Limits.lineByteCount
        do {
            return try ByteSource.$lineByteCountMax.withValue(limit) {
                let result = try perform(command, context)
                if case .ended(let code) = result { return code }
                try context.render(result)
                return 0
            }
        } catch let fault as OutputFault
            where type(of: command).changesStore && !context.options.isDryRun
        {
            guard
                var told = fault.diagnostic(
                    pipeSignalWasIgnored: context.pipeSignalWasIgnored
                )
            else { throw fault }
            told.message += "; what was changed before that is committed"
            throw told
        } catch let answer as NegativeAnswer {
            if let message = answer.message {
                let place = context.session?.place.map { "\($0.file):\($0.line): " } ?? ""
                context.log.note(place + message)
            }
            return 1
        }
    }

    /// Help and versions: text for standard output that needs no context.
    private struct PlainText: Error {
        let text: String
    }

    private static func parse(
        _ root: any ParsableCommand.Type,
        _ tokens: [String],
        _ terminal: Terminal
    ) throws -> (command: any VectorizerCommand, global: GlobalOptions?) {
        if let quick = CommandTree.parseQuickly(tokens) { return quick }
        func explain(_ error: any Error) -> any Error {
            let usage = ParsedUsageError(
                root: root,
                tokens: tokens,
                error: error,
                columns: terminal.outputWidth ?? Terminal.defaultWidth
            )
            return switch usage {
            case .text(let text): PlainText(text: text)
            case .diagnostic(let diagnostic): diagnostic
            }
        }
        guard !tokens.isEmpty else {
            throw Diagnostic(
                code: 64,
                kind: "usage",
                message: "no command given",
                hint: "vectorizer help"
            )
        }
        var parsed: any ParsableCommand
        do {
            parsed = try root.parseAsRoot(tokens)
        } catch {
            throw explain(error)
        }
        if let command = parsed as? any VectorizerCommand { return (command, command.global) }
        do {
            // The parser's own help command, or a command that only groups others.
            try parsed.run()
        } catch {
            throw explain(error)
        }
        throw Diagnostic(code: 70, kind: "internal", message: "a command did nothing")
    }

    /// Where errors become text and exit codes.
    private struct Door {
        let tokens: [String]
        /// Known once the line is parsed.
        var dataDirectory: Setting<String>?
        var format: Diagnostic.Format
        let color: Bool
        let standardError: StandardError
        let pipeSignalWasIgnored: Bool
        /// Where the line stands in a script.
        let place: ScriptPlace?
        /// The command's log, when it is on.
        var events: CommandEvents?

        /// Begins the log of a command.
        mutating func begin(_ command: String, _ options: ResolvedOptions) {
            events = EventLog(
                options.settings,
                dataDirectory: options.dataDirectory.value,
                standardError: standardError
            ).map { CommandEvents($0, command) }
        }

        func leave(with text: PlainText, _ writer: CheckedWriter) -> Int32 {
            do {
                try writer.write(text.text)
                try writer.finish()
                return 0
            } catch {
                return leave(with: error)
            }
        }

        func leave(with error: any Error) -> Int32 {
            if let fault = error as? OutputFault {
                if let diagnostic = fault.diagnostic(pipeSignalWasIgnored: pipeSignalWasIgnored) {
                    tell(diagnostic)
                }
                let code = fault.exitCode(pipeSignalWasIgnored: pipeSignalWasIgnored)
                events?.finish(code, kind: "output_failed")
                return code
            }
            let diagnostic = Diagnostic(explaining: error, lookedIn: dataDirectory?.value)
            tell(diagnostic.withWholeHint(tokens: tokens, dataDirectory: dataDirectory))
            events?.finish(diagnostic.code, kind: diagnostic.kind)
            return diagnostic.code
        }

        private func tell(_ diagnostic: Diagnostic) {
            // Whoever typed a key in a wrong place must not find it in a log as well.
            let text = diagnostic.told(at: place).rendered(as: format, color: color)
            standardError.write(line: KeyRedaction.redacted(text))
        }
    }
}

/// The command ran, and the answer is no: exit code 1.
package struct NegativeAnswer: Error {
    /// What to say about it, if anything.
    package let message: String?
}
