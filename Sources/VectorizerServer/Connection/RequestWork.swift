import Logging
import NIOCore
import NIOHTTP1
import VectorStore

/// Runs a request that is read completely, in a lane.
struct RequestWork: Sendable {
    let state: ServerState
    let facts: RequestFacts
    let match: RouteTable.Match
    let query: Substring
    /// Who asks, where that was found out before the body was read.
    let admission: Admission?
    let body: ByteBuffer
    let upload: UploadFile?

    /// Answers the request; whatever happens, there is an answer.
    ///
    /// - Returns: the answer, and who has asked, where that was found out.
    func answer() -> (answer: ComposedAnswer, admission: Admission?) {
        var known = admission
        do {
            if facts.deadline.cancellation.isCancelled { throw VectorStoreError.cancelled }
            let admission = try admission ?? Gate(state: state).admit(facts, match)
            known = admission
            let limits = state.limits
            return (try ComposedAnswer(try run(admission, limits), facts, limits), admission)
        } catch {
            return (refusal(error), known)
        }
    }

    /// The answer to what went wrong.
    func refusal(_ error: any Error) -> ComposedAnswer {
        var known: ServerError
        switch error {
        case let error as ServerError: known = error
        case let error as RequestError: known = ServerError(error)
        case let error as VectorStoreError: known = told(error)
        default:
            state.logger.error(
                "a request failed",
                metadata: ["error": "\(error)", "id": "\(facts.id)"]
            )
            known = .internal("the request failed")
        }
        if known.status == 408, facts.deadline.isOver {
            known = .timeout(facts.deadline.limitSeconds)
        }
        return ComposedAnswer(known, seconds: facts.deadline.elapsedSeconds)
    }

    /// What is private in an error of the engine goes to the log.
    private func told(_ error: VectorStoreError) -> ServerError {
        let known = ServerError(error)
        if case .store(.busy) = error { state.events.count { $0.busyCount += 1 } }
        if known.status >= 500 {
            state.logger.error(
                "the engine failed",
                metadata: ["kind": "\(error.kind)", "error": "\(error)", "id": "\(facts.id)"]
            )
        }
        return known
    }

    private func run(_ admission: Admission, _ limits: ServerLimits) throws -> RouteAnswer {
        guard case .route(let route, let values) = match else {
            throw ServerError(404, "Not found")
        }
        try checkRoute(route, limits)
        let query = QueryParameters(query)
        try applyTimeout(query, route)
        let request = RouteRequest(
            route: route,
            values: values,
            query: query,
            body: Array(body.readableBytesView),
            upload: upload,
            contentType: facts.headers["content-type"].first ?? "",
            caller: admission.caller,
            admittedCollection: admission.collection,
            id: facts.id,
            deadline: facts.deadline,
            store: state.store.with(context(admission.caller, route)),
            server: state
        )
        return try route.handler(request)
    }

    /// Refuses what the route can't take, once it is known that the caller may ask it.
    func checkRoute(_ route: Route, _ limits: ServerLimits) throws(ServerError) {
        if route.changesStore, state.rules.isReadOnly {
            throw .forbidden("the server is read-only")
        }
        try BodyRule.check(facts, route, limits)
    }

    private func applyTimeout(_ query: QueryParameters, _ route: Route) throws(ServerError) {
        guard route.access != .free, let seconds = try query.number("timeout") else { return }
        guard seconds > 0 else {
            throw .invalidQuery("timeout", "value 0 invalid, must be 1 or larger")
        }
        facts.deadline.shorten(to: Double(seconds))
    }

    private func context(_ caller: Caller, _ route: Route) -> RequestContext {
        RequestContext(
            keyID: caller.key?.id,
            command: "vectorizer serve: \(route.method.rawValue) \(route.template)",
            cancellation: facts.deadline.cancellation,
            lockTimeout: max(0, facts.deadline.limitSeconds - facts.deadline.elapsedSeconds),
            logger: state.logger
        )
    }
}
