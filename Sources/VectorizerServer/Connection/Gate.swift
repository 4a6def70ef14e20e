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
    func admit(_ facts: RequestFacts, _ match: RouteTable.Match) throws -> Admission {
        if case .route(let route, _) = match, route.access == .free { return Admission(.anyone) }
        let limits = state.limits
        let allowance = try limits.addressRate.map { rate throws(ServerError) in
            try state.addresses.admit(facts.address, rate)
        }
        // Whoever shows a key is judged by it, even in the moment after the first one was made.
        guard try state.needsKeys(isShown: Self.keyText(facts) != nil) else {
            try checkMatch(match)
            return Admission(.anyone, allowance)
        }
        do {
            let (key, collection) = try identify(facts, match)
            let rest = self.allowance(of: key) ?? allowance
            return Admission(.key(key), rest, collection: collection)
        } catch let error as ServerError where error == .unauthorized {
            throw state.addresses.failed(facts.address, countMax: limits.failedLoginCount)
        }
    }

    /// The key that a request is made with, if it permits what is asked, and of which collection.
    private func identify(
        _ facts: RequestFacts,
        _ match: RouteTable.Match
    ) throws -> (KeyInfo, CollectionName?) {
        guard let key = Self.keyText(facts) else { throw ServerError.unauthorized }
        guard case .route(let route, let values) = match else {
            _ = try known(key)
            try checkMatch(match)
            throw ServerError(404, "Not found")
        }
        switch route.access {
        case .free, .anyKey:
            return (try judge(key, try state.keys.admit(keyText: key.utf8), nil), nil)
        case .store(let verb):
            let answer = try state.keys.authorize(keyText: key.utf8, verb: verb, collection: nil)
            return (try judge(key, answer, nil), nil)
        case .collection(let verb):
            let text = name(route, values)
            let name = try resolve(text, for: key)
            let answer = try state.keys.authorize(keyText: key.utf8, verb: verb, collection: name)
            return (try judge(key, answer, (name, text)), name)
        }
    }

    private func name(_ route: Route, _ values: [String]) -> String {
        let place = route.parameterNames.firstIndex(of: RouteRequest.collectionParameter)
        guard let place else { preconditionFailure("\(route.template) names no collection") }
        return values[place]
    }

    /// Whoever has no good key is not told what is wrong with a name.
    private func resolve(_ text: String, for key: String) throws -> CollectionName {
        do throws(VectorStoreError) {
            return try state.resolve(text, in: state.store)
        } catch {
            _ = try known(key)
            throw error
        }
    }

    /// Whose key a text is.
    private func known(_ key: String) throws -> KeyInfo {
        switch try state.keys.identify(keyText: key.utf8) {
        case .allowed(let info): info
        case .refused: throw ServerError.unauthorized
        }
    }

    /// The key, or the refusal in the words that its owner may be told.
    private func judge(
        _ key: String,
        _ answer: Authorization,
        _ asked: (name: CollectionName, text: String)?
    ) throws -> KeyInfo {
        switch answer {
        case .allowed(let info): return info
        case .refused(let refusal): throw try words(key, refusal, asked)
        }
    }

    private func words(
        _ key: String,
        _ refusal: KeyRefusal,
        _ asked: (name: CollectionName, text: String)?
    ) throws -> ServerError {
        switch refusal.answer {
        case .refused: return .unauthorized
        case .tooOften(let seconds):
            let allowance = allowance(of: try known(key))
            return .tooOften("the key's rate is used up", wait: seconds, allowance)
        case .notPermitted:
            if let asked, !Caller.key(try known(key)).mayKnow(asked.name) {
                return .noCollection(asked.text)
            }
            return .forbidden("the key does not permit this")
        }
    }

    private func allowance(of key: KeyInfo) -> Allowance? {
        guard let rate = key.rate, let level = state.keys.level(of: key) else { return nil }
        return Allowance(rate, level)
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
