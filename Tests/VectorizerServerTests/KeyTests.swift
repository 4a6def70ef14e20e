import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// Who is let in.
@Suite(.timeLimit(.minutes(60))) struct KeyTests {
    private static let docs = "docs"

    private static func prepare(_ store: Store) throws {
        try store.createCollection(
            CollectionName(docs),
            configuration: CollectionConfiguration(dimension: 4)
        )
    }

    @Test("Without keys this machine may ask everything; the first key ends that")
    func firstKey() async throws {
        try await withServer { server throws in
            #expect(try server.ask("GET /cluster").status == 200)
            _ = try server.issue("*:read")
            try Deadline().wait { try server.ask("GET /cluster").status == 401 }
            #expect(try server.ask("GET /healthz").status == 200)
        }
    }

    @Test("Whatever is wrong with a key, the answer is the same")
    func alike() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let good = try server.issue("*:read").secret.reveal()
            let revoked = try server.issue("*:read")
            _ = try server.store.keys.revoke(revoked.info.id)
            let wrong = String(good.dropLast()) + (good.hasSuffix("0") ? "1" : "0")
            let shown: [[String]] = [
                [], ["api-key: x"], ["api-key: "], ["api-key: \(wrong)"],
                ["api-key: \(revoked.secret.reveal())"], ["api-key: \(good)", "api-key: \(good)"],
                ["api-key: \(good)", "Authorization: Bearer \(good)"], ["Authorization: \(good)"],
                ["Authorization: Basic \(good)"],
                ["api-key: " + String(repeating: "v", count: 5000)],
            ]
            var texts: Set<String> = []
            for path in [
                "/cluster", "/collections/docs/shards", "/collections/none/shards", "/none",
                "/cluster?api-key=\(good)",
            ] {
                for headers in shown {
                    let answer = try server.ask("GET \(path)", headers: headers)
                    #expect(answer.status == 401, "\(path) \(headers)")
                    #expect(answer.header("www-authenticate") == "Bearer")
                    texts.insert(try answer.error())
                }
            }
            #expect(texts.count == 1)
            #expect(try server.ask("GET /cluster", key: good).status == 200)
            let bearer = ["Authorization: bearer \(good)"]
            #expect(try server.ask("GET /cluster", headers: bearer).status == 200)
        }
    }

    @Test("A key is refused before any of the body is there, and the connection ends")
    func beforeTheBody() async throws {
        let echo = Route(.post, "/echo", .anyKey, title: "Echo") { .result("\($0.body.count)") }
        try await withServer(routes: [echo]) { server throws in
            _ = try server.issue("*:read")
            let client = try server.client()
            let headers = ["Content-Length: 30000000", "Content-Type: application/json"]
            try client.send(server.head("POST /echo", headers))
            let answer = try client.answer()
            #expect(answer.status == 401 && answer.header("connection") == "close")
            #expect(try client.isAtEnd())
        }
    }

    @Test("A collection outside of the key's scopes is not there; another verb is forbidden")
    func scopes() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let key = try server.issue("docs:read").secret.reveal()
            #expect(try server.ask("GET /collections/docs/shards", key: key).status == 200)
            #expect(try server.ask("POST /collections/docs/cluster", key: key).status == 403)
            let other = try server.issue("other:read").secret.reveal()
            for (path, key) in [
                ("/collections/other/shards", key), ("/collections/docs/shards", other),
            ] {
                let answer = try server.ask("GET \(path)", key: key)
                #expect(answer.status == 404)
                #expect(try answer.error().contains("doesn't exist!"))
            }
            // The same words whether it is there or not.
            let hidden = try server.ask("GET /collections/docs/shards", key: other).error()
            let missing = try server.ask("GET /collections/docx/shards", key: other).error()
            #expect(hidden.replacing("docs", with: "docx") == missing)
            #expect(try server.ask("GET /metrics", key: key).status == 403)
            #expect(try server.ask("GET /none", key: key).status == 404)
            #expect(try server.ask("POST /metrics", key: key).status == 405)
            #expect(try server.ask("GET /collections/%20/shards", key: key).status == 422)
        }
    }

    @Test("A key that is revoked or has expired stops soon")
    func revoking() async throws {
        try await withServer { server throws in
            let (revoked, expiring) = (
                try server.issue("*:read"),
                try server.issue("*:read", expires: .now.adding(seconds: 5))
            )
            let texts = [revoked.secret.reveal(), expiring.secret.reveal()]
            let client = try server.client()
            func status(_ text: String) throws -> Int {
                try client.send(server.head("GET /cluster", ["api-key: \(text)"]))
                return try client.answer().status
            }
            #expect(try status(texts[0]) == 200)
            _ = try server.store.keys.revoke(revoked.info.id)
            for text in texts { try Deadline().wait { try status(text) == 401 } }
        }
    }

    @Test("An alias that turns to another collection meanwhile leads to no other than was judged")
    func turnedAlias() async throws {
        let turn = Route(
            .get,
            "/collections/{collection_name}/turn",
            .collection(.read),
            title: "Turns the alias, then asks what it is"
        ) { request in
            let alias = try CollectionName("now")
            try request.server.store.aliases.change([
                .create(alias, of: CollectionName("secret"))
            ])
            let read = try request.withCollection { $0.info.name }
            return .text("\(try request.collection()) \(read)")
        }
        let prepare: @Sendable (Store) throws -> Void = { store in
            try Self.prepare(store)
            try store.createCollection(
                CollectionName("secret"),
                configuration: CollectionConfiguration(dimension: 4)
            )
            try store.aliases.change([.create(CollectionName("now"), of: CollectionName(Self.docs))]
            )
        }
        try await withServer(routes: [turn], prepare: prepare) { server throws in
            let key = try server.issue("docs:read").secret.reveal()
            let answer = try server.ask("GET /collections/now/turn", key: key)
            #expect(answer.status == 200 && answer.text == "docs docs")
            #expect(try server.ask("GET /collections/now/turn", key: key).status == 404)
        }
    }

    @Test("Failed logins of one address are told so a hundred times a minute, then to wait")
    func failedLogins() async throws {
        var rules = ServerRules()
        rules.limits.failedLoginCount = 5
        try await withServer(rules: rules) { server throws in
            let good = try server.issue("*:read").secret.reveal()
            let statuses = try (0..<8).map { _ in
                try server.ask("GET /cluster", key: "bad").status
            }
            #expect(statuses == [401, 401, 401, 401, 401, 429, 429, 429])
            let answer = try server.ask("GET /cluster", key: "bad")
            #expect((Int(answer.header("retry-after") ?? "") ?? 0) > 0)
            #expect(try server.ask("GET /cluster", key: good).status == 200)
        }
        #expect(ServerLimits().failedLoginCount == 100)
    }

    @Test("A key's rate is kept, and told in headers")
    func keyRate() async throws {
        try await withServer { server throws in
            let rate = try #require(KeyRate(count: 2, periodSeconds: 3600))
            let key = try server.issue("*:read", rate: rate).secret.reveal()
            let free = try server.issue("*:read").secret.reveal()
            let answers = try (0..<3).map { _ in try server.ask("GET /issues", key: key) }
            #expect(answers.map(\.status) == [200, 200, 429])
            #expect(answers.map { $0.header("ratelimit-limit") } == ["2", "2", "2"])
            #expect(answers.map { $0.header("ratelimit-remaining") } == ["1", "0", "0"])
            #expect(
                answers[2].header("retry-after") != nil
                    && answers[2].header("ratelimit-reset") != nil
            )
            #expect(try server.ask("GET /issues", key: free).header("ratelimit-limit") == nil)
        }
    }

    @Test("An address's rate is kept, but for what is free")
    func addressRate() async throws {
        var rules = ServerRules()
        rules.limits.addressRate = KeyRate(count: 2, periodSeconds: 3600)
        try await withServer(rules: rules) { server throws in
            let answers = try (0..<3).map { _ in try server.ask("GET /cluster") }
            #expect(answers.map(\.status) == [200, 200, 429])
            #expect(answers[0].header("ratelimit-remaining") == "1")
            #expect(try server.ask("GET /healthz").status == 200)
        }
    }

    @Test("Behind a proxy the address is the one that the proxy has added")
    func behindProxy() async throws {
        var rules = ServerRules()
        rules.isBehindProxy = true
        rules.limits.addressRate = KeyRate(count: 1, periodSeconds: 3600)
        try await withServer(rules: rules) { server throws in
            func status(_ forwarded: String) throws -> Int {
                try server.ask("GET /cluster", headers: ["X-Forwarded-For: \(forwarded)"]).status
            }
            #expect(try status("192.0.2.1") == 200)
            #expect(try status("192.0.2.9, 192.0.2.1") == 429)
            #expect(try status("192.0.2.1, 192.0.2.2") == 200)
            // One network of version 6 counts as one address.
            #expect(try status("2001:db8::1") == 200)
            #expect(try status("2001:db8::2") == 429)
            #expect(try status("2001:db8:0:1::1") == 200)
        }
    }

    @Test("Without a proxy nobody is asked where a request comes from")
    func noProxy() async throws {
        var rules = ServerRules()
        rules.limits.addressRate = KeyRate(count: 1, periodSeconds: 3600)
        try await withServer(rules: rules) { server throws in
            let one = try server.ask("GET /cluster", headers: ["X-Forwarded-For: 192.0.2.1"])
            let two = try server.ask("GET /cluster", headers: ["X-Forwarded-For: 192.0.2.2"])
            #expect([one.status, two.status] == [200, 429])
        }
    }

    @Test("A read-only server refuses every change")
    func readOnly() async throws {
        var rules = ServerRules()
        rules.isReadOnly = true
        let write = Route(
            .post,
            "/collections/{collection_name}/w",
            .collection(.write),
            title: "W"
        ) {
            _ in .result("true")
        }
        try await withServer(rules: rules, routes: [write], prepare: Self.prepare) {
            server throws in
            #expect(try server.ask("POST /collections/docs/w", body: "{}").status == 403)
            #expect(try server.ask("GET /collections/docs/shards").status == 200)
        }
    }

    @Test("Neither keys nor bodies get into the log")
    func silentLog() async throws {
        let echo = Route(.post, "/echo", .anyKey, title: "Echo") { request in
            throw ServerError.badBody(String(decoding: request.body, as: UTF8.self))
        }
        try await withServer(routes: [echo]) { server throws in
            let key = try server.issue("*:read").secret.reveal()
            let body = #"{"payload":"very private"}"#
            #expect(try server.ask("POST /echo", key: key, body: body).status == 400)
            _ = try server.ask("POST /echo?api-key=\(key)", key: "wrong-\(key)", body: body)
            #expect(server.log.lines.contains { $0.contains("request") && $0.contains("/echo") })
            for line in server.log.lines {
                #expect(!line.contains(key) && !line.contains("private"))
            }
        }
    }
}
