package import ArgumentParser
import CKernels
import VectorStore
import VectorizerSettings

/// Takes a line apart, runs its command, and says how the process ends.
package enum CommandRunner {
    /// Runs one line to its end; everything is written when this returns.
    ///
    /// - Parameters:
    ///   - root: the command tree.
    ///   - tokens: the line's words.
    ///   - world: the process that the line runs in.
    ///   - fault: why the words are not those that were given, if they are not.
    ///   - session: the session that the line belongs to, if it belongs to one.
    ///   - perform: runs a command; what starts sessions runs some of them in its own way.
    /// - Returns: the exit code.
    package static func run(
        _ root: any ParsableCommand.Type,
        _ tokens: [String],
        in world: CommandWorld,
        fault: Diagnostic? = nil,
        session: CommandSession? = nil,
        perform: (any VectorizerCommand, CommandContext) throws -> CommandResult = {
            try $0.run(in: $1)
        }
    ) -> Int32 {
        let line = ScannedLine(tokens)
        let asked = session.map { line.options.over($0.options) } ?? line.options
        let terminal = world.detectTerminal(asked.color ?? .auto, world.environment)
        var door = Door(
            tokens: tokens,
            format: diagnosticFormat(asked.over(environment: world.environment)),
            color: terminal.errorColor,
            world: world,
            place: session?.place
        )
        do {
            if let fault { throw fault }
            let command = try parse(
                root,
                session == nil ? withCommand(line, terminal) : line.withPlainHelp,
                terminal
            )
            let options = try ResolvedOptions(
                session.map { command.global.over($0.options) } ?? command.global,
                environment: world.environment,
                terminal: terminal,
                settings: settings(for: type(of: command).followsSettings, session)
            )
            door.begin(type(of: command).words, options)
            let context = CommandContext(
                world,
                terminal: terminal,
                options: options,
                session: session,
                events: door.events?.log
            )
            for news in session?.settings.news() ?? [] { context.log.note(news) }
            let code = try execute(command, in: context, perform)
            try world.writer.finish()
            door.events?.finish(code)
            return code
        } catch let text as PlainText {
            return door.leave(with: text)
        } catch {
            let isParsed = door.dataDirectory != nil
            if !isParsed { door.format = formatOfFile(asked, session, world.environment) }
            return door.leave(with: error)
        }
    }

    /// How errors of a line that was not understood are written: what the settings file says holds
    /// for it as well.
    private static func formatOfFile(
        _ asked: GlobalOptions,
        _ session: CommandSession?,
        _ environment: [String: String]
    ) -> Diagnostic.Format {
        let place = Settings.dataDirectory(asked.dataDir, environment).value
        let known = asked.over(environment: environment)
        do throws(SettingsError) {
            let inForce = try settings(for: true, session)(place, environment, [])
            return diagnosticFormat(
                known.filled {
                    let setting = $0.setting.map { inForce[$0] }
                    return setting?.source == .file ? setting?.value : nil
                }
            )
        } catch {
            // What is wrong with the file is told when a line is understood.
            return diagnosticFormat(known)
        }
    }

    /// How errors are written, even those of a line that does not parse.
    private static func diagnosticFormat(_ known: GlobalOptions) -> Diagnostic.Format {
        known.logFormat == .json ? .json : OutputMode.diagnosticFormat(for: known.output)
    }

    /// Where a command's settings come from.
    private static func settings(
        for followsSettings: Bool,
        _ session: CommandSession?
    ) -> SettingsSource {
        guard followsSettings else {
            return { _, environment, given throws(SettingsError) in
                try Settings(environment: environment, file: nil, given: given)
            }
        }
        guard let session else { return Settings.inForce }
        return { path, environment, given throws(SettingsError) in
            try session.settings.settings(in: path, environment, given: given)
        }
    }

    /// A line without a command starts the shell on a terminal.
    private static func withCommand(_ line: ScannedLine, _ terminal: Terminal) -> ScannedLine {
        guard terminal.canPrompt, line.command == nil else { return line.withPlainHelp }
        let shell = ScannedLine(line.tokens + [ShellCommand.name])
        return CommandTree.parse(shell) == nil ? line : shell
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
        } catch let fault as OutputError
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
        _ line: ScannedLine,
        _ terminal: Terminal
    ) throws -> any VectorizerCommand {
        if let command = CommandTree.parse(line) { return command }
        let tokens = line.tokens
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
        if let command = parsed as? any VectorizerCommand { return command }
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
        let world: CommandWorld
        /// Where the line stands in a script.
        let place: ScriptPlace?
        /// The command's log, when it is on.
        var events: CommandEvents?

        /// Goes by the options of a line that is understood, and begins the log of its command.
        mutating func begin(_ command: String, _ options: ResolvedOptions) {
            dataDirectory = options.dataDirectory
            if options.asksForJSONErrors { format = .json }
            let standardError = world.standardError
            events = EventLog(
                options.settings,
                dataDirectory: options.dataDirectory.value,
                fallback: standardError
            ) { problem in
                MessageLog(level: .quiet, format: options.logFormat, standardError: standardError)
                    .warning("nothing is logged: \(problem.words)")
            }.map { CommandEvents($0, command) }
        }

        func leave(with text: PlainText) -> Int32 {
            do {
                try world.writer.write(text.text)
                try world.writer.finish()
                return 0
            } catch {
                return leave(with: error)
            }
        }

        func leave(with error: any Error) -> Int32 {
            if let fault = error as? OutputError {
                let isIgnored = world.pipeSignalWasIgnored
                if let diagnostic = fault.diagnostic(pipeSignalWasIgnored: isIgnored) {
                    tell(diagnostic)
                }
                let code = fault.exitCode(pipeSignalWasIgnored: isIgnored)
                events?.finish(code, kind: "output_failed")
                return code
            }
            let diagnostic = Diagnostic(explaining: error, lookedIn: dataDirectory?.value)
            tell(diagnostic.withWholeHint(tokens: tokens, dataDirectory: dataDirectory))
            events?.finish(diagnostic.code, kind: diagnostic.kind)
            return diagnostic.code
        }

        private func tell(_ diagnostic: Diagnostic) {
            // A key typed in a wrong place must not stand in a log as well.
            let text = diagnostic.told(at: place).rendered(as: format, color: color)
            world.standardError.write(line: KeyRedaction.redacted(text))
        }
    }
}

/// The command ran, and the answer is no: exit code 1.
package struct NegativeAnswer: Error {
    /// What to say about it, if anything.
    package let message: String?
}
