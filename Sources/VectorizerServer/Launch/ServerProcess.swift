import Dispatch
import Glibc
package import Logging
import Synchronization
package import VectorStore
import VectorizerSettings

/// A process that is nothing but a server, from its start to the signal that ends it.
package final class ServerProcess: Sendable {
    private let server: HTTPServer
    private let logger: Logger
    private let certificate: ServerCertificate?
    private let maintenance: MaintenanceWorker
    private let manager: ServiceManager?
    private let outcome = Mutex<Result<Void, any Error>>(.success(()))
    private let end = DispatchSemaphore(value: 0)

    /// Puts the server together, in the process's first thread and before there is any other.
    ///
    /// - Parameters:
    ///   - store: the open store.
    ///   - options: how the server was called.
    ///   - logger: where the server tells what it does.
    /// - Throws: ``ServerStartError`` for what must not be served like this.
    package init(store: Store, options: ServerOptions, logger: Logger) throws {
        try StartRules.check(options, store)
        certificate = try options.tls.map { files throws(ServerStartError) in
            try ServerCertificate(certificate: files.certificate, key: files.key)
        }
        if !options.rules.isReadOnly { UploadFile.sweep(store.path) }
        // Threads that start from here on leave signals to the one that waits for them.
        ServerSignals.block()
        let state = ServerState(
            store: store,
            routes: RouteTable(AllRoutes.list),
            rules: options.rules,
            source: options.source,
            version: options.version,
            logger: logger
        )
        server = HTTPServer(state: state, listen: options.listen, certificate: certificate)
        self.logger = logger
        maintenance = MaintenanceWorker(state: state)
        manager = ServiceManager(socket: options.managerSocket)
    }

    /// Reads settings and certificate again; what can't be used changes nothing.
    private func reload() {
        manager?.reloading()
        do {
            try server.state.reload()
            logger.notice("has read its settings again")
        } catch {
            logger.warning("the settings stay as they were", metadata: ["error": "\(error)"])
        }
        do {
            try certificate?.reload()
        } catch {
            logger.warning("the certificate stays as it was", metadata: ["error": "\(error)"])
        }
        manager?.ready()
    }

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Parameter onReady: told the port once connections are accepted.
    /// - Throws: ``ServerStartError``.
    package func run(onReady: @escaping @Sendable (_ port: Int) -> Void) throws {
        Self.raiseDescriptorLimit()
        Task.detached { [self] in
            let result: Result<Void, any Error>
            do {
                maintenance.start()
                try await server.run { [self] port in
                    onReady(port)
                    manager?.ready()
                }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await stopMaintenance()
            outcome.withLock { $0 = result }
            end.signal()
        }
        ServerSignals.watch { [self] signal in take(signal) }
        end.wait()
        try outcome.withLock { $0 }.get()
    }

    private func stopMaintenance() async {
        do {
            try await maintenance.stop()
        } catch {
            logger.warning("maintenance does not end", metadata: ["error": "\(error)"])
        }
    }

    private func take(_ signal: Int32) {
        guard signal != SIGHUP else { return reload() }
        manager?.stopping()
        logger.notice("stops", metadata: ["signal": .stringConvertible(signal)])
        Task.detached { [self] in await server.stop() }
    }

    /// Each connection is a descriptor; the store needs some as well.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = min(limit.rlim_max, 1 << 16)
        setrlimit(resource, &limit)
    }
}
