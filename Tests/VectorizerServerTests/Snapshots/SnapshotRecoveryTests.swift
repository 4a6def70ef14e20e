import Dispatch
import Foundation
import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// Bringing collections back from snapshots that are sent, and from those that are here.
@Suite(.timeLimit(.minutes(60))) struct SnapshotRecoveryTests {
    private typealias Samples = SnapshotRouteTests
    private static let path = SnapshotRouteTests.path
    private static let damaged =
        "400 Wrong input: the snapshot is damaged, or is none of one collection"

    /// A form with one file.
    private static func form(
        _ content: [UInt8],
        boundary: String = "b0undary",
        name: String = "snapshot"
    ) -> [UInt8] {
        let head =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"; "
            + "filename=\"s.snapshot\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        return Array(head.utf8) + content + Array("\r\n--\(boundary)--\r\n".utf8)
    }

    /// Sends a body to the route for uploads.
    private static func upload(
        _ server: TestServer,
        _ body: [UInt8],
        to name: String = "docs",
        query: String = "",
        type: String = "multipart/form-data; boundary=b0undary",
        key: String? = nil
    ) throws -> RawAnswer {
        let client = try server.client()
        var headers = ["Content-Length: \(body.count)", "Content-Type: \(type)"]
        if let key { headers.append("api-key: \(key)") }
        let line = "POST /collections/\(name)/snapshots/upload\(query)"
        try client.send(Array(server.head(line, headers).utf8) + body)
        return try client.answer()
    }

    private static func leftovers(_ server: TestServer) throws -> [String] {
        let root = server.store.path
        let temporary = root + "/snapshots/tmp"
        var names = try FileManager.default.contentsOfDirectory(atPath: root)
            .filter { $0.hasPrefix("restore-") }
        if FileManager.default.fileExists(atPath: temporary) {
            names += try FileManager.default.contentsOfDirectory(atPath: temporary)
        }
        return names
    }

    @Test("A snapshot that is sent becomes a new collection, with all that the old one told")
    func uploaded() async throws {
        try await withServer { server throws in
            try Samples.fill(server)
            let before = try Samples.state(server)
            let made = try Samples.make(server)
            let snapshot = try server.ask("GET \(Self.path)/\(made.name)").body
            for (name, query) in [
                ("copy", "?priority=snapshot&wait=true"), ("again", "?checksum=\(made.checksum)"),
                ("third", "?checksum=\(made.checksum.uppercased())"),
            ] {
                let answer = try Self.upload(server, Self.form(snapshot), to: name, query: query)
                #expect(try answer.status == 200 && answer.result() as? Bool == true)
                #expect(try Samples.state(server, name) == before)
            }
            #expect(try Self.leftovers(server) == [])
            #expect(try server.findings() == [])
            let quoted = "multipart/form-data; charset=utf-8; boundary=\"a b'c\""
            let body = Self.form(snapshot, boundary: "a b'c")
            #expect(try Self.upload(server, body, to: "fourth", type: quoted).status == 200)
        }
    }

    @Test("It takes the place of a collection that is there, whose aliases stay")
    func replacing() async throws {
        try await withServer { server throws in
            try Samples.fill(server)
            let before = try Samples.state(server)
            let made = try Samples.make(server)
            let snapshot = try server.ask("GET \(Self.path)/\(made.name)").body
            try server.expect(
                "POST /collections/docs/points/delete",
                #"{"filter":{}}"#,
                PointSamples.said
            )
            try server.expect("PATCH /collections/docs", #"{"metadata":{"x":1}}"#, "200 true")
            #expect(try Self.upload(server, Self.form(snapshot), to: "other").status == 200)
            #expect(try Samples.state(server) == before)
            #expect(try Samples.state(server, "other") == before)
            try server.expect(
                "GET /collections/docs/aliases",
                nil,
                #"200 {"aliases":[{"alias_name":"other","collection_name":"docs"}]}"#
            )
            try server.expect("GET /collections", nil, #"200 {"collections":[{"name":"docs"}]}"#)
            try PointSamples.put(server, PointSamples.plain("9"))
            #expect(try server.findings() == [])
        }
    }

    @Test("A snapshot is recovered from its file, by itself or over what became of the collection")
    func recovered() async throws {
        try await withServer { server throws in
            try Samples.fill(server)
            let before = try Samples.state(server)
            let made = try Samples.make(server)
            let file = server.store.path + "/snapshots/collections/docs/" + made.name
            for (name, location, more) in [
                ("docs", "file://\(file)", #","checksum":"\#(made.checksum.uppercased())""#),
                ("copy", "file://localhost\(file)", #","priority":"snapshot","api_key":null"#),
                ("odd", "file://\(file.replacing("docs", with: "d%6Fcs"))", ""),
            ] {
                try server.expect(
                    "PUT /collections/\(name)/snapshots/recover",
                    #"{"location":"\#(location)"\#(more)}"#,
                    "200 true"
                )
                #expect(try Samples.state(server, name) == before)
            }
            #expect(try Self.leftovers(server) == [])
        }
    }

    @Test("Locations elsewhere are refused, and nothing is read or fetched")
    func foreign() async throws {
        try await withServer { server throws in
            try Samples.fill(server)
            let made = try Samples.make(server)
            let root = server.store.path
            let folder = root + "/snapshots"
            let outside = server.directory.path + "/outside.snapshot"
            try FileManager.default.copyItem(
                atPath: folder + "/collections/docs/" + made.name,
                toPath: outside
            )
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/collections/docs/link.snapshot",
                withDestinationPath: outside
            )
            for location in [
                "http://127.0.0.1:\(server.port)/", "https://example.com/x.snapshot", "ftp://x/y",
                "file://\(outside)", "file:///etc/passwd", "file://example.com\(folder)/x.snapshot",
                "file://\(folder)/../store/catalog.sqlite", "file://\(folder)/full/none.snapshot",
                "file://\(folder)/collections/docs/../../../outside.snapshot", "file:",
                "file://\(folder)/collections/docs/link.snapshot", "file:x", "file://%",
                "file://\(folder)/collections/docs/%2e%2e/%2e%2e/x.snapshot", "file:///%00",
                "file://\(folder)/collections/docs/\(made.name).checksum", "file://\(folder)",
                "file://\(folder)/collections//\(made.name)", "", "\(folder)/x",
                "file://\(folder)/a/b/c/d.snapshot",
            ] {
                let body = #"{"location":"\#(location)"}"#
                let answer = try server.ask("PUT /collections/new/snapshots/recover", body: body)
                #expect([400, 403].contains(answer.status), "\(location): \(answer.status)")
            }
            try server.expect([
                ("PUT \(Self.path)/recover", "{}", "400 Format error in JSON body: …"),
                ("PUT \(Self.path)/recover", #"{"location":7}"#, "400 Format error …"),
                (
                    "PUT \(Self.path)/recover", #"{"location":"file:","priority":"mine"}"#,
                    "400 Format error …"
                ),
                (
                    "PUT \(Self.path)/recover",
                    #"{"location":"file://\#(folder)/collections/docs/\#(made.name)","#
                        + #""checksum":"00"}"#,
                    Self.damaged
                ),
                ("GET /collections/new/exists", nil, #"200 {"exists":false}"#),
            ])
            #expect(try Self.leftovers(server) == [])
        }
    }

    @Test("A manager of one collection does not get another's points out of its snapshots")
    func scopes() async throws {
        try await withServer { server throws in
            try Samples.fill(server)
            let made = try Samples.make(server)
            let full = try Samples.make(server, "/snapshots")
            let folder = "file://" + server.store.path + "/snapshots"
            let key = try server.issue("mine:admin", "mine:read").secret.reveal()
            try server.waitUntilKeysAreNeeded()
            for file in ["collections/docs/" + made.name, "full/" + full.name] {
                let answer = try server.ask(
                    "PUT /collections/mine/snapshots/recover",
                    key: key,
                    body: #"{"location":"\#(folder)/\#(file)"}"#
                )
                #expect([400, 403, 404].contains(answer.status), "\(file): \(answer.status)")
            }
            let all = try server.issue("*:admin", "*:read").secret.reveal()
            let body = #"{"location":"\#(folder)/collections/docs/\#(made.name)"}"#
            let line = "PUT /collections/mine/snapshots/recover"
            #expect(try server.ask(line, key: all, body: body).status == 200)
            let snapshot = try server.ask("GET /collections/docs/snapshots/\(made.name)", key: all)
                .body
            let form = Self.form(snapshot)
            #expect(try Self.upload(server, form, to: "docs", key: key).status == 404)
            #expect(try Self.upload(server, form, to: "mine", key: key).status == 200)
        }
    }

    @Test("Forms that are none, and files that are no snapshot, change nothing")
    func badUploads() async throws {
        try await withServer { server throws in
            try Samples.fill(server)
            let before = try Samples.state(server)
            let made = try Samples.make(server)
            let snapshot = try server.ask("GET \(Self.path)/\(made.name)").body
            let good = Self.form(snapshot)
            let type = "multipart/form-data; boundary=b0undary"
            let long = "--b0undary\r\n" + String(repeating: "x", count: 20_000) + "\r\n\r\n"
            let noName = "--b0undary\r\nContent-Type: text/plain\r\n\r\nx\r\n--b0undary--\r\n"
            for (body, type, what) in [
                (good, "multipart/form-data", "no boundary"),
                (good, "multipart/form-data; boundary=", "an empty boundary"),
                (good, "multipart/form-data; boundary=other", "another boundary"),
                (
                    good, "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
                    "long"
                ),
                (Array(good.dropLast(4)), type, "no end"), (Array("--b0undary".utf8), type, "cut"),
                (Array("--b0undary\r\n\r\n".utf8), type, "no header"),
                (Array(long.utf8), type, "a long header"), (Array(noName.utf8), type, "no name"),
                (Self.form(snapshot, name: "file"), type, "another name"), ([1], type, "a byte"),
                (Self.form([]), type, "an empty file"),
                (Self.form(Array("nonsense".utf8)), type, "nonsense"),
                (Self.form(Array(snapshot.dropLast(2000))), type, "a cut file"),
                (
                    Array(
                        "--b0undary\r\nContent-Disposition: form-data; name=\"snapshot\"\r\n\r\n"
                            .utf8
                    ),
                    type, "a header and nothing"
                ),
            ] as [([UInt8], String, String)] {
                let answer = try Self.upload(server, body, type: type)
                #expect(answer.status == 400, "\(what): \(answer.status) \(answer.text)")
            }
            let wrong = try Self.upload(server, good, query: "?checksum=00")
            #expect("\(wrong.status) \(try wrong.error())" == Self.damaged)
            #expect(try Self.upload(server, good, query: "?wait=x").status == 400)
            #expect(try Self.upload(server, good, to: "-bad").status == 422)
            #expect(try Self.upload(server, good, type: "application/json").status == 415)
            #expect(try Self.upload(server, [], type: type).status == 400)
            #expect(try Samples.state(server) == before)
            #expect(try Self.leftovers(server) == [])
            try server.expect("GET /collections", nil, #"200 {"collections":[{"name":"docs"}]}"#)
        }
    }

    @Test("A crafted archive is refused over the wire as it is in the engine")
    func crafted() async throws {
        try await withServer { server throws in
            try Samples.fill(server)
            let before = try Samples.state(server)
            let made = try Samples.make(server)
            let good = TestArchive(reading: try server.ask("GET \(Self.path)/\(made.name)").body)
            var archives: [TestArchive] = []
            for name in ["../../x", "/etc/x", "chunks/../x"] {
                archives.append(good)
                archives[archives.count - 1].entries[1].name = name
            }
            for kind in ["1", "2", "5", "6"] as [Character] {
                archives.append(good)
                archives[archives.count - 1].entries[1].kind = kind
            }
            archives.append(good)
            archives[archives.count - 1].entries[1].size = "77777777777"
            archives.append(good)
            archives[archives.count - 1].entries.append(good.entries[1])
            for archive in archives {
                let answer = try Self.upload(server, Self.form(archive.bytes))
                #expect("\(answer.status) \(try answer.error())" == Self.damaged)
            }
            #expect(try Samples.state(server) == before)
            #expect(try Self.leftovers(server) == [])
            #expect(try Self.upload(server, Self.form(good.bytes)).status == 200)
            #expect(server.log.lines.contains { $0.contains("a snapshot is refused") })
        }
    }

    @Test("A client that goes away in the middle of an upload leaves no file")
    func aborted() async throws {
        try await withServer { server throws in
            try Samples.fill(server)
            do {
                let client = try server.client()
                let headers = [
                    "Content-Length: 1000000",
                    "Content-Type: multipart/form-data; boundary=b0undary",
                ]
                try client.send(server.head("POST \(Self.path)/upload", headers))
                try client.send([UInt8](repeating: 1, count: 100_000))
            }
            let deadline = DispatchTime.now() + 20
            while try !Self.leftovers(server).isEmpty, DispatchTime.now() < deadline {
                try server.expect("GET /collections/docs/exists", nil, #"200 {"exists":true}"#)
            }
            #expect(try Self.leftovers(server) == [])
        }
    }
}
