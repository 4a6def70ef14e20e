/// What holds for all requests; a reload puts another one in its place.
package struct ServerRules: Sendable {
    /// Sizes and times.
    package var limits = ServerLimits()
    /// Whether all that changes the store is refused.
    package var isReadOnly = false
    /// Whether a proxy on the same machine or network takes the requests first.
    package var isBehindProxy = false
    /// Hosts that requests may name beside the address that is listened on, in lower case.
    package var allowedHosts: Set<String> = []
    /// Origins that pages may ask from.
    package var corsOrigins: Set<String> = []

    /// Takes the usual ones.
    package init() {}
}
