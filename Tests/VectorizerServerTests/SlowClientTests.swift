import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// Clients that take their time, and work that does.
@Suite(.timeLimit(.minutes(60))) struct SlowClientTests {
    private static let echo = Route(.post, "/echo", .anyKey, title: "Echo") { request in
        .result("\(request.body.count)")
    }

    private static var impatient: ServerRules {
        var rules = ServerRules()
        rules.limits.headerSeconds = 1
        rules.limits.idleSeconds = 1
        rules.limits.graceSeconds = 1
        return rules
    }

    @Test("A connection that asks nothing, or never ends its header, is closed")
    func idle() async throws {
        try await withServer(rules: Self.impatient) { server throws in
            let silent = try server.client()
            let slow = try server.client()
            try slow.send("GET / HTTP/1.1\r\nHost: ")
            let asked = try server.client()
            try asked.send(server.head("GET /"))
            #expect(try asked.answer().status == 200)
            for client in [silent, slow, asked] { #expect(try client.isAtEnd()) }
        }
        #expect(ServerLimits().headerSeconds == 10 && ServerLimits().idleSeconds == 60)
    }

    @Test("A body that comes in too slowly is cut off")
    func slowBody() async throws {
        try await withServer(rules: Self.impatient, routes: [Self.echo]) { server throws in
            let client = try server.client()
            let headers = ["Content-Length: 1000", "Content-Type: application/json"]
            try client.send(server.head("POST /echo", headers) + "x")
            #expect(try client.answer().status == 408)
            #expect(try client.isAtEnd())
        }
        #expect(ServerLimits().graceSeconds == 10 && ServerLimits().bytesPerSecond == 1024)
    }

    @Test("A client that does not take its answer is cut off")
    func slowReader() async throws {
        let long = Route(.get, "/long", .anyKey, title: "Long") { _ in
            .text(String(repeating: "x", count: 40 << 20))
        }
        try await withServer(rules: Self.impatient, routes: [long]) { server throws in
            let client = try server.client()
            try client.send(server.head("GET /long"))
            try Deadline().wait { server.log.lines.contains { $0.contains("endpoint=/long") } }
            #expect(try client.isAtEnd())
        }
    }

    @Test("Hundreds of slow connections do not keep others from being answered")
    func manySlow() async throws {
        try await withServer { server throws in
            let slow = try (0..<200).map { _ in
                let client = try server.client()
                try client.send("GET / HTTP/1.1\r\nHo")
                return client
            }
            for _ in 0..<20 { #expect(try server.ask("GET /healthz").status == 200) }
            #expect(slow.count == 200)
        }
    }

    @Test("Connections above the limit wait until others end")
    func connections() async throws {
        var rules = ServerRules()
        rules.limits.connectionCount = 2
        try await withServer(rules: rules) { server throws in
            var held: [RawClient] = []
            for _ in 0..<2 {
                let client = try server.client()
                try client.send(server.head("GET /healthz"))
                #expect(try client.answer().status == 200)
                held.append(client)
            }
            let third = try server.client(timeoutSeconds: 1)
            try third.send(server.head("GET /healthz"))
            #expect(throws: RawClient.Failure.self) { try third.answer() }
            held.removeAll()
            try Deadline().wait { Self.status(third) == 200 }
        }
        #expect(ServerLimits().connectionCount == 1024)
    }

    @Test("A request that takes too long is ended, and the time can be made shorter")
    func timeout() async throws {
        let long = Route(.get, "/long", .anyKey, title: "Long") { request in
            while true { try request.deadline.cancellation.check() }
        }
        var rules = ServerRules()
        rules.limits.requestSeconds = 2
        try await withServer(rules: rules, routes: [long]) { server throws in
            let answer = try server.ask("GET /long?timeout=1")
            #expect(answer.status == 408)
            #expect(try answer.error().contains("1 seconds"))
            #expect(try server.ask("GET /long").error().contains("2 seconds"))
            #expect(try server.ask("GET /long?timeout=x").status == 400)
            #expect(try server.ask("GET /long?timeout=-1").status == 400)
            #expect(try server.ask("GET /long?timeout=0").status == 422)
        }
        #expect(ServerLimits().requestSeconds == 60)
    }

    @Test("When all threads work and the queue is full, more is refused, and free routes go on")
    func overload() async throws {
        let gate = DispatchSemaphore(value: 0)
        let begun = DispatchSemaphore(value: 0)
        let waits = Route(.get, "/waits", .anyKey, title: "Waits") { _ in
            begun.signal()
            return .result("\(gate.wait(timeout: Deadline().time) == .success)")
        }
        var rules = ServerRules()
        rules.limits.searchCount = 2
        rules.limits.queueLength = 3
        try await withServer(rules: rules, routes: [waits]) { server throws in
            let clients = try (0..<5).map { _ in
                let client = try server.client()
                try client.send(server.head("GET /waits"))
                return client
            }
            for _ in 0..<2 { #expect(begun.wait(timeout: Deadline().time) == .success) }
            try Deadline().wait { server.state.readCount == 5 }
            let refused = try server.ask("GET /issues")
            #expect(refused.status == 503 && refused.header("retry-after") == "1")
            #expect(try server.ask("GET /healthz").status == 200)
            for _ in 0..<5 { gate.signal() }
            for client in clients { #expect(try client.answer().status == 200) }
            try Deadline().wait { server.state.readCount == 0 }
            #expect(try server.ask("GET /issues").status == 200)
        }
        #expect(ServerLimits().queueLength == 256)
    }

    @Test("A client that goes away leaves nothing behind")
    func aborts() async throws {
        try await withServer(routes: [Self.echo]) { server throws in
            let headers = ["Content-Length: 100000", "Content-Type: application/json"]
            for _ in 0..<50 {
                let client = try server.client()
                try client.send(server.head("POST /echo", headers) + "half")
            }
            let body = String(repeating: "x", count: 100_000)
            #expect(try server.ask("POST /echo", body: body).result() as? Int == 100_000)
        }
    }

    private static func status(_ client: RawClient) -> Int? {
        do {
            return try client.answer().status
        } catch {
            return nil
        }
    }
}
