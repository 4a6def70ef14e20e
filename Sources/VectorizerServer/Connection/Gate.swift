import NIOHTTP1
import VectorStore

/// Decides whether a request may be answered: the one place where it is, for all routes.
///
/// What is not permitted by name is denied. Its questions to the catalog wait for the medium, so it
/// runs in a lane.
struct Gate: Sendable {
    let state: ServerState

    /// Finds out who asks, and whether they may.
    ///
    /// - Parameters:
    ///   - facts: the request.
    ///   - match: what the path leads to.
    /// - Returns: who asks.
    /// - Throws: 401, 403, 404 for a collection that the key must not know of, 429; and 404 and 405
    ///   for paths and methods that are not there, which only those with a key are told.
    func admit(_ facts: RequestFacts, _ match: RouteTable.Match) throws -> Caller {
        if case .route(let route, _) = match, route.access == .free { return .anyone }
        guard try state.needsKeys() else {
            try checkMatch(match)
            return .anyone
        }
        guard let key = Self.keyText(facts) else { throw ServerError.unauthorized }
        guard case .route(let route, let values) = match else {
            _ = try allowed(try state.keys.identify(keyText: key.utf8), nil)
            try checkMatch(match)
            throw ServerError(404, "Not found")
        }
        return .key(try authorize(key, route, values))
    }

    private func authorize(_ key: String, _ route: Route, _ values: [String]) throws -> KeyInfo {
        switch route.access {
        case .free, .anyKey:
            return try allowed(try state.keys.identify(keyText: key.utf8), nil)
        case .store(let verb):
            let answer = try state.keys.authorize(keyText: key.utf8, verb: verb, collection: nil)
            return try allowed(answer, nil)
        case .collection(let verb):
            // Whoever has no good key is not told what is wrong with a name.
            _ = try allowed(try state.keys.identify(keyText: key.utf8), nil)
            let place = route.parameterNames.firstIndex(of: RouteRequest.collectionParameter)
            guard let place else {
                preconditionFailure("\(route.template) names no collection")
            }
            let name = try state.resolve(values[place], in: state.store)
            let answer = try state.keys.authorize(
                keyText: key.utf8,
                verb: verb,
                collection: name
            )
            return try allowed(answer, (name, values[place], key))
        }
    }

    /// The key, or the refusal in the words that its owner may be told.
    private func allowed(
        _ answer: Authorization,
        _ asked: (name: CollectionName, text: String, key: String)?
    ) throws -> KeyInfo {
        switch answer {
        case .allowed(let key): return key
        case .refused(let refusal):
            switch refusal.answer {
            case .refused: throw ServerError.unauthorized
            case .tooOften(let seconds):
                throw ServerError(
                    429,
                    "Too many requests: the key's rate is used up",
                    retryAfterSeconds: max(1, Int(seconds.rounded(.up)))
                )
            case .notPermitted:
                if let asked,
                    case .allowed(let key) =
                        try state.keys.identify(keyText: asked.key.utf8),
                    !Caller.key(key).mayKnow(asked.name)
                {
                    throw ServerError.noCollection(asked.text)
                }
                throw ServerError.forbidden("the key does not permit this")
            }
        }
    }

    /// Refuses paths and methods that are not there.
    private func checkMatch(_ match: RouteTable.Match) throws(ServerError) {
        switch match {
        case .route: return
        case .nothing: throw ServerError(404, "Not found")
        case .otherMethods(let methods):
            var error = ServerError(405, "Method not allowed")
            error.allowedMethods = methods
            throw error
        }
    }

    /// The key that a request shows: in `api-key`, or as a bearer; two of them are none.
    static func keyText(_ facts: RequestFacts) -> String? {
        let named = facts.headers["api-key"]
        let bearers = facts.headers["authorization"].compactMap { value -> String? in
            let parts = value.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return String(parts[1])
        }
        let keys = named + bearers
        return keys.count == 1 ? keys[0] : nil
    }
}
