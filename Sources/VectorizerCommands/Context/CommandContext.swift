import CKernels
import Logging
package import VectorStore
package import VectorizerSettings

/// The world as a command sees it: where to read, where to write, how to ask.
///
/// Nothing else in a command touches the environment, the terminal or the standard descriptors.
package struct CommandContext: Sendable {
    /// The process that the command runs in.
    package let world: CommandWorld
    /// What is known about the terminal.
    package let terminal: Terminal
    /// How the process was called, for messages.
    package let options: ResolvedOptions
    /// The session that the command is a line of; nil for a command on its own.
    package let session: CommandSession?
    /// The log of what the program does; nil when it is off.
    package let events: EventLog?
    /// The command's own words, as others who wait for it are told them.
    package var commandWords = "command"

    package init(
        _ world: CommandWorld,
        terminal: Terminal,
        options: ResolvedOptions,
        session: CommandSession? = nil,
        events: EventLog? = nil
    ) {
        self.world = world
        self.terminal = terminal
        self.options = options
        self.session = session
        self.events = events
    }

    package var environment: [String: String] { world.environment }
    package var writer: CheckedWriter { world.writer }
    package var standardError: StandardError { world.standardError }
    package var pipeSignalWasIgnored: Bool { world.pipeSignalWasIgnored }
    package var program: String { world.program }

    /// Messages of this command.
    package var log: MessageLog {
        MessageLog(
            level: MessageLog.Level(quiet: options.asked.quiet, verbose: options.asked.verbose),
            format: options.logFormat,
            standardError: standardError
        )
    }

    /// Questions of this command.
    package var prompt: Prompt {
        let standardError = standardError
        guard session != nil else {
            return Prompt(
                terminal: terminal,
                assumesYes: options.asked.yes,
                ask: { standardError.write(question: $0) }
            )
        }
        return Prompt(
            terminal: terminal,
            assumesYes: options.asked.yes,
            ask: { standardError.write(question: $0) },
            readAnswer: {
                let answer = SessionAnswer.read()
                // The question still waits for the end of its line.
                if answer == nil { standardError.write(line: "") }
                return answer
            }
        )
    }

    /// A progress bar over an amount of input.
    package func progressBar(label: String, totalByteCount: Int?) -> ProgressBar {
        progressBar(label: label, total: totalByteCount.map { .bytes(Int64($0)) })
    }

    /// A progress bar over a number of rows.
    package func progressBar(label: String, totalRowCount: Int) -> ProgressBar {
        progressBar(label: label, total: .rows(Int64(totalRowCount)))
    }

    private func progressBar(label: String, total: ProgressBar.Total?) -> ProgressBar {
        let clock = ContinuousClock()
        let start = clock.now
        return ProgressBar(
            label: label,
            when: options.asked.quiet ? .never : options.asked.progress ?? .auto,
            total: total,
            terminal: terminal,
            standardError: standardError,
            now: { start.duration(to: clock.now) }
        )
    }

    /// How long a command waits for locks; a signal ends the wait once a command handles signals.
    package var lockTimeout: LockTimeout { LockTimeout(request) }

    /// What the engine is told of the command: a signal cancels it once it handles signals.
    package var request: RequestContext {
        RequestContext(
            command: "vectorizer " + commandWords,
            cancellation: .bySignal,
            lockTimeout: options.settings.waitSeconds,
            logger: engineLogger
        )
    }

    /// Opens the data directory, or takes the store that the session keeps open.
    package func openStore(_ access: StoreOptions.Access) throws(VectorStoreError) -> Store {
        var wanted = StoreOptions(access: access, context: request)
        wanted.limits = options.settings.limits
        wanted.auditRetentionSeconds = options.settings.auditRetentionSeconds
        let path = options.dataDirectory.value
        if let session {
            return try session.keeper.store(path, wanted, log: log, events: events) {
                warnOfReaders($0)
            }
        }
        let store = try Store(path: path, options: wanted)
        warnOfReaders(store)
        return store
    }

    /// Waits for a person without the store's lock, for which a restore would wait.
    ///
    /// - Parameters:
    ///   - store: an open store; another one afterwards, if that one was replaced meanwhile.
    ///   - body: waits, and asks nothing of the store.
    /// - Returns: what the body returns.
    /// - Throws: what the body and opening a store throw.
    func resting<Value>(_ store: inout Store, _ body: () throws -> Value) throws -> Value {
        let keeper = store.isReadOnlyMedium ? nil : session?.keeper
        if let keeper { keeper.rest() } else { store.releaseOpenLock() }
        let value = try body()
        // The keeper finds out itself whether its store still is there.
        if try keeper != nil || !store.reacquireOpenLock() { store = try openStore(.read) }
        return value
    }

    /// Neighbours that are searched for by default.
    var defaultNeighbourCount: Int { min(10, options.settings.limits.neighbourCount) }

    var engineLogger: Logger {
        let messages = SessionLog()
        messages.set(log, events)
        return messages.logger
    }

    private func warnOfReaders(_ store: Store) {
        guard let path = store.pathReadableByOthers else { return }
        let command = "chmod -R go= \(ShellWord.quoted(store.path))"
        log.caution("\(path) can be read by other users; \(command) shuts them out")
    }
}
