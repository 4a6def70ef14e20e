/// How a server was called.
package struct ServerOptions: Sendable {
    /// The address.
    package var listen = ListenAddress.usual
    /// The certificate chain and its key; nil without TLS.
    package var tls: (certificate: String, key: String)?
    /// What holds for all requests.
    package var rules = ServerRules()
    /// The version of the program.
    package var version = ""

    /// Takes the usual ones.
    package init() {}
}
