import ArgumentParser
import CKernels
import VectorStore
package import VectorizerCommands
import VectorizerSettings

/// One session: what its lines share, and how each is run.
///
/// It belongs to one thread.
package final class Shell {
    /// The collection that lines leave out.
    package var collection: String?
    /// What `set` changes.
    package var settings: ShellSettings {
        didSet { history.isOn = settings.keepsHistory }
    }
    /// The lines typed.
    package internal(set) var history = History()
    /// Whether a line has asked to leave.
    package var isLeaving = false
    /// Keeps the store open.
    package let keeper = StoreKeeper()
    /// Keeps the settings in force.
    let runningSettings = SettingsKeeper()

    let world: ShellWorld
    /// Whether a script goes on after an error.
    let keepsGoing: Bool
    /// Whether standard input is a script that is being run.
    package var inputIsTaken = false
    /// Where the scripts that are being run stand, the innermost last.
    var places: [ScriptPlace] = []
    /// Whether the line that ran last could not write to standard output.
    private(set) var hasLostOutput = false
    private(set) var knownRoot: HelpDump.Command?

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - world: the world.
    ///   - options: options that each line has without naming them.
    ///   - keepsGoing: whether a script goes on after an error.
    package init(_ world: ShellWorld, options: GlobalOptions, keepsGoing: Bool = false) {
        self.world = world
        self.keepsGoing = keepsGoing
        settings = ShellSettings(options: options)
    }

    /// The command tree; nil when the parser's description of it can't be read, which is a bug.
    package var root: HelpDump.Command? {
        if let knownRoot { return knownRoot }
        do {
            knownRoot = try HelpDump.command(of: ShellRoot.self)
        } catch {
            tell(Diagnostic(explaining: error))
        }
        return knownRoot
    }

    // MARK: One line

    /// Runs one line and returns its exit code; everything is written when this returns.
    package func run(_ line: ShellLine) -> Int32 {
        let words = filled(ForgivenWords.cleaned(line.words))
        guard !words.isEmpty else { return 0 }
        hasLostOutput = false
        if let code = refuseForeign(words[0]) { return code }
        let stopwatch = settings.isTimed ? CommandTime() : nil
        let rows = RowCounter()
        let code: Int32
        if let pipe = line.pipe {
            code = run(words, rows, pipedTo: pipe)
        } else {
            code = run(words, rows)
        }
        keeper.rest()
        if code == 0 { follow(words) }
        if let stopwatch, !isLeaving { tell(stopwatch, rows: rows.count) }
        return code
    }

    private func run(_ words: [String], _ rows: RowCounter) -> Int32 {
        let isTerminal = world.detectTerminal(.auto, world.environment).outputIsTerminal
        guard places.isEmpty, settings.usesPager, isTerminal, let screen = world.screen(),
            let pager = Pager(environment: world.environment)
        else {
            let writer = CheckedWriter(descriptor: world.output)
            let code = run(words, rows, in: world(writer))
            hasLostOutput = writer.fault != nil
            return code
        }
        let output = ScreenOutput(screen, pager: pager, descriptor: world.output)
        let writer = CheckedWriter(capacity: ScreenOutput.capacity) { output.write($0) }
        let code = run(words, rows, in: world(writer))
        output.finish()
        // Who leaves the pager has seen enough; that is no failure.
        return hasSeenEnough(writer, code) ? 0 : code
    }

    /// Whether a line ended only because its reader did.
    private func hasSeenEnough(_ writer: CheckedWriter, _ code: Int32) -> Bool {
        let isIgnored = world.pipeSignalWasIgnored
        return writer.fault == .closedPipe
            && code == OutputError.closedPipe.exitCode(pipeSignalWasIgnored: isIgnored)
    }

    private func run(_ words: [String], _ rows: RowCounter, pipedTo command: String) -> Int32 {
        let child: ChildProcess
        do throws(SpawnError) {
            child = try ChildProcess(
                command,
                output: world.output,
                environment: world.environment
            )
        } catch {
            let reason = Diagnostic.systemReason(error.code)
            tell(Diagnostic(code: 69, kind: "spawn", message: "cannot run /bin/sh: \(reason)"))
            return 69
        }
        let writer = CheckedWriter(descriptor: child.input)
        var piped = world(writer)
        piped.detectTerminal = { [detect = piped.detectTerminal] color, environment in
            var terminal = detect(color, environment)
            terminal.outputIsTerminal = false
            terminal.outputWidth = nil
            terminal.outputColor = Terminal.usesColor(
                color,
                environment: environment,
                isTerminal: false
            )
            return terminal
        }
        let code = run(words, rows, in: piped)
        let end = child.wait()
        // What the reader makes of it counts: one that has seen enough goes away early.
        let isEnough = hasSeenEnough(writer, code)
        guard code == 0 || isEnough, end != 0 else { return isEnough ? end : code }
        tell(
            Diagnostic(
                code: end,
                kind: "pipe_failed",
                message: "'\(command.trimmedBlanks)' ended with exit code \(end)"
            )
        )
        return end
    }

    /// The process as a line sees it that writes here.
    private func world(_ writer: CheckedWriter) -> CommandWorld {
        var process = world.process
        process.writer = writer
        return process
    }

    private func run(_ words: [String], _ rows: RowCounter, in process: CommandWorld) -> Int32 {
        let session = CommandSession(
            options: settings.options,
            keeper: keeper,
            settings: runningSettings,
            rows: rows,
            place: places.last
        )
        return ByteSource.$inputIsTaken.withValue(inputIsTaken) {
            CommandRunner.run(ShellRoot.self, words, in: process, session: session) {
                guard let own = $0 as? any SessionCommand else { return try $0.run(in: $1) }
                return try own.run(in: self, $1)
            }
        }
    }

    /// Says what a command of another shell is called here.
    private func refuseForeign(_ word: String) -> Int32? {
        guard let counterpart = ForeignCommands.counterpart(of: word) else { return nil }
        let message = "unknown command '\(word)', here it is '\(counterpart)'"
        let hint = "vectorizer help " + counterpart.prefix { $0 != " " }
        tell(Diagnostic(code: 64, kind: "usage", message: message, hint: hint))
        return 64
    }

    // MARK: The collection in use

    private func filled(_ words: [String]) -> [String] {
        guard let collection, let root else { return words }
        return ImpliedCollection(name: collection, root: root).filled(words) { name in
            collectionNames(prefix: name, limit: 1).first == name
        }
    }

    /// A collection in use that has got another name stays in use; one that is gone does not.
    private func follow(_ words: [String]) {
        guard let collection, let command = words.first(where: { !$0.hasPrefix("-") }),
            ["rename-collection", "drop-collection"].contains(command), let root,
            collectionNames(prefix: collection, limit: 1).first != collection
        else { return }
        let arguments = LineShape(words, root: root).arguments
        let renamed = command == "rename-collection" && arguments.first?.word == collection
        self.collection = renamed ? arguments.last?.word : nil
        keeper.rest()
    }

    // MARK: What the session knows of the store

    /// The store in force; nil when it can't be opened, which the next command will say.
    func store() -> Store? {
        do {
            let options = try resolved()
            return try context(options).openStore(.read)
        } catch {
            return nil
        }
    }

    /// Names of collections; none when the store can't be asked.
    func collectionNames(prefix: String, limit: Int, fromEnd: Bool = false) -> [String] {
        do {
            return try store()?.names.collections(
                prefix: prefix,
                limit: limit,
                fromEnd: fromEnd
            ) ?? []
        } catch {
            return []
        }
    }

    /// What holds for a line without options.
    func resolved() throws(SettingsError) -> ResolvedOptions {
        try ResolvedOptions(
            settings.options,
            environment: world.environment,
            terminal: world.detectTerminal(.auto, world.environment),
            settings: { directory, environment, given throws(SettingsError) in
                try runningSettings.settings(in: directory, environment, given: given)
            }
        )
    }

    private func context(_ options: ResolvedOptions) -> CommandContext {
        CommandContext(
            world(CheckedWriter(descriptor: world.output)),
            terminal: world.detectTerminal(.auto, world.environment),
            options: options,
            session: CommandSession(options: settings.options, keeper: keeper)
        )
    }
}

extension String {
    /// The text without blanks at its ends.
    var trimmedBlanks: Substring {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        let start = drop(while: isBlank)
        return start.dropLast(start.reversed().prefix(while: isBlank).count)
    }
}
