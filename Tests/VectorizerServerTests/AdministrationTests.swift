import Dispatch
import Foundation
import Glibc
import TestSupport
import Testing
import VectorStore
import VectorizerServer

/// What is under `/v1/`: keys, jobs, the audit trail, settings.
@Suite(.timeLimit(.minutes(60))) struct AdministrationTests {
    private static func prepare(_ store: Store) throws {
        let name = try CollectionName("docs")
        try store.createCollection(name, configuration: CollectionConfiguration(dimension: 2))
        var batch = PointBatch(dimension: 2)
        for number in 0..<50 {
            batch.append(
                id: try PointID("\(number)"),
                vector: [1, Float(number)],
                payload: "{}".utf8
            )
        }
        _ = try store.write(batch, to: name)
    }

    private typealias Object = [String: Any]

    // MARK: Keys

    @Test("A key is made, shown once, rotated and taken back")
    func keys() async throws {
        try await withServer { server throws in
            let made = try server.ask(
                "POST /v1/keys",
                body: #"{"name":"ops","scopes":["*:admin","*:read"]}"#
            )
            #expect(made.status == 201)
            let object = try #require(try made.result() as? Object)
            let key = try #require(object["key"] as? String)
            let id = try #require((object["info"] as? Object)?["id"] as? String)
            // From now on a key is needed, and that one is good.
            #expect(try server.ask("GET /v1/keys/\(id)", key: key).status == 200)
            let list = try server.ask("GET /v1/keys", key: key)
            #expect(!list.text.contains(key) && list.text.contains(id))
            let minted = try server.ask(
                "POST /v1/keys",
                key: key,
                body: #"{"name":"web","scopes":["docs:read"],"expires":"1d","rate":"9/min"}"#
            )
            let web = try #require(try minted.result() as? Object)
            let webID = try #require((web["info"] as? Object)?["id"] as? String)
            #expect((web["info"] as? Object)?["parent"] as? String == id)
            let rotated = try server.ask(
                "POST /v1/keys/\(webID)/rotate",
                key: key,
                body: #"{"overlap":"0"}"#
            )
            let fresh = try #require((try rotated.result() as? Object)?["key"] as? String)
            #expect(try server.ask("GET /cluster", key: fresh).status == 200)
            #expect(try server.ask("GET /cluster", key: web["key"] as? String).status == 401)
            #expect(try server.ask("DELETE /v1/keys/\(webID)", key: key).status == 200)
            #expect(try server.ask("GET /cluster", key: fresh).status == 401)
            #expect(try server.ask("GET /v1/keys/0000000000000000", key: key).status == 404)
            let audit = try server.ask("GET /v1/audit?action=key.rotate", key: key).text
            #expect(audit.contains("key:\(id)") && !audit.contains(key))
        }
    }

    @Test("A key hands out no more than it has")
    func descent() async throws {
        try await withServer { server throws in
            let key = try server.issue("docs:admin", "docs:read").secret.reveal()
            func status(_ body: String) throws -> Int {
                try server.ask("POST /v1/keys", key: key, body: body).status
            }
            #expect(try status(#"{"name":"a","scopes":["docs:read"],"expires":"never"}"#) == 201)
            for scope in ["*:read", "other:read", "docs:write"] {
                #expect(try status(#"{"name":"a","scopes":["\#(scope)"]}"#) == 403)
            }
            let reader = try server.issue("docs:read").secret.reveal()
            let refused = try server.ask(
                "POST /v1/keys",
                key: reader,
                body: #"{"name":"a","scopes":["docs:read"]}"#
            )
            #expect(refused.status == 403)
        }
    }

    @Test(
        "Requests for keys are strict",
        arguments: [
            ("[]", 400), ("{", 400), ("{}", 400), (#"{"name":"a"}"#, 400),
            (#"{"name":"a","scopes":"docs:read"}"#, 400),
            (#"{"name":1,"scopes":["docs:read"]}"#, 400),
            (#"{"name":"a","scopes":["docs:read"],"admin":true}"#, 400),
            (#"{"name":"a","scopes":["docs:fly"]}"#, 422), (#"{"name":"a","scopes":[]}"#, 400),
            (#"{"name":"","scopes":["docs:read"]}"#, 400),
            (#"{"name":"a","scopes":["docs:read"],"expires":"soon"}"#, 422),
            (#"{"name":"a","scopes":["docs:read"],"rate":"fast"}"#, 422),
            (#"{"name":"a","scopes":["docs:read"],"burst":1}"#, 422),
        ]
    )
    func strict(body: String, status: Int) async throws {
        try await withServer { server throws in
            #expect(try server.ask("POST /v1/keys", body: body).status == status)
            #expect(try server.store.keys.all().isEmpty)
        }
    }

    // MARK: Jobs

    private static func end(_ id: String, _ server: TestServer) throws -> Object {
        let deadline = DispatchTime.now() + 30
        while DispatchTime.now() < deadline {
            let job = try server.ask("GET /v1/jobs/\(id)").result() as? Object ?? [:]
            let state = job["state"] as? String ?? ""
            if !["queued", "running"].contains(state) { return job }
        }
        return [:]
    }

    private static func run(_ line: String, _ body: String, _ server: TestServer) throws -> Object {
        let answer = try server.ask(line, body: body)
        #expect(answer.status == 202)
        let id = try #require((try answer.result() as? Object)?["id"] as? String)
        return try end(id, server)
    }

    @Test("Verification, compaction and recall are jobs with a result")
    func jobs() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let verified = try Self.run(
                "POST /v1/verify",
                #"{"depth":"full","graph":true}"#,
                server
            )
            #expect(verified["state"] as? String == "done")
            #expect((verified["result"] as? Object)?["problems"] as? Int == 0)
            let compacted = try Self.run("POST /v1/compact", #"{"collection":"docs"}"#, server)
            let row = (compacted["result"] as? [Object])?.first
            #expect(row?["segments_after"] as? Int == 1)
            let recall = try Self.run("POST /v1/recall", #"{"collection":"docs","k":3}"#, server)
            #expect((recall["result"] as? Object)?["recall"] as? Double == 1)
            let list = try server.ask("GET /v1/jobs").result() as? [Object]
            #expect(list?.map { $0["kind"] as? String } == ["verify", "compact", "recall"])
        }
    }

    @Test(
        "Requests for jobs are strict",
        arguments: [
            ("verify", #"{"collection":"none"}"#, 404), ("verify", #"{"depth":"deep"}"#, 400),
            ("verify", #"{"colection":"docs"}"#, 400), ("recall", "{}", 400),
            ("recall", #"{"collection":"docs","k":0}"#, 422), ("compact", #"{"rebuild":1}"#, 400),
            ("backups", "{}", 400),
        ]
    )
    func strictJobs(kind: String, body: String, status: Int) async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            #expect(try server.ask("POST /v1/\(kind)", body: body).status == status)
            #expect(try server.ask("GET /v1/jobs/none").status == 404)
            #expect(try server.ask("POST /v1/jobs/none/cancel").status == 404)
        }
    }

    @Test("A backup goes into the one repository that the settings name, and is in the audit trail")
    func backups() async throws {
        let place = FileManager.default.temporaryDirectory.path + "/vectorizer-" + UUID().uuidString
        var rules = ServerRules()
        rules.backups = place
        try await withServer(rules: rules, prepare: Self.prepare) { server throws in
            #expect(try (server.ask("GET /v1/backups").result() as? [Object])?.isEmpty == true)
            let job = try Self.run("POST /v1/backups", #"{"tag":"nightly"}"#, server)
            #expect((job["result"] as? Object)?["points"] as? Int == 50)
            let list = try server.ask("GET /v1/backups").result() as? [Object]
            #expect(list?.count == 1 && list?[0]["tag"] as? String == "nightly")
            #expect(try server.ask("GET /v1/audit?action=backup.create").text.contains("snapshot"))
        }
        try FileManager.default.removeItem(atPath: place)
    }

    @Test("A job that is cancelled ends soon, and changes nothing")
    func cancelling() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let busy = DispatchSemaphore(value: 0)
            let gate = DispatchSemaphore(value: 0)
            for _ in 0..<2 {
                _ = try server.state.addJob {
                    busy.signal()
                    _ = gate.wait(timeout: Deadline().time)
                }
            }
            for _ in 0..<2 { #expect(busy.wait(timeout: Deadline().time) == .success) }
            let answer = try server.ask("POST /v1/compact", body: "{}")
            let id = try #require((try answer.result() as? Object)?["id"] as? String)
            #expect(try server.ask("POST /v1/jobs/\(id)/cancel").text.contains("cancelled"))
            gate.signal()
            gate.signal()
            #expect(try Self.end(id, server)["state"] as? String == "cancelled")
            #expect(try server.store.collection(CollectionName("docs")).segmentCount == 0)
        }
    }

    // MARK: The audit trail and the settings

    @Test("The audit trail is asked by time, key and action, in pages")
    func audit() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let all = try server.ask("GET /v1/audit").result() as? [Object]
            #expect(all?.contains { $0["action"] as? String == "collection.create" } == true)
            let none =
                try server.ask("GET /v1/audit?until=2001-01-01T00:00:00Z").result() as? [Object]
            #expect(none?.isEmpty == true)
            for (query, status) in [
                ("limit=0", 422), ("limit=1001", 422), ("limit=x", 400), ("since=now", 400),
                ("action=x", 400), ("limit=1", 200),
            ] {
                #expect(try server.ask("GET /v1/audit?\(query)").status == status, "\(query)")
            }
        }
    }

    @Test("Settings are changed all or none, hold at once, and leave the machine's own alone")
    func settings() async throws {
        try await withServer { server throws in
            func put(_ body: String) throws -> Int {
                try server.ask("PUT /v1/settings", body: body).status
            }
            #expect(try put(#"{"server.k":7,"server.points":8,"log_level":"info"}"#) == 200)
            #expect(server.state.limits.neighbourCount == 7 && server.state.limits.pointCount == 8)
            let shown = try server.ask("GET /v1/settings").result() as? Object
            let k = shown?["server.k"] as? Object
            #expect(k?["value"] as? String == "7" && k?["source"] as? String == "file")
            for (body, status) in [
                (#"{"server.k":9,"server.points":0}"#, 422), (#"{"wiat":1}"#, 422),
                (#"{"server.backups":"/tmp/x"}"#, 403), (#"{"log_file":"/tmp/x"}"#, 403),
                (#"{"server.listen":"0.0.0.0:1"}"#, 403), ("{}", 400), ("[]", 400),
                (#"{"server.k":[1]}"#, 422),
            ] {
                #expect(try put(body) == status, "\(body)")
            }
            #expect(server.state.limits.neighbourCount == 7)
            #expect(try put(#"{"server.k":null}"#) == 200)
            #expect(server.state.limits.neighbourCount == 10_000)
            #expect(try server.ask("GET /v1/audit?action=settings.set").text.contains("server.k"))
        }
    }

    @Test("Counts and sizes are told without a path")
    func stats() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let answer = try server.ask("GET /v1/stats")
            let object = try answer.result() as? Object
            #expect(object?["points"] as? Int == 50)
            #expect(!answer.text.contains(server.directory.path))
        }
    }
}
