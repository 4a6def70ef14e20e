import Foundation
import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// Bodies that are files: sent and taken piece by piece.
@Suite(.timeLimit(.minutes(60))) struct FileBodyTests {
    private static let download = Route(.get, "/file", .anyKey, title: "A file") { request in
        RouteAnswer(
            body: .file(
                path: request.store.path + "/big",
                contentType: "application/octet-stream"
            )
        )
    }

    private static let upload = Route(.post, "/upload", .store(.admin), body: .upload, title: "Up")
    {
        request in
        guard let upload = request.upload else { return .result("[]") }
        let bytes = try upload.read(upload.byteCount, at: 0)
        return .result("[\(bytes.count),\(bytes.reduce(0) { $0 &+ Int($1) })]")
    }

    private static let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    private static let kind = "Content-Type: multipart/form-data; boundary=XyZ"

    private static func leftovers(_ server: TestServer) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: server.directory.path)
            .filter { $0.contains("upload-") }
    }

    /// Whether nothing is left, soon: a spool lives as long as the work that reads it.
    private static func isClean(_ server: TestServer) throws -> Bool {
        let end = Date.now + 20
        while Date.now < end {
            if try leftovers(server).isEmpty { return true }
        }
        return false
    }

    @Test("A file goes out whole, on a connection that goes on")
    func sending() async throws {
        try await withServer(routes: [Self.download]) { server throws in
            _ = try server.directory.file("big", Self.bytes)
            let client = try server.client()
            for _ in 0..<2 {
                try client.send(server.head("GET /file"))
                let answer = try client.answer()
                #expect(answer.status == 200 && answer.body == Self.bytes)
                #expect(answer.header("content-type") == "application/octet-stream")
            }
            _ = try server.directory.file("big", "")
            #expect(try server.ask("GET /file").header("content-length") == "0")
        }
    }

    @Test(
        "An upload comes to its route as a file, which is gone afterwards",
        arguments: [7, 3_000_000]
    )
    func taking(count: Int) async throws {
        try await withServer(routes: [Self.upload]) { server throws in
            let bytes = Array(Self.bytes.prefix(count))
            let body = bytes
            let client = try server.client()
            for _ in 0..<2 {
                let head = server.head(
                    "POST /upload",
                    ["Content-Length: \(body.count)", Self.kind]
                )
                try client.send(Array(head.utf8) + body)
                let sum = bytes.reduce(0) { $0 &+ Int($1) }
                #expect(try client.answer().result() as? [Int] == [count, sum])
            }
            #expect(try Self.isClean(server))
        }
    }

    @Test("An upload without a key, of another kind or too long leaves nothing on the medium")
    func refusing() async throws {
        var rules = ServerRules()
        rules.limits.uploadByteCount = 1000
        try await withServer(rules: rules, routes: [Self.upload]) { server throws in
            let small = "small"
            func status(_ headers: [String], key: String? = nil) throws -> Int {
                try server.ask("POST /upload", key: key, headers: headers, body: small).status
            }
            #expect(try status([Self.kind]) == 200)
            #expect(try status(["Content-Type: application/json"]) == 415)
            let client = try server.client()
            try client.send(server.head("POST /upload", ["Transfer-Encoding: chunked", Self.kind]))
            let chunk = "100\r\n" + String(repeating: "x", count: 256) + "\r\n"
            for _ in 0..<5 { try client.send(chunk) }
            #expect(try client.answer().status == 413)
            _ = try server.issue("*:read")
            let end = Date.now + 10
            while try server.ask("GET /cluster").status != 401, Date.now < end {}
            let stranger = try server.client()
            try stranger.send(
                server.head("POST /upload", ["Content-Length: 900", Self.kind]) + "--"
            )
            #expect(try stranger.answer().status == 401)
            #expect(try Self.isClean(server))
        }
    }

    @Test("A client that goes away in the middle of an upload leaves nothing on the medium")
    func abort() async throws {
        try await withServer(routes: [Self.upload]) { server throws in
            do {
                let client = try server.client()
                let head = server.head("POST /upload", ["Content-Length: 9000000", Self.kind])
                try client.send(Array(head.utf8) + Self.bytes)
            }
            #expect(try Self.isClean(server))
        }
    }

    @Test(
        "A form that is malformed has no snapshot in it",
        arguments: [
            "", "--", "--b", "--b--", "--b\r\n", "--b\r\n\r\nx", "x--b\r\n\r\n\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"snapshot\"\r\n\r\nno end",
            "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"snapshot\"\r\n\r\nx\r\n--b--",
            "--b\r\n" + String(repeating: "h", count: 20_000) + "\r\n\r\nx\r\n--b--",
        ]
    )
    func malformed(text: String) async throws {
        try await withServer { server throws in
            let answer = try server.ask(
                "POST /collections/docs/snapshots/upload",
                headers: ["Content-Type: multipart/form-data; boundary=b"],
                body: text
            )
            #expect(answer.status == 400)
            #expect(try server.store.collections().isEmpty)
            #expect(try Self.isClean(server))
        }
    }
}
