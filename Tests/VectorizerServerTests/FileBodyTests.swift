import Foundation
import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// Bodies that are files: sent and taken piece by piece.
@Suite(.timeLimit(.minutes(2))) struct FileBodyTests {
    private static let download = Route(.get, "/file", .anyKey, title: "A file") { request in
        RouteAnswer(
            body: .file(
                path: request.store.path + "/big",
                contentType: "application/octet-stream",
                isTemporary: request.query["gone"] == "true"
            )
        )
    }

    private static let upload = Route(.post, "/upload", .store(.admin), body: .upload, title: "Up")
    {
        request in
        let upload = try #require(request.upload)
        let file = try MultipartFile.find(
            "snapshot",
            in: upload.path,
            contentType: upload.contentType
        )
        let bytes = try Data(contentsOf: URL(filePath: upload.path))
        let part = bytes[file.offset..<file.offset + file.byteCount]
        return .result("[\(part.count),\(part.reduce(0) { $0 &+ Int($1) })]")
    }

    private static let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    private static func form(_ bytes: [UInt8]) -> [UInt8] {
        Array(
            ("--XyZ\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nno\r\n--XyZ\r\n"
                + "Content-Disposition: form-data; name=\"snapshot\"; filename=\"a\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n").utf8
        ) + bytes + Array("\r\n--XyZ--\r\n".utf8)
    }

    private static let kind = "Content-Type: multipart/form-data; boundary=XyZ"

    private static func leftovers(_ server: TestServer) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: server.directory.path)
            .filter { $0.hasPrefix("upload-") }
    }

    /// Whether nothing is left, soon: a spool lives as long as the work that reads it.
    private static func isClean(_ server: TestServer) throws -> Bool {
        let end = Date.now + 20
        while Date.now < end {
            if try leftovers(server).isEmpty { return true }
        }
        return false
    }

    @Test("A file goes out whole, and a temporary one is gone afterwards")
    func sending() async throws {
        try await withServer(routes: [Self.download]) { server throws in
            let path = try server.directory.file("big", Self.bytes)
            let client = try server.client()
            for _ in 0..<2 {
                try client.send(server.head("GET /file"))
                let answer = try client.answer()
                #expect(answer.status == 200 && answer.body == Self.bytes)
                #expect(answer.header("content-type") == "application/octet-stream")
            }
            #expect(try server.ask("GET /file?gone=true").body.count == Self.bytes.count)
            #expect(try server.ask("GET /file").status == 500)
            #expect(!FileManager.default.fileExists(atPath: path))
            _ = try server.directory.file("big", "")
            #expect(try server.ask("GET /file").header("content-length") == "0")
        }
    }

    @Test(
        "An upload comes to its route as a file, which is gone afterwards",
        arguments: [0, 7, 3_000_000]
    )
    func taking(count: Int) async throws {
        try await withServer(routes: [Self.upload]) { server throws in
            let bytes = Array(Self.bytes.prefix(count))
            let body = Self.form(bytes)
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
            let small = String(decoding: Self.form([1, 2, 3]), as: UTF8.self)
            func status(_ headers: [String], key: String? = nil) throws -> Int {
                try server.ask("POST /upload", key: key, headers: headers, body: small).status
            }
            #expect(try status([Self.kind]) == 200)
            #expect(try status(["Content-Type: application/json"]) == 415)
            #expect(try status(["Content-Type: multipart/form-data"]) == 400)
            #expect(try status(["Content-Type: multipart/form-data; boundary=Other"]) == 400)
            let client = try server.client()
            try client.send(server.head("POST /upload", ["Transfer-Encoding: chunked", Self.kind]))
            let chunk = "100\r\n" + String(repeating: "x", count: 256) + "\r\n"
            for _ in 0..<5 { try client.send(chunk) }
            #expect(try client.answer().status == 413)
            _ = try server.issue("*:read")
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
        "A form that is malformed has no file",
        arguments: [
            "", "--", "--b", "--b--", "--b\r\n", "--b\r\n\r\nx", "x--b\r\n\r\n\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"snapshot\"\r\n\r\nno end",
            "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--b--",
            "--b\r\n" + String(repeating: "h", count: 20_000) + "\r\n\r\nx\r\n--b--",
        ]
    )
    func malformed(text: String) throws {
        let folder = try ScratchDirectory()
        let path = try folder.file("form", text)
        #expect(throws: ServerError.self) {
            try MultipartFile.find(
                "snapshot",
                in: path,
                contentType: "multipart/form-data; boundary=b"
            )
        }
    }

    @Test("A boundary that lies across two windows is found")
    func windows() throws {
        let folder = try ScratchDirectory()
        for extra in 0..<12 {
            let head = "--bound\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n"
            let count = (1 << 20) - 6 + extra
            let text = head + String(repeating: "\r", count: count) + "\r\n--bound--"
            let path = try folder.file("form", text)
            let found = try MultipartFile.find(
                "f",
                in: path,
                contentType: "multipart/form-data; boundary=\"bound\""
            )
            #expect(found.offset == head.utf8.count && found.byteCount == count)
        }
    }
}
