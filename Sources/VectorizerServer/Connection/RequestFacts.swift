import NIOHTTP1
import VectorStore

/// What the head of a request says, as far as the server goes by it.
struct RequestFacts: Sendable {
    /// The request's id.
    let id: String
    /// How it is made; nil for a method that no route has.
    let method: RequestMethod?
    /// Whether no body may follow the answer's head.
    let isHead: Bool
    /// Whether it only asks what may be done.
    let isOptions: Bool
    /// The path with its query, as it was sent.
    let target: String
    /// The header fields.
    let headers: HTTPHeaders
    /// Whether the connection may serve another request.
    let isKeptAlive: Bool
    /// Where it comes from.
    let address: String
    /// When it began, and how long it may take.
    let deadline: RequestDeadline

    init(_ head: HTTPRequestHead, id: String, address: String, deadline: RequestDeadline) {
        self.id = id
        self.address = address
        self.deadline = deadline
        method = RequestMethod(rawValue: head.method.rawValue)
        isHead = head.method == .HEAD
        isOptions = head.method == .OPTIONS
        target = head.uri
        headers = head.headers
        isKeptAlive = head.isKeepAlive && method != nil
    }

    /// A header field that may stand there once; nil where it stands not at all.
    ///
    /// - Throws: 400 where it stands there twice.
    func single(_ name: String) throws(ServerError) -> String? {
        let values = headers[name]
        guard values.count < 2 else {
            throw ServerError(400, "Bad request: more than one \(name) header")
        }
        return values.first
    }

    /// Whether the client waits to be told to send the body.
    var expectsContinue: Bool {
        headers["expect"].contains { $0.lowercased() == "100-continue" }
    }

    /// How many bytes the body has, if the head says so.
    var contentLength: Int? { headers["content-length"].first.flatMap { Int($0) } }
}
