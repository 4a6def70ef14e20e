import Dispatch
import Foundation
import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// Snapshots of collections and of the store: made, listed, downloaded, removed.
@Suite(.timeLimit(.minutes(60))) struct SnapshotRouteTests {
    static let path = "/collections/docs/snapshots"

    /// A collection with all kinds of fields, some points and an alias.
    static func fill(_ server: TestServer) throws {
        try PointSamples.make(server)
        try PointSamples.put(
            server,
            #"{"id":1,"vector":{"text":[1,2],"words":{"indices":[3],"values":[1]}},"#
                + #""payload":{"a":1.0}}"#,
            #"{"id":2,"vector":{"image":[0,1]}}"#,
            PointSamples.plain("3", #"{"b":[]}"#)
        )
        try server.expect(
            "PUT /collections/docs/index",
            #"{"field_name":"a","field_schema":"float"}"#,
            PointSamples.said
        )
        try server.expect(
            "POST /collections/aliases",
            #"{"actions":[{"create_alias":{"alias_name":"other","collection_name":"docs"}}]}"#,
            "200 true"
        )
    }

    /// Everything that the server tells of the collection.
    static func state(_ server: TestServer, _ name: String = "docs") throws -> String {
        try server.told("GET /collections/\(name)")
            + server.told("POST /collections/\(name)/points/scroll", #"{"with_vector":true}"#)
    }

    /// Makes a snapshot and returns what is told of it.
    static func make(
        _ server: TestServer,
        _ path: String = path
    ) throws -> (name: String, checksum: String, size: Int) {
        let entry = try server.object("POST \(path)")
        return (
            try #require(entry["name"] as? String), try #require(entry["checksum"] as? String),
            try #require(entry["size"] as? Int)
        )
    }

    static func hash(_ bytes: [UInt8]) -> String {
        ContentHash(of: bytes).hexadecimal
    }

    @Test("A snapshot is made, listed, downloaded whole with its checksum, and removed")
    func life() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            try server.expect("GET \(Self.path)", nil, "200 []")
            let made = try Self.make(server)
            #expect(made.name.wholeMatch(of: /docs-[0-9]{14}-[0-9a-f]+\.snapshot/) != nil)
            let list =
                try server.ask("GET /collections/other/snapshots").result() as? [[String: Any]]
            #expect(list?.count == 1 && list?[0]["name"] as? String == made.name)
            #expect(list?[0]["checksum"] as? String == made.checksum)
            let time = list?[0]["creation_time"] as? String ?? ""
            #expect(
                time.wholeMatch(of: /[0-9]{4}-[0-9-]{5}T[0-9:]{8}(\.[0-9]+)?/) != nil,
                "\(time)"
            )
            let answer = try server.ask("GET \(Self.path)/\(made.name)")
            #expect(answer.status == 200 && answer.body.count == made.size)
            #expect(Self.hash(answer.body) == made.checksum)
            #expect(answer.header("content-type") == "application/octet-stream")
            #expect(answer.header("content-disposition")?.contains(made.name) == true)
            #expect(answer.header("content-length") == "\(made.size)")
            let names = TestArchive(reading: answer.body).entries.map(\.name)
            #expect(names.first == "repository.json" && names.count > 2)
            try server.expect([
                ("DELETE \(Self.path)/\(made.name)", nil, "200 true"),
                (
                    "DELETE \(Self.path)/\(made.name)", nil,
                    "404 Not found: Snapshot `\(made.name)` not found"
                ),
                ("GET \(Self.path)/\(made.name)", nil, "404 Not found: Snapshot …"),
                ("GET \(Self.path)", nil, "200 []"),
            ])
            #expect(try server.findings() == [])
        }
    }

    @Test("A large snapshot goes out in pieces, and a HEAD has none of it")
    func large() async throws {
        try await withServer { server throws in
            try PointSamples.make(server, #"{"vectors":{"size":512,"distance":"Dot"}}"#)
            var random = SplitMix64(seed: 5)
            for batch in 0..<4 {
                let points = (0..<150).map { number in
                    let vector = (0..<512).map { _ in "\(Float(random.next() % 100_000) / 7)" }
                    return
                        #"{"id":\#(batch * 150 + number),"#
                        + #""vector":[\#(vector.joined(separator: ","))]}"#
                }
                try PointSamples.put(server, points.joined(separator: ","))
            }
            let made = try Self.make(server)
            #expect(made.size > 1 << 20)
            let answer = try server.ask("GET \(Self.path)/\(made.name)")
            #expect(Self.hash(answer.body) == made.checksum)
            // A client that goes away in the middle harms nobody.
            let client = try server.client()
            try client.send(server.head("GET \(Self.path)/\(made.name)"))
            _ = try client.answer(hasBody: false)
            client.endOutput()
            try server.expect("GET /collections/docs/exists", nil, #"200 {"exists":true}"#)
        }
    }

    @Test("Work that is not waited for is accepted, and is done soon")
    func notWaiting() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            func wait(for count: Int) throws -> [[String: Any]] {
                let deadline = DispatchTime.now() + 30
                while DispatchTime.now() < deadline {
                    let list = try server.ask("GET \(Self.path)").result() as? [[String: Any]] ?? []
                    if list.count == count, list.allSatisfy({ $0["checksum"] != nil }) {
                        return list
                    }
                }
                return []
            }
            let answer = try server.ask("POST \(Self.path)?wait=false")
            #expect(answer.status == 202 && answer.text.contains(#""status":"accepted""#))
            let list = try wait(for: 1)
            let name = try #require(list.first?["name"] as? String)
            #expect(try server.ask("DELETE \(Self.path)/\(name)?wait=false").status == 202)
            _ = try wait(for: 0)
            try server.expect("GET \(Self.path)", nil, "200 []")
            #expect(try server.ask("DELETE \(Self.path)/\(name)?wait=false").status == 404)
        }
    }

    @Test("Snapshots of the whole store are a list of their own")
    func full() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let made = try Self.make(server, "/snapshots")
            #expect(made.name.hasPrefix("full-"))
            let answer = try server.ask("GET /snapshots/\(made.name)")
            #expect(Self.hash(answer.body) == made.checksum)
            #expect(try server.told("GET /snapshots").contains(made.name))
            try server.expect([
                ("GET \(Self.path)", nil, "200 []"),
                ("GET \(Self.path)/\(made.name)", nil, "404 Not found: Snapshot …"),
                ("DELETE /snapshots/\(made.name)", nil, "200 true"),
                ("DELETE /snapshots/\(made.name)", nil, "404 Not found: Snapshot …"),
                ("GET /snapshots", nil, "200 []"),
            ])
            let answered = try server.ask("POST /snapshots?wait=false")
            #expect(answered.status == 202)
        }
    }

    @Test("Missing collections, odd names and bad parameters lead to no file")
    func refused() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let made = try Self.make(server)
            for name in [
                "..%2f..%2fstore%2fcatalog.sqlite", "%2e%2e", "..", "x.snapshot%00",
                "\(made.name).checksum", "%2Fetc%2Fpasswd", ".snapshot", "x%20.snapshot",
                String(repeating: "x", count: 300) + ".snapshot", "none.snapshot", "tmp",
            ] {
                for method in ["GET", "DELETE"] {
                    for path in [Self.path, "/snapshots"] {
                        let status = try server.ask("\(method) \(path)/\(name)").status
                        #expect(
                            [400, 404, 405].contains(status),
                            "\(method) \(path)/\(name) \(status)"
                        )
                    }
                }
            }
            try server.expect([
                ("GET /collections/none/snapshots", nil, "404 Not found: Collection `none` …"),
                ("POST /collections/none/snapshots", nil, "404 Not found: Collection `none` …"),
                ("POST \(Self.path)?wait=x", nil, "400 Deserialize error …"),
                ("POST /snapshots?timeout=0", nil, "422 Validation error …"),
                ("DELETE \(Self.path)/\(made.name)?wait=x", nil, "400 Deserialize error …"),
            ])
            let list = try server.ask("GET \(Self.path)").result() as? [[String: Any]]
            #expect(list?.count == 1)
        }
    }

    @Test("Files that are no snapshots are not listed, and a snapshot without a checksum is")
    func foreignFiles() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let made = try Self.make(server)
            let folder = server.store.path + "/snapshots/collections/docs/"
            try FileManager.default.removeItem(atPath: folder + made.name + ".checksum")
            for name in ["notes.txt", ".hidden.snapshot", "a b.snapshot"] {
                try Data("x".utf8).write(to: URL(filePath: folder + name))
            }
            try FileManager.default.createSymbolicLink(
                atPath: folder + "link.snapshot",
                withDestinationPath: "/etc/passwd"
            )
            let list = try server.ask("GET \(Self.path)").result() as? [[String: Any]] ?? []
            #expect(list.first { $0["name"] as? String == made.name }?["checksum"] == nil)
            #expect(!list.contains { ($0["name"] as? String)?.contains("hidden") == true })
            let link = try server.ask("GET \(Self.path)/link.snapshot")
            #expect(link.status == 404, "\(link.status)")
            try Data("short".utf8).write(to: URL(filePath: folder + made.name + ".checksum"))
            #expect(!(try server.told("GET \(Self.path)")).contains("checksum"))
        }
    }

    @Test("Only a manager of the collection, or of the store, gets at its snapshots")
    func scopes() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let made = try Self.make(server)
            let reader = try server.issue("docs:read", "docs:write").secret.reveal()
            let admin = try server.issue("docs:admin").secret.reveal()
            try server.waitUntilKeysAreNeeded()
            let file = "\(Self.path)/\(made.name)"
            for line in ["GET \(file)", "GET \(Self.path)", "POST \(Self.path)", "DELETE \(file)"] {
                #expect(try server.ask(line, key: reader).status == 403, "\(line)")
            }
            for line in ["GET /snapshots", "POST /snapshots", "GET /snapshots/x.snapshot"] {
                #expect(try server.ask(line, key: admin).status == 403, "\(line)")
            }
            #expect(try server.ask("GET \(file)", key: admin).status == 200)
            #expect(try server.ask("GET \(file)").status == 401)
        }
    }
}
