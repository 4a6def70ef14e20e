package import VectorStore

/// Every size and time that the server refuses to exceed, in one place; each can be set.
package struct ServerLimits: Equatable, Sendable {
    /// Bytes of a request's body.
    package var bodyByteCount = 32 << 20
    /// Bytes of an uploaded file, which is not kept in memory.
    package var uploadByteCount = 64 << 30
    /// Bytes of all bodies that are in memory at one time.
    package var bodiesByteCount = 512 << 20
    /// Bytes of a request's header fields.
    package var headerByteCount = 80 << 10
    /// Points in one request.
    package var pointCount = 10_000
    /// Queries or operations in one batch.
    package var batchCount = 100
    /// Points that one query may ask for.
    package var neighbourCount = 10_000
    /// Levels of prefetches.
    package var prefetchDepth = 8
    /// Levels of a filter.
    package var filterDepth = 128
    /// Conditions of a filter.
    package var filterConditionCount = 1000
    /// Bytes of an answer's body.
    package var answerByteCount = 64 << 20
    /// Seconds that a request may take.
    package var requestSeconds = 60.0
    /// Seconds from a header's first byte to its last.
    package var headerSeconds = 10.0
    /// Seconds after which a body, or the taking of an answer, must go on at a least speed.
    package var graceSeconds = 10.0
    /// That least speed, in bytes a second.
    package var bytesPerSecond = 1024
    /// Seconds that a connection may wait for its next request.
    package var idleSeconds = 60.0
    /// Connections at one time; more wait to be accepted.
    package var connectionCount = 1024
    /// Searches at one time; nil is one for each core.
    package var searchCount: Int?
    /// Requests that wait for their turn; more are refused.
    package var queueLength = 256
    /// Failed logins of one address in a minute.
    package var failedLoginCount = 100
    /// How often one address may ask; nil is without a limit.
    package var addressRate: KeyRate?
    /// Seconds that a stop waits for the requests that are under way.
    package var stopSeconds = 10.0

    /// Takes the usual ones.
    package init() {}
}
