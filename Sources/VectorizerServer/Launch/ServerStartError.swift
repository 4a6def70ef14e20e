/// Why a server does not start.
package enum ServerStartError: Error, Equatable, Sendable {
    /// Another process listens there.
    case addressInUse(String)
    /// This machine has no such address.
    case addressNotAvailable(String)
    /// The process may not listen there, on a low port for example.
    case notPermitted(String)
    /// Listening failed in another way.
    case failed(String, reason: String)
}
