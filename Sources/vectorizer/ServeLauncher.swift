import VectorStore
import VectorizerCommands
import VectorizerServer
import VectorizerSettings
import VectorizerShell

/// Starts the server where the program is called as one.
enum ServeLauncher {
    /// Runs a command, a session, or the server.
    static func perform(
        _ command: any VectorizerCommand,
        _ context: CommandContext
    ) throws -> CommandResult {
        guard context.session == nil, let command = command as? ServeCommand else {
            return try ShellLauncher.perform(command, context)
        }
        return try serve(command, context)
    }

    private static func serve(
        _ command: ServeCommand,
        _ context: CommandContext
    ) throws -> CommandResult {
        let options = try options(command, context)
        let logger = ServerLog(context.log, context.events).logger
        var opening = StoreOptions(
            access: command.readOnly ? .read : .write,
            context: RequestContext(
                command: "vectorizer serve",
                lockTimeout: context.options.settings.waitSeconds,
                logger: logger
            )
        )
        opening.limits = context.options.settings.limits
        opening.auditRetentionSeconds = context.options.settings.auditRetentionSeconds
        opening.keepsFiles = true
        let store = try Store(path: context.options.dataDirectory.value, options: opening)
        if context.options.isDryRun {
            context.log.note("would serve \(store.path) on \(options.listen.text)")
            return .nothing
        }
        let log = context.log
        let scheme = options.tls == nil ? "http" : "https"
        do {
            let server = try ServerProcess(store: store, options: options, logger: logger)
            try server.run { port in
                log.note("serves \(store.path) on \(scheme)://\(options.listen.text(port: port))")
            }
        } catch let error as ServerStartError {
            throw Diagnostic(error)
        }
        return .ended(0)
    }

    private static func options(
        _ command: ServeCommand,
        _ context: CommandContext
    ) throws -> ServerOptions {
        let settings = context.options.settings
        var options = ServerOptions()
        options.version = ProgramVersion.text
        options.listen = ListenAddress(text: settings[.serverListen].value) ?? .usual
        if let text = command.listen {
            guard let listen = ListenAddress(text: text) else {
                throw Diagnostic(
                    code: 64,
                    kind: "usage",
                    message: "'\(text)' is no address with a port, such as 127.0.0.1:6333",
                    hint: "vectorizer serve --listen 127.0.0.1:6333"
                )
            }
            options.listen = listen
        }
        if let certificate = command.tlsCert, let key = command.tlsKey {
            options.tls = (certificate, key)
        }
        options.rules = rules(command, settings)
        let (directory, environment) = (context.options.dataDirectory.value, context.environment)
        options.managerSocket = environment["NOTIFY_SOCKET"]
        options.reload = {
            let fresh = try Settings.inForce(in: directory, environment)
            return rules(command, fresh.applied(to: settings).settings)
        }
        return options
    }

    /// What the command line says, and where it says nothing, the settings.
    private static func rules(_ command: ServeCommand, _ settings: Settings) -> ServerRules {
        var rules = ServerRules(settings)
        rules.isReadOnly = command.readOnly
        rules.isBehindProxy = command.behindProxy
        rules.allowedHosts.formUnion(command.allowedHosts.map { $0.lowercased() })
        rules.corsOrigins.formUnion(command.corsOrigins)
        return rules
    }
}
