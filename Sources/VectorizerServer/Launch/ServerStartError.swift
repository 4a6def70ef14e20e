/// Why a server does not start.
package enum ServerStartError: Error, Equatable, Sendable {
    /// Another process listens there.
    case addressInUse(String)
    /// This machine has no such address.
    case addressNotAvailable(String)
    /// The process may not listen there, on a low port for example.
    case notPermitted(String)
    /// Others could reach it, and nothing encrypts what they send.
    case needsTLS(String)
    /// Others could reach it, and the store has no keys that they would need.
    case needsKeys(String)
    /// The certificate or its key can't be used.
    case badCertificate(String, reason: String)
    /// Listening failed in another way.
    case failed(String, reason: String)
}
