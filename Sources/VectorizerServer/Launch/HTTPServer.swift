import Glibc
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import VectorStore
package import VectorizerSettings

/// Listens, and serves until it is stopped.
package final class HTTPServer: Sendable {
    /// What its requests share.
    package let state: ServerState
    private let listen: ListenAddress
    private let certificate: ServerCertificate?
    private let services = Mutex<ServiceGroup?>(nil)
    private let isStopped = Atomic(false)

    /// Prepares a server.
    ///
    /// - Parameters:
    ///   - state: what its requests share.
    ///   - listen: the address.
    ///   - certificate: what it speaks TLS with; nil for none.
    package init(
        state: ServerState,
        listen: ListenAddress,
        certificate: ServerCertificate? = nil
    ) {
        self.state = state
        self.listen = listen
        self.certificate = certificate
    }

    /// Serves until ``stop()``; requests that are under way then have a while to end.
    ///
    /// - Parameter onReady: told the port once connections are accepted.
    /// - Throws: ``ServerStartError``.
    package func run(onReady: @escaping @Sendable (_ port: Int) -> Void) async throws {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: ServerState.coreCount)
        let outcome: Result<Void, any Error>
        do {
            try await serve(on: loops, onReady)
            outcome = .success(())
        } catch {
            outcome = .failure(startError(error))
        }
        // Work that goes on after its client has left still comes back to its loop.
        try await state.stopLanes()
        try await loops.shutdownGracefully()
        try outcome.get()
    }

    private func serve(
        on loops: MultiThreadedEventLoopGroup,
        _ onReady: @escaping @Sendable (_ port: Int) -> Void
    ) async throws {
        let limits = state.limits
        let server = Server(
            childChannelSetup: ConnectionChannel(
                state: state,
                listen: listen,
                certificate: certificate
            ),
            configuration: ServerConfiguration(
                address: .hostname(listen.host, port: listen.port),
                backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    limits.connectionCount,
                    logger: state.logger
                )
            ),
            onServerRunning: { [self] channel in
                state.isReady = true
                onReady(channel.localAddress?.port ?? listen.port)
            },
            eventLoopGroup: loops,
            logger: state.logger
        )
        var configuration = ServiceGroupConfiguration(services: [server], logger: state.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(limits.stopSeconds)
        let group = ServiceGroup(configuration: configuration)
        services.withLock { $0 = group }
        if isStopped.load(ordering: .sequentiallyConsistent) {
            await group.triggerGracefulShutdown()
        }
        try await group.run()
    }

    /// Accepts no more connections, and lets ``run(onReady:)`` return once requests have ended.
    package func stop() async {
        state.isStopping = true
        isStopped.store(true, ordering: .sequentiallyConsistent)
        await services.withLock { $0 }?.triggerGracefulShutdown()
    }

    private func startError(_ error: any Error) -> any Error {
        guard !state.isReady, let error = error as? IOError else { return error }
        return switch error.errnoCode {
        case EADDRINUSE: ServerStartError.addressInUse(listen.text)
        case EADDRNOTAVAIL: ServerStartError.addressNotAvailable(listen.text)
        case EACCES, EPERM: ServerStartError.notPermitted(listen.text)
        default: ServerStartError.failed(listen.text, reason: error.description)
        }
    }
}
