package import VectorizerSettings

/// How a server was called.
package struct ServerOptions: Sendable {
    /// The address.
    package var listen = ListenAddress.usual
    /// The certificate chain and its key; nil without TLS.
    package var tls: (certificate: String, key: String)?
    /// What holds for all requests.
    package var rules = ServerRules()
    /// Where the rules come from, for when they are read again.
    package var source: SettingsSource
    /// The service manager's socket, `$NOTIFY_SOCKET`.
    package var managerSocket: String?
    /// The version of the program.
    package var version = ""

    /// Takes the usual ones.
    ///
    /// - Parameter source: where the rules come from.
    package init(source: SettingsSource) {
        self.source = source
    }
}
