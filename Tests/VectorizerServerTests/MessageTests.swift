import Testing
import VectorizerServer

/// The form of messages: their size, their kind, and what hides a second request in one.
@Suite(.timeLimit(.minutes(60))) struct MessageTests {
    private static let echo = Route(.post, "/echo", .anyKey, title: "Echo") { request in
        .result("\(request.body.count)")
    }

    private static var small: ServerRules {
        var rules = ServerRules()
        rules.limits.bodyByteCount = 1000
        return rules
    }

    private static let json = "Content-Type: application/json"

    @Test("A body may have as many bytes as the limit says, and not one more")
    func bodySize() async throws {
        try await withServer(rules: Self.small, routes: [Self.echo]) { server throws in
            func body(_ count: Int) -> String { String(repeating: "x", count: count) }
            #expect(try server.ask("POST /echo", body: body(1000)).status == 200)
            #expect(try server.ask("POST /echo", body: body(1001)).status == 413)
            for count in ["99999999999999999999999", "9223372036854775807"] {
                let client = try server.client()
                try client.send(server.head("POST /echo", ["Content-Length: \(count)", Self.json]))
                let status = try client.answer().status
                #expect([400, 413].contains(status))
            }
        }
        #expect(ServerLimits().bodyByteCount == 32 << 20)
    }

    @Test("A body without a length is cut off at the limit as well")
    func chunkedSize() async throws {
        try await withServer(rules: Self.small, routes: [Self.echo]) { server throws in
            let client = try server.client()
            try client.send(server.head("POST /echo", ["Transfer-Encoding: chunked", Self.json]))
            let chunk = "64\r\n" + String(repeating: "x", count: 100) + "\r\n"
            for _ in 0..<11 { try client.send(chunk) }
            #expect(try client.answer().status == 413)
            #expect(try client.isAtEnd())
        }
    }

    @Test("A limit that is exceeded is told before the body comes")
    func early() async throws {
        try await withServer(rules: Self.small, routes: [Self.echo]) { server throws in
            let client = try server.client()
            try client.send(server.head("POST /echo", ["Content-Length: 2000", Self.json]))
            #expect(try client.answer().status == 413)
        }
    }

    @Test("All bodies together have a limit")
    func bodies() async throws {
        var rules = ServerRules()
        rules.limits.bodiesByteCount = 10_000
        try await withServer(rules: rules, routes: [Self.echo]) { server throws in
            let text = String(repeating: "x", count: 9_000)
            for _ in 0..<5 { #expect(try server.ask("POST /echo", body: text).status == 200) }
            #expect(try server.ask("POST /echo", body: text + text).status == 503)
            #expect(try server.ask("POST /echo", body: text).status == 200)
        }
    }

    @Test("Only JSON is taken, and nothing compressed")
    func kinds() async throws {
        try await withServer(routes: [Self.echo]) { server throws in
            func status(_ headers: String...) throws -> Int {
                try server.ask("POST /echo", headers: headers, body: "{}").status
            }
            #expect(try status("Content-Type: application/json; charset=utf-8") == 200)
            #expect(try status("Content-Type: APPLICATION/JSON") == 200)
            for type in [
                "text/plain", "application/x-www-form-urlencoded", "", "application/jsonx",
            ] {
                #expect(try status("Content-Type: \(type)") == 415)
            }
            for coding in ["gzip", "identity", "br", ""] {
                #expect(try status("Content-Encoding: \(coding)", Self.json) == 415)
            }
            #expect(try server.ask("POST /echo").status == 200)
            #expect(try server.ask("GET /", headers: ["Content-Type: text/plain"]).status == 200)
        }
    }

    @Test(
        "A message that could be read in two ways is none",
        arguments: [
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: 5\r\nContent-Length: 5", "Content-Length: -1", "Content-Length: 5x",
            "Content-Length: +5", "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: xchunked",
            "Transfer-Encoding : chunked", "Content-Length: 5,5", "X: a\r\n folded", "X y: z",
            ": z",
            "X: a\u{0}b",
        ]
    )
    func smuggling(headers: String) async throws {
        try await withServer(routes: [Self.echo]) { server throws in
            let client = try server.client()
            try client.send(server.head("POST /echo", [headers, Self.json]) + "0\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == 400)
            #expect(try answer.error().hasPrefix("Bad request"))
            #expect(try client.isAtEnd())
        }
    }

    @Test(
        "Bytes that are no request are told so, and the connection ends",
        arguments: [
            "nonsense\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
            "\u{0}\u{1}\u{2}\u{3}\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
        ]
    )
    func nonsense(text: String) async throws {
        try await withServer { server throws in
            let client = try server.client()
            try client.send(text)
            #expect(try client.answer().status == 400)
            #expect(try client.isAtEnd())
            #expect(try server.ask("GET /healthz").status == 200)
        }
    }

    @Test("A header has a limit")
    func headerSize() async throws {
        try await withServer { server throws in
            let client = try server.client()
            let long = "X-Long: " + String(repeating: "a", count: 90 << 10)
            try client.send(server.head("GET /healthz", [long]))
            #expect(try client.answer().status == 431)
            let fine = "X-Long: " + String(repeating: "a", count: 60 << 10)
            #expect(try server.ask("GET /healthz", headers: [fine]).status == 200)
        }
        #expect(ServerLimits().headerByteCount == 80 << 10)
    }

    @Test("A client that asks whether to send its body is told to, once it may")
    func continuing() async throws {
        try await withServer(rules: Self.small, routes: [Self.echo]) { server throws in
            let expect = ["Expect: 100-continue", Self.json]
            let client = try server.client()
            try client.send(server.head("POST /echo", ["Content-Length: 5"] + expect))
            #expect(try client.answer(hasBody: false).status == 100)
            try client.send("hello")
            #expect(try client.answer().result() as? Int == 5)
            // The connection goes on.
            try client.send(server.head("GET /healthz"))
            #expect(try client.answer().status == 200)
            try client.send(server.head("POST /echo", ["Content-Length: 5000"] + expect))
            #expect(try client.answer().status == 413)
        }
    }

    @Test("A client without a key is not told to send its body")
    func refusedContinuing() async throws {
        try await withServer(routes: [Self.echo]) { server throws in
            _ = try server.issue("*:read")
            let client = try server.client()
            let headers = ["Content-Length: 5", "Expect: 100-continue", Self.json]
            try client.send(server.head("POST /echo", headers))
            #expect(try client.answer().status == 401)
        }
    }

    @Test("Headers that would make another method of it are passed over")
    func methodOverride() async throws {
        try await withServer { server throws in
            let headers = ["X-HTTP-Method-Override: DELETE", "X-Method-Override: DELETE"]
            #expect(try server.ask("GET /healthz?_method=DELETE", headers: headers).status == 200)
        }
    }

    @Test(
        "Every answer has the headers that keep it from being misused, and none names the software"
    )
    func standardHeaders() async throws {
        try await withServer { server throws in
            for (line, host) in [
                ("GET /", server.host), ("GET /none", server.host), ("GET /", "x"),
            ] {
                let client = try server.client()
                try client.send("\(line) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                let answer = try client.answer()
                #expect(answer.header("x-content-type-options") == "nosniff")
                #expect(answer.header("cache-control") == "no-store")
                #expect(answer.header("referrer-policy") == "no-referrer")
                #expect(answer.header("server") == nil)
                #expect(answer.header("strict-transport-security") == nil)
                #expect(answer.header("date")?.hasSuffix(" GMT") == true)
                #expect(answer.header("x-request-id")?.utf8.count == 16)
            }
        }
    }

    @Test("A request's own id comes back where it is a plain word")
    func requestID() async throws {
        try await withServer { server throws in
            func id(_ given: String) throws -> String? {
                try server.ask("GET /", headers: ["X-Request-Id: \(given)"]).header("x-request-id")
            }
            #expect(try id("abc-123_X") == "abc-123_X")
            for odd in ["a b", "<x>", "", String(repeating: "a", count: 65)] {
                #expect(try id(odd) != odd)
            }
        }
    }

    @Test("An answer has a limit")
    func answerSize() async throws {
        var rules = ServerRules()
        rules.limits.answerByteCount = 1000
        let long = Route(.get, "/long", .anyKey, title: "Long") { _ in
            .result("\"" + String(repeating: "x", count: 1000) + "\"")
        }
        try await withServer(rules: rules, routes: [long]) { server throws in
            let answer = try server.ask("GET /long")
            #expect(answer.status == 413)
            #expect(try answer.error().hasPrefix("Answer too large"))
        }
        #expect(ServerLimits().answerByteCount == 64 << 20)
    }
}
