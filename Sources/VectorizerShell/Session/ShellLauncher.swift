import CKernels
import Glibc
package import VectorizerCommands

/// Starts the shell where the program is called as one.
package enum ShellLauncher {
    /// Runs a command, or the session that `shell` begins.
    package static func perform(
        _ command: any VectorizerCommand,
        _ context: CommandContext
    ) throws -> CommandResult {
        guard context.session == nil, let command = command as? ShellCommand else {
            return try command.run(in: context)
        }
        let world = ShellWorld(
            process: context.world,
            output: 1,
            screen: screen,
            makeReader: { ReadlineReader($0) }
        )
        installSignals()
        return .ended(try run(command, context.terminal, world))
    }

    /// Runs a session to its end.
    ///
    /// - Parameters:
    ///   - command: how the shell was called.
    ///   - terminal: whether a user is there to type.
    ///   - world: the world.
    /// - Returns: the exit code.
    /// - Throws: why a script can't be read.
    package static func run(
        _ command: ShellCommand,
        _ terminal: Terminal,
        _ world: ShellWorld
    ) throws -> Int32 {
        let shell = Shell(
            world,
            options: command.global,
            keepsGoing: command.keepGoing
        )
        shell.settings.usesPager = !command.skipsPager
        var code: Int32 = 0
        if !command.lines.isEmpty {
            let hasPlaces = command.lines.count > 1 || !command.files.isEmpty
            code = shell.runScript(GivenLines(command.lines), named: hasPlaces ? "-c" : nil)
        }
        let isScript = !command.lines.isEmpty || !command.files.isEmpty
        for file in command.files where !shell.isLeaving && (code == 0 || command.keepGoing) {
            code = max(code, try shell.source(file))
        }
        guard !isScript else { return code }
        guard terminal.canPrompt else { return try shell.source("-") }
        shell.settings.keepsHistory = !command.skipsHistory
        if !command.skipsHistory {
            shell.history = History(
                file: HistoryFile(environment: world.environment),
                warn: { shell.log.warning($0) }
            )
        }
        shell.greet()
        return shell.converse(world.makeReader(shell))
    }

    private static func screen() -> Screen? {
        guard let rows = Terminal.rows(of: 1), let columns = Terminal.columns(of: 1) else {
            return nil
        }
        return Screen(rows: rows, columns: columns)
    }

    /// The first signal stops what runs, the third ends the program.
    private static func installSignals() {
        vz_signals_install()
        vz_signals_for_session(3, -1)
    }
}

/// What a path leads to.
enum DirectoryFacts {
    /// Whether anything is there.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
