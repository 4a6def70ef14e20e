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
    /// The directory with the backups that the server makes; empty for none.
    package var backups = ""
    /// When collections are indexed.
    package var compaction = Compaction()

    /// When collections are indexed in the background, and with how many threads.
    package struct Compaction: Equatable, Sendable {
        /// Points without an index from which on a collection is indexed; nil for never.
        package var threshold: Int? = 10_000
        /// Threads that build an index; one leaves the other cores to requests.
        package var threadCount = 1

        /// Takes the usual ones.
        package init() {}
    }

    /// Takes the usual ones.
    package init() {}
}
