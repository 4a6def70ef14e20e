import NIOCore

/// One request and its answer, on the thread that serves the connection.
final class Exchange {
    let facts: RequestFacts
    /// What the path leads to.
    let match: RouteTable.Match
    let query: Substring
    /// The origin of the page that asks, which may read the answer.
    var origin: String?
    /// Whether the gate was asked, before the body was there.
    var isAtGate = false
    /// Who asks, once the gate has answered.
    var admission: Admission?
    /// Whether all of the request is there.
    var isComplete = false
    /// Whether it runs or is answered already.
    var isTaken = false
    /// The body so far.
    var body = ByteBuffer()
    /// The file that an upload is kept in.
    var upload: UploadFile?
    /// Pieces of an upload that are not in the file yet.
    var unspooled: [ByteBuffer] = []
    /// Whether pieces are being written.
    var isSpooling = false
    /// Bytes of the body that came in, kept or not.
    var bodyByteCount = 0
    /// Bytes that are accounted for in the server's memory for bodies.
    var reservedByteCount = 0

    init(_ facts: RequestFacts, match: RouteTable.Match, query: Substring) {
        self.facts = facts
        self.match = match
        self.query = query
    }

    /// The collection that the path names.
    var collection: String? {
        guard case .route(let route, let values) = match,
            let place = route.parameterNames.firstIndex(of: RouteRequest.collectionParameter)
        else { return nil }
        return values[place]
    }

    /// The route; nil where there is none.
    var route: Route? {
        if case .route(let route, _) = match { route } else { nil }
    }
}
