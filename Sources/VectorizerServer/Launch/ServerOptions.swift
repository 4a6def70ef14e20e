package import VectorizerSettings

/// How a server was called.
package struct ServerOptions: Sendable {
    /// The address.
    package var listen = ListenAddress.usual
    /// The certificate chain and its key; nil without TLS.
    package var tls: (certificate: String, key: String)?
    /// What holds for all requests.
    package var rules = ServerRules()
    /// Reads what holds for all requests again; nil where that can't change.
    package var reload: (@Sendable () throws -> ServerRules)?
    /// The service manager's socket, `$NOTIFY_SOCKET`.
    package var managerSocket: String?
    /// The version of the program.
    package var version = ""

    /// Takes the usual ones.
    package init() {}
}
