import NIOHTTP1
import VectorizerSettings

/// Which hosts and origins a request may name.
///
/// A page of another site can make a browser on this machine send requests here; it can't choose
/// the Host and Origin headers, so those are what tells such requests apart.
struct HostRule: Sendable {
    /// What may stand in a Host header, in lower case.
    private let hosts: Set<String>

    /// Takes what the server listens on.
    ///
    /// - Parameters:
    ///   - host: the address.
    ///   - port: the port.
    ///   - isSecure: whether it speaks TLS, whose usual port may be left out.
    init(host: String, port: Int, isSecure: Bool) {
        var names = [host]
        if host == "127.0.0.1" || host == "::1" || host == "0.0.0.0" || host == "::" {
            names += ["127.0.0.1", "localhost", "::1"]
        }
        var hosts = Set(names.map { ListenAddress.text($0, port) })
        if port == (isSecure ? 443 : 80) {
            hosts.formUnion(names.map { $0.contains(":") ? "[\($0)]" : $0 })
        }
        self.hosts = hosts
    }

    /// Refuses a request for another host.
    ///
    /// - Parameters:
    ///   - facts: the request.
    ///   - rules: further hosts.
    /// - Throws: 400 without exactly one Host header, 421 for a foreign one.
    func checkHost(_ facts: RequestFacts, _ rules: ServerRules) throws(ServerError) {
        let values = facts.headers["host"]
        guard values.count == 1 else {
            throw ServerError(400, "Bad request: exactly one Host header is needed")
        }
        let host = values[0].lowercased()
        guard hosts.contains(host) || rules.allowedHosts.contains(host) else {
            throw ServerError(421, "Misdirected request: this server does not serve that host")
        }
    }

    /// Refuses a request from a page of another origin.
    ///
    /// - Parameters:
    ///   - facts: the request.
    ///   - rules: the origins.
    /// - Returns: the origin, which is allowed; nil where the request names none.
    /// - Throws: 403 for an origin that is not configured.
    func checkOrigin(_ facts: RequestFacts, _ rules: ServerRules) throws(ServerError) -> String? {
        guard let origin = try facts.single("origin") else { return nil }
        guard origin != "null", rules.corsOrigins.contains(origin) else {
            throw .forbidden("this origin is not allowed")
        }
        return origin
    }
}
