import Testing
import VectorizerServer

/// Which hosts and origins may be named.
@Suite(.timeLimit(.minutes(60))) struct HostTests {
    private func status(_ server: TestServer, _ hosts: [String]) throws -> Int {
        let client = try server.client()
        let lines = ["GET /healthz HTTP/1.1"] + hosts.map { "Host: \($0)" } + ["", ""]
        try client.send(lines.joined(separator: "\r\n"))
        return try client.answer().status
    }

    @Test("Only hosts that the server knows are served, on free routes as well")
    func hosts() async throws {
        var rules = ServerRules()
        rules.allowedHosts = ["db.example.org:6333"]
        try await withServer(rules: rules) { server throws in
            let port = server.port
            for host in ["127.0.0.1:\(port)", "localhost:\(port)", "LocalHost:\(port)"] {
                #expect(try status(server, [host]) == 200, "\(host)")
            }
            #expect(try status(server, ["db.example.org:6333"]) == 200)
            let foreign = [
                "evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "127.0.0.1.evil:\(port)",
                "evil@127.0.0.1:\(port)", "db.example.org", "127.0.0.1:\(port).evil",
                "[::2]:\(port)",
            ]
            for host in foreign { #expect(try status(server, [host]) == 421, "\(host)") }
        }
    }

    @Test("Without a Host header, or with two, a request is malformed")
    func count() async throws {
        try await withServer { server throws in
            #expect(try status(server, []) == 400)
            #expect(try status(server, [server.host, server.host]) == 400)
            #expect(try status(server, [server.host, "evil"]) == 400)
        }
    }

    @Test("A host is judged before the key and before the path")
    func first() async throws {
        try await withServer { server throws in
            _ = try server.issue("*:read")
            let client = try server.client()
            try client.send("GET /none HTTP/1.1\r\nHost: evil\r\nOrigin: http://evil\r\n\r\n")
            #expect(try client.answer().status == 421)
            #expect(try client.isAtEnd())
        }
    }

    @Test("No page of another site is answered, and none is told that it may ask")
    func origins() async throws {
        try await withServer { server throws in
            for origin in ["http://evil.example", "null", "http://\(server.host)", "file://"] {
                let answer = try server.ask("GET /", headers: ["Origin: \(origin)"])
                #expect(answer.status == 403)
                #expect(answer.header("access-control-allow-origin") == nil)
                #expect(answer.header("vary") == nil)
            }
            #expect(try server.ask("GET /").header("access-control-allow-origin") == nil)
        }
    }

    @Test("A configured origin is named exactly, and null never is one")
    func cors() async throws {
        var rules = ServerRules()
        rules.corsOrigins = ["https://app.example", "null"]
        try await withServer(rules: rules) { server throws in
            let answer = try server.ask("GET /", headers: ["Origin: https://app.example"])
            #expect(answer.status == 200)
            #expect(answer.header("access-control-allow-origin") == "https://app.example")
            #expect(answer.header("access-control-allow-credentials") == nil)
            #expect(answer.header("vary") == "Origin")
            #expect(try server.ask("GET /").header("vary") == "Origin")
            let foreign = [
                "null", "https://app.example.evil", "https://app.exampl", "HTTPS://app.example",
            ]
            for origin in foreign {
                let answer = try server.ask("GET /", headers: ["Origin: \(origin)"])
                #expect(answer.status == 403 && answer.header("access-control-allow-origin") == nil)
            }
        }
    }

    @Test("A browser may ask beforehand, without a key, from a configured origin")
    func preflight() async throws {
        var rules = ServerRules()
        rules.corsOrigins = ["https://app.example"]
        try await withServer(rules: rules) { server throws in
            _ = try server.issue("*:read")
            let asking = ["Access-Control-Request-Method: POST"]
            let client = try server.client()
            let head = server.head("OPTIONS /metrics", ["Origin: https://app.example"] + asking)
            try client.send(head)
            let answer = try client.answer()
            #expect(answer.status == 204)
            #expect(answer.header("access-control-allow-origin") == "https://app.example")
            #expect(answer.header("access-control-allow-headers")?.contains("api-key") == true)
            let evil = ["Origin: http://evil"] + asking
            let foreign = try server.ask("OPTIONS /metrics", headers: evil)
            #expect(foreign.status == 403)
            #expect(try server.ask("OPTIONS /metrics", headers: asking).status == 401)
        }
    }
}
