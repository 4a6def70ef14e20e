package import VectorStore

/// Who may ask a route; what is not said here is denied.
package enum RouteAccess: Equatable, Sendable {
    /// Everyone, without a key.
    case free
    /// Keys that permit this on the collection in the path, `{collection_name}`.
    case collection(KeyVerb)
    /// Keys that permit this on all collections.
    case store(KeyVerb)
    /// Every good key; the route shows it what its scopes permit and nothing else.
    case anyKey
}

/// Where a route's work runs.
package enum RouteLane: Sendable {
    /// On the thread that serves the connection; the work waits for nothing.
    case direct
    /// As many at once as there are cores: searches and other reading.
    case read
    /// Work that waits for locks and for the medium.
    case write
}

/// What a route takes as its body.
package enum RouteBody: Sendable {
    /// Whatever is sent is passed over.
    case none
    /// JSON, as one piece in memory.
    case json
    /// A form with a file, which is kept in a temporary file.
    case upload
}
