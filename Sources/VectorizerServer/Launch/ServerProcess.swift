import Dispatch
import Glibc
package import Logging
import Synchronization
package import VectorStore

/// A process that is nothing but a server, from its start to the signal that ends it.
package final class ServerProcess: Sendable {
    private let server: HTTPServer
    private let logger: Logger
    private let outcome = Mutex<Result<Void, any Error>>(.success(()))
    private let end = DispatchSemaphore(value: 0)

    /// Puts the server together.
    ///
    /// - Parameters:
    ///   - store: the open store.
    ///   - options: how the server was called.
    ///   - logger: where the server tells what it does.
    package init(store: Store, options: ServerOptions, logger: Logger) {
        let state = ServerState(
            store: store,
            routes: RouteTable(AllRoutes.list),
            rules: options.rules,
            version: options.version,
            logger: logger
        )
        server = HTTPServer(state: state, listen: options.listen)
        self.logger = logger
    }

    /// Serves until SIGTERM or SIGINT.
    ///
    /// Called from the process's first thread, before there is any other.
    ///
    /// - Parameter onReady: told the port once connections are accepted.
    /// - Throws: ``ServerStartError``.
    package func run(onReady: @escaping @Sendable (_ port: Int) -> Void) throws {
        Self.raiseDescriptorLimit()
        ServerSignals.block()
        Task.detached { [self] in
            let result: Result<Void, any Error>
            do {
                try await server.run(onReady: onReady)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            outcome.withLock { $0 = result }
            end.signal()
        }
        ServerSignals.watch { [self] signal in take(signal) }
        end.wait()
        try outcome.withLock { $0 }.get()
    }

    private func take(_ signal: Int32) {
        guard signal != SIGHUP else { return }
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
