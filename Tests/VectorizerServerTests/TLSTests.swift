import Foundation
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Testing
import VectorStore
import VectorizerServer
import VectorizerSettings

/// TLS, its certificate and its key.
@Suite(.timeLimit(.minutes(60))) struct TLSTests {
    /// The files of a certificate whose key nobody else may read.
    private static func files(_ folder: ScratchDirectory) throws -> (String, String) {
        let chain = try folder.file("chain.pem", TestCertificate.chain)
        let key = try folder.file("key.pem", TestCertificate.key)
        chmod(key, 0o600)
        return (chain, key)
    }

    /// Asks over TLS, with versions up to one.
    private static func ask(_ port: Int, _ newest: TLSVersion) async throws -> String {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.minimumTLSVersion = .tlsv1
        configuration.maximumTLSVersion = newest
        let context = try NIOSSLContext(configuration: configuration)
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let answer = loops.next().makePromise(of: String.self)
        do {
            let channel = try await ClientBootstrap(group: loops)
                .connectTimeout(.seconds(10))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = try NIOSSLClientHandler(context: context, serverHostname: nil)
                        try channel.pipeline.syncOperations.addHandlers(handler, Collector(answer))
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            let text =
                "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
            channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
            let got = try await answer.futureResult.get()
            try await loops.shutdownGracefully()
            return got
        } catch {
            answer.fail(error)
            try await loops.shutdownGracefully()
            throw error
        }
    }

    /// Keeps what comes until the end.
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let answer: EventLoopPromise<String>
        private var text = ""

        init(_ answer: EventLoopPromise<String>) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: Self.unwrapInboundIn(data))
        }

        func channelInactive(context: ChannelHandlerContext) { answer.succeed(text) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            // Some ends are rude; what came before them counts.
            if text.isEmpty { answer.fail(error) } else { answer.succeed(text) }
            context.close(promise: nil)
        }
    }

    @Test("TLS is spoken from version 1.2 on, and then says so for ever")
    func versions() async throws {
        let folder = try ScratchDirectory()
        let (chain, key) = try Self.files(folder)
        try await withTLS(ServerCertificate(certificate: chain, key: key)) { port throws in
            for version in [TLSVersion.tlsv12, .tlsv13] {
                let answer = try await Self.ask(port, version)
                #expect(answer.hasPrefix("HTTP/1.1 200"))
                #expect(answer.lowercased().contains("strict-transport-security: max-age="))
            }
            await #expect(throws: (any Error).self) { try await Self.ask(port, .tlsv11) }
        }
    }

    @Test("What can't be trusted as a key or a certificate is refused")
    func refused() throws {
        let folder = try ScratchDirectory()
        let (chain, key) = try Self.files(folder)
        func expectRefused(_ chain: String, _ key: String) {
            #expect(throws: ServerStartError.self) {
                try ServerCertificate(certificate: chain, key: key)
            }
        }
        for mode: mode_t in [0o644, 0o640, 0o602, 0o666] {
            chmod(key, mode)
            expectRefused(chain, key)
        }
        chmod(key, 0o600)
        #expect(throws: Never.self) { try ServerCertificate(certificate: chain, key: key) }
        expectRefused(folder.path + "/none", key)
        expectRefused(chain, folder.path + "/none")
        expectRefused(chain, folder.path)
        let nonsense = try folder.file("nonsense.pem", "nonsense")
        chmod(nonsense, 0o600)
        expectRefused(nonsense, key)
        expectRefused(chain, nonsense)
    }

    @Test("A certificate that can't be read again leaves the one before")
    func reload() async throws {
        let folder = try ScratchDirectory()
        let (chain, key) = try Self.files(folder)
        let certificate = try ServerCertificate(certificate: chain, key: key)
        try await withTLS(certificate) { port throws in
            try certificate.reload()
            _ = try folder.file("chain.pem", "nonsense")
            #expect(throws: ServerStartError.self) { try certificate.reload() }
            #expect(try await Self.ask(port, .tlsv13).hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("Others may reach a server only with keys, and with TLS or a proxy")
    func startRules() throws {
        let folder = try ScratchDirectory()
        try Store.create(path: folder.path)
        let store = try Store(path: folder.path, options: StoreOptions(access: .write))
        var options = ServerOptions(
            source: SettingsSource(read: { try Settings(environment: [:], file: nil) })
        )
        func check() throws { try StartRules.check(options, store) }
        #expect(throws: Never.self) { try check() }
        options.rules.isBehindProxy = true
        #expect(throws: ServerStartError.needsKeys("127.0.0.1:6333")) { try check() }
        options.listen = try #require(ListenAddress(text: "0.0.0.0:6333"))
        #expect(throws: ServerStartError.needsKeys("0.0.0.0:6333")) { try check() }
        options.rules.isBehindProxy = false
        #expect(throws: ServerStartError.needsTLS("0.0.0.0:6333")) { try check() }
        options.tls = ("a", "b")
        #expect(throws: ServerStartError.needsKeys("0.0.0.0:6333")) { try check() }
        let scope = try #require(KeyScope(text: "*:read"))
        _ = try store.keys.create(KeyRequest(name: "a", scopes: [scope], expires: nil))
        #expect(throws: Never.self) { try check() }
        options.tls = nil
        #expect(throws: ServerStartError.needsTLS("0.0.0.0:6333")) { try check() }
        options.rules.isBehindProxy = true
        #expect(throws: Never.self) { try check() }
    }
}

/// Runs a test against a server with a certificate.
private func withTLS(
    _ certificate: ServerCertificate,
    _ body: (_ port: Int) async throws -> Void
) async throws {
    let directory = try ScratchDirectory()
    try Store.create(path: directory.path)
    let store = try Store(path: directory.path, options: StoreOptions(access: .write))
    let state = ServerState(
        store: store,
        routes: RouteTable(AllRoutes.list),
        rules: ServerRules(),
        source: SettingsSource(read: { try Settings(environment: [:], file: nil) }),
        version: "test",
        logger: TestLog().logger
    )
    let listen = try #require(ListenAddress(text: "127.0.0.1:0"))
    let server = HTTPServer(state: state, listen: listen, certificate: certificate)
    let (ports, portsEnd) = AsyncStream.makeStream(of: Int.self)
    let running = Task {
        defer { portsEnd.finish() }
        try await server.run { portsEnd.yield($0) }
    }
    let port = try #require(await ports.first { _ in true })
    let outcome: Result<Void, any Error>
    do {
        try await body(port)
        outcome = .success(())
    } catch {
        outcome = .failure(error)
    }
    await server.stop()
    try await running.value
    try outcome.get()
}
