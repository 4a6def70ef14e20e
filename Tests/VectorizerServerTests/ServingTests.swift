import Dispatch
import Foundation
import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// A running server, as a client sees it.
@Suite(.timeLimit(.minutes(60))) struct ServingTests {
    @Test("What is free is answered without a key")
    func free() async throws {
        try await withServer { server throws in
            let root = try server.ask("GET /")
            #expect(root.status == 200 && root.text.contains("\"version\":\"1.19."))
            for path in ["/healthz", "/livez"] {
                let answer = try server.ask("GET \(path)")
                #expect(answer.status == 200 && answer.text == "healthz check passed")
            }
            #expect(try server.ask("GET /readyz").text == "all shards are ready")
            #expect(try server.ask("GET /healthz/").status == 200)
        }
    }

    @Test("A server that is about to end is not ready")
    func notReady() async throws {
        try await withServer { server throws in
            server.state.isReady = false
            let answer = try server.ask("GET /readyz")
            #expect(answer.status == 503 && answer.text == "some shards are not ready")
        }
    }

    @Test("Unknown routes are 404, other methods 405, both in the dialect's envelope")
    func unknown() async throws {
        try await withServer { server throws in
            let missing = try server.ask("GET /none")
            #expect(missing.status == 404)
            #expect(try missing.error() == "Not found")
            let other = try server.ask("POST /healthz", body: "{}")
            #expect(other.status == 405 && other.header("allow") == "GET")
            #expect(try server.ask("OPTIONS /healthz").status == 405)
            #expect(try server.ask("HEAD /healthz").status == 405)
        }
    }

    @Test("One connection serves many requests, also when they come all at once")
    func keptAlive() async throws {
        try await withServer { server throws in
            let client = try server.client()
            for _ in 0..<3 {
                try client.send(server.head("GET /healthz"))
                #expect(try client.answer().status == 200)
            }
            try client.send(server.head("GET /") + server.head("GET /none") + server.head("GET /"))
            let statuses = try (0..<3).map { _ in try client.answer().status }
            #expect(statuses == [200, 404, 200])
            try client.send(server.head("GET /", ["Connection: close"]))
            #expect(try client.answer().header("connection") == "close")
            #expect(try client.isAtEnd())
        }
    }

    @Test("A body comes whole to its route, however it is sent")
    func bodies() async throws {
        let echo = Route(.post, "/echo", .anyKey, title: "Echo") { request in
            .result("\(request.body.count)")
        }
        try await withServer(routes: [echo]) { server throws in
            let text = String(repeating: "x", count: 200_000)
            #expect(try server.ask("POST /echo", body: text).result() as? Int == 200_000)
            let client = try server.client()
            try client.send(
                server.head(
                    "POST /echo",
                    ["Transfer-Encoding: chunked", "Content-Type: application/json"]
                )
            )
            for _ in 0..<3 { try client.send("5\r\nhello\r\n") }
            try client.send("0\r\n\r\n")
            #expect(try client.answer().result() as? Int == 15)
        }
    }

    @Test("Errors of the engine become answers")
    func engineErrors() async throws {
        let failing = Route(.post, "/fail", .anyKey, title: "Fails") { request in
            switch String(decoding: request.body, as: UTF8.self) {
            case "missing":
                throw VectorStoreError.collection(.notFound(name: "x", dataDirectory: "/secret"))
            case "full": throw VectorStoreError.system("write", "/secret", ENOSPC)
            case "damage":
                throw VectorStoreError.file(.corrupt(file: "/secret", offset: 1, reason: "crc"))
            default: throw CocoaError(.featureUnsupported)
            }
        }
        try await withServer(routes: [failing]) { server throws in
            let missing = try server.ask("POST /fail", body: "missing")
            #expect(missing.status == 404)
            #expect(try missing.error() == "Not found: Collection `x` doesn't exist!")
            for (body, status) in [("full", 507), ("damage", 500), ("other", 500)] {
                let answer = try server.ask("POST /fail", body: body)
                #expect(answer.status == status)
                #expect(!answer.text.contains("secret"))
            }
        }
    }

    @Test("A stop waits so long for a request, and then ends its work")
    func stoppingInTime() async throws {
        let began = DispatchSemaphore(value: 0)
        let endless = Route(.get, "/endless", .anyKey, title: "Never ends") { request in
            began.signal()
            while true { try request.deadline.cancellation.check() }
        }
        var rules = ServerRules()
        rules.limits.stopSeconds = 1
        // Nothing but the stop ends it.
        rules.limits.requestSeconds = 36_000
        try await withServer(rules: rules, routes: [endless]) { server throws in
            let client = try server.client()
            try client.send(server.head("GET /endless"))
            #expect(began.wait(timeout: Deadline().time) == .success)
        }
        #expect(ServerLimits().stopSeconds == 10)
    }

    @Test("A stop lets the present request end, and refuses new connections")
    func stopping() async throws {
        let began = DispatchSemaphore(value: 0)
        let slow = Route(.get, "/slow", .anyKey, title: "Takes a while") { request in
            began.signal()
            while !request.server.isStopping { usleep(1000) }
            return .result("true")
        }
        let answer = try await withServer(routes: [slow]) { server throws in
            let client = try server.client()
            try client.send(server.head("GET /slow"))
            #expect(began.wait(timeout: Deadline().time) == .success)
            return (client, server.port)
        }
        #expect(try answer.0.answer().status == 200)
        #expect(throws: RawClient.Failure.self) { try RawClient(port: answer.1) }
    }
}
