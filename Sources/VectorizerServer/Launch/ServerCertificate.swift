import Glibc
import NIOSSL
import Synchronization
import VectorStore

/// The certificate of the moment; a new one holds for connections that come later.
final class ServerCertificate: Sendable {
    private let files: (certificate: String, key: String)
    private let current: Mutex<NIOSSLContext>

    /// Reads a certificate and its key.
    ///
    /// - Parameters:
    ///   - certificate: the file with the chain, in PEM form.
    ///   - key: the file with the key, in PEM form.
    /// - Throws: `ServerStartError.badCertificate`.
    init(certificate: String, key: String) throws(ServerStartError) {
        files = (certificate, key)
        current = Mutex(try Self.read(certificate, key))
    }

    /// What a new connection speaks with.
    var context: NIOSSLContext { current.withLock { $0 } }

    /// Reads the files again; what can't be used changes nothing.
    ///
    /// - Throws: `ServerStartError.badCertificate`.
    func reload() throws(ServerStartError) {
        let new = try Self.read(files.certificate, files.key)
        current.withLock { $0 = new }
    }

    private static func read(
        _ certificate: String,
        _ key: String
    ) throws(ServerStartError) -> NIOSSLContext {
        try checkMode(key)
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate)
            guard !chain.isEmpty else {
                throw ServerStartError.badCertificate(certificate, reason: "it holds none")
            }
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            )
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch let error as ServerStartError {
            throw error
        } catch {
            throw .badCertificate(certificate, reason: "\(error)")
        }
    }

    /// A key that others can read is no secret.
    private static func checkMode(_ path: String) throws(ServerStartError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            throw .badCertificate(path, reason: "it can't be read")
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw .badCertificate(path, reason: "it is no regular file")
        }
        guard facts.st_uid == geteuid() || facts.st_uid == 0 else {
            throw .badCertificate(path, reason: "it belongs to another user")
        }
        guard facts.st_mode & 0o077 == 0 else {
            throw .badCertificate(path, reason: "other users may read it; chmod 600 mends that")
        }
    }
}
