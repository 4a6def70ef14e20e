import Testing
import VectorStore
import VectorizerServer

/// Every route against every kind of key: what is not permitted by name is denied.
@Suite(.timeLimit(.minutes(60))) struct ScopeMatrixTests {
    private static let scopes: [[String]] =
        KeyVerb.allCases.flatMap { [["*:\($0)"], ["docs:\($0)"], ["other:\($0)"]] }
        + [["docs:read", "docs:write"], ["other:read", "docs:admin"]]

    /// The routes, which all answer alike once a request is let in.
    private static let table = AllRoutes.list.map { route in
        Route(
            route.method,
            route.template,
            route.access,
            lane: .read,
            body: .some(.none),
            title: route.title
        ) { _ in .result("true") }
    }

    /// What a key with these scopes gets from a route on the collection docs.
    private static func expected(_ access: RouteAccess, _ scopes: [String]) -> Int {
        switch access {
        case .free, .anyKey: return 200
        case .store(let verb): return scopes.contains("*:\(verb)") ? 200 : 403
        case .collection(let verb):
            if scopes.contains("*:\(verb)") || scopes.contains("docs:\(verb)") { return 200 }
            let knowsIt = scopes.contains { $0.hasPrefix("*:") || $0.hasPrefix("docs:") }
            return knowsIt ? 403 : 404
        }
    }

    private static func path(_ route: Route) -> String {
        route.template.split(separator: "/", omittingEmptySubsequences: false).map { part in
            part == "{collection_name}" ? "docs" : part.hasPrefix("{") ? "1" : String(part)
        }.joined(separator: "/")
    }

    @Test("Each route lets in whom it says, and nobody else")
    func matrix() async throws {
        var rules = ServerRules()
        rules.limits.failedLoginCount = 1_000_000
        try await withServer(rules: rules, table: Self.table) { server throws in
            let keys = try Self.scopes.map { scopes in
                let wanted = try scopes.map { try #require(KeyScope(text: $0)) }
                let request = KeyRequest(name: "test", scopes: wanted, expires: nil)
                return (scopes, try server.store.keys.create(request).secret.reveal())
            }
            #expect(keys.count == 11)
            let client = try server.client()
            func status(_ route: Route, _ headers: [String]) throws -> Int {
                let line = "\(route.method.rawValue) \(Self.path(route))"
                try client.send(server.head(line, headers))
                return try client.answer().status
            }
            for route in AllRoutes.list {
                let name = "\(route.method.rawValue) \(route.template)"
                let stranger = try status(route, [])
                #expect(stranger == (route.access == .free ? 200 : 401), "\(name)")
                for (scopes, key) in keys {
                    let got = try status(route, ["api-key: \(key)"])
                    #expect(got == Self.expected(route.access, scopes), "\(name) for \(scopes)")
                }
            }
        }
    }

    @Test("Free are the four that tell nothing of the store")
    func free() {
        let free = AllRoutes.list.filter { $0.access == .free }.map(\.template)
        #expect(free == ["/", "/healthz", "/livez", "/readyz"])
    }
}
