import Dispatch
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing
import VectorStore
import VectorizerServer
import VectorizerSettings

/// A server on a port of its own, over a store that is gone with the test.
final class TestServer: Sendable {
    let directory: ScratchDirectory
    let store: Store
    let state: ServerState
    let port: Int
    let log: TestLog

    fileprivate init(
        _ directory: ScratchDirectory,
        _ store: Store,
        _ state: ServerState,
        _ log: TestLog,
        port: Int
    ) {
        self.directory = directory
        self.store = store
        self.state = state
        self.log = log
        self.port = port
    }

    /// The Host that the server knows.
    var host: String { "127.0.0.1:\(port)" }

    func client(timeoutSeconds: Int = Deadline.seconds) throws -> RawClient {
        try RawClient(port: port, timeoutSeconds: timeoutSeconds)
    }

    /// The head of a request, with what every request needs.
    func head(_ line: String, _ headers: [String] = []) -> String {
        (["\(line) HTTP/1.1", "Host: \(host)"] + headers + ["", ""]).joined(separator: "\r\n")
    }

    /// Sends one request on a connection of its own.
    func ask(
        _ line: String,
        key: String? = nil,
        headers: [String] = [],
        body: String? = nil
    ) throws -> RawAnswer {
        var headers = headers
        if let key { headers.append("api-key: \(key)") }
        if let body {
            headers.append("Content-Length: \(body.utf8.count)")
            if !headers.contains(where: { $0.lowercased().hasPrefix("content-type") }) {
                headers.append("Content-Type: application/json")
            }
        }
        let client = try client()
        try client.send(head(line, headers) + (body ?? ""))
        return try client.answer(hasBody: !line.hasPrefix("HEAD"))
    }

    /// Makes a key.
    func issue(_ scopes: String..., expires: Timestamp? = nil, rate: KeyRate? = nil) throws
        -> IssuedKey
    {
        let scopes = try scopes.map { try #require(KeyScope(text: $0)) }
        return try store.keys.create(
            KeyRequest(name: "test", scopes: scopes, expires: expires, rate: rate)
        )
    }
}

/// Runs a test against a server.
///
/// The test itself may block: it runs on a thread that nothing else needs.
///
/// - Parameters:
///   - rules: what holds for all requests.
///   - more: routes beside those of the product.
///   - table: the product's routes.
///   - prepare: fills the store before the server starts.
///   - body: the test.
/// - Returns: what the test returns.
/// - Throws: what the test throws.
func withServer<Value: Sendable>(
    rules: ServerRules = ServerRules(),
    routes more: [Route] = [],
    table: [Route] = AllRoutes.list,
    prepare: @escaping @Sendable (Store) throws -> Void = { _ in },
    _ body: @escaping @Sendable (TestServer) throws -> Value
) async throws -> Value {
    let directory = try ScratchDirectory()
    try Store.create(path: directory.path)
    var options = StoreOptions(access: .write)
    options.keepsFiles = true
    let store = try Store(path: directory.path, options: options)
    try prepare(store)
    let log = TestLog()
    let state = ServerState(
        store: store,
        routes: RouteTable(table + more),
        rules: rules,
        source: SettingsSource(read: { try Settings.inForce(in: directory.path, [:]) }),
        version: "test",
        logger: log.logger
    )
    let server = HTTPServer(state: state, listen: try #require(ListenAddress(text: "127.0.0.1:0")))
    let (ports, portsEnd) = AsyncStream.makeStream(of: Int.self)
    let running = Task {
        defer { portsEnd.finish() }
        try await server.run { portsEnd.yield($0) }
    }
    guard let port = await ports.first(where: { _ in true }) else {
        try await running.value
        throw Unexpected("the server ended before it began")
    }
    let test = TestServer(directory, store, state, log, port: port)
    let outcome = await offPool { Result { try body(test) } }
    await server.stop()
    try await running.value
    return try outcome.get()
}

/// Runs a body that blocks on a thread of its own.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}

/// Keeps what is logged.
final class TestLog: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    var logger: Logger { Logger(label: "server") { _ in Handler(log: self) } }

    fileprivate func add(_ line: String) { kept.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let log: TestLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let facts = metadata.merging(event.metadata ?? [:]) { $1 }
            let text = facts.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            log.add("\(event.level) \(event.message)\(text)")
        }
    }
}
