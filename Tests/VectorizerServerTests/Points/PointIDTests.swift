import Testing
import VectorStore
import VectorizerServer

/// Ids on the wire, above all those that only the command line makes.
@Suite(.timeLimit(.minutes(60))) struct PointIDTests {
    private typealias Samples = PointSamples
    private static let path = PointSamples.path
    private static let texts = ["readme.md", "007", "A0000000-0000-4000-8000-00000000000A", "-5"]

    private static func prepare(_ store: Store) throws {
        let name = try CollectionName("docs")
        try store.createCollection(
            name,
            configuration: CollectionConfiguration(dimension: 2, metric: .dot)
        )
        var batch = PointBatch(dimension: 2)
        for (number, text) in (texts + ["3", "12"]).enumerated() {
            batch.append(
                id: try PointID(text),
                vector: [1, Float(number)],
                payload: #"{"text":"\#(text)"}"#.utf8
            )
        }
        _ = try store.write(batch, to: name)
    }

    private static func wireID(_ text: String) throws -> String {
        RequestPointID(try PointID(text)).text
    }

    @Test(
        "A point with another id is called by a UUID that never changes, in its place in the order"
    )
    func shown() async throws {
        let wire = try Self.texts.map(Self.wireID)
        #expect(Set(wire).count == wire.count)
        // Fixed for ever: clients keep them.
        #expect(
            wire.allSatisfy {
                $0.wholeMatch(of: /[0-9a-f-]{14}5[0-9a-f]{3}-[89ab][0-9a-f-]+/) != nil
            }
        )
        try await withServer(prepare: Self.prepare) { server throws in
            let body = #"{"with_payload":false}"#
            let page = try server.object("POST \(Self.path)/scroll", body)
            let points = try #require(page["points"] as? [[String: Any]])
            #expect(points.map { "\($0["id"] ?? "")" } == ["3", "12"] + wire.sorted())
            for limit in 1...6 {
                var (seen, offset) = ([String](), #""offset":null"#)
                for _ in 0..<7 {
                    let body = #"{"limit":\#(limit),\#(offset),"with_payload":false}"#
                    let page = try server.object("POST \(Self.path)/scroll", body)
                    seen += try #require(page["points"] as? [[String: Any]])
                        .map { "\($0["id"] ?? "")" }
                    if let next = page["next_page_offset"] as? String {
                        offset = #""offset":"\#(next)""#
                    } else if let next = page["next_page_offset"] as? Int {
                        offset = #""offset":\#(next)"#
                    } else {
                        break
                    }
                }
                #expect(seen == ["3", "12"] + wire.sorted(), "limit \(limit)")
            }
        }
    }

    @Test("By that UUID the point is read, searched with, changed, filtered and removed")
    func used() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let id = try Self.wireID("readme.md")
            let other = try Self.wireID("007")
            try server.expect([
                (
                    "GET \(Self.path)/\(id)", nil,
                    #"200 {"id":"\#(id)","payload":{"text":"readme.md"},"vector":[1.0,0.0]}"#
                ),
                (
                    "POST \(Self.path)/payload?wait=true",
                    #"{"payload":{"k":1},"points":["\#(id)"]}"#, Samples.done
                ),
                (
                    "PUT \(Self.path)/vectors?wait=true",
                    #"{"points":[{"id":"\#(id)","vector":[7,7]}]}"#, Samples.done
                ),
                (
                    "POST \(Self.path)", #"{"ids":["\#(id)"],"with_vector":true}"#,
                    #"200 [{"id":"\#(id)","payload":{"text":"readme.md","k":1},"#
                        + #""vector":[7.0,7.0]}]"#
                ),
                (
                    "PUT \(Self.path)?wait=true",
                    #"{"points":[{"id":"\#(id)","vector":[1,2],"payload":{"new":1}}]}"#,
                    Samples.done
                ),
                (
                    "POST \(Self.path)/count",
                    #"{"filter":{"should":[{"has_id":["\#(id)",3]},{"must_not":[{"has_id":["#
                        + #""\#(id)"]},{"has_id":[12,"\#(other)"]}]}]}}"#, #"200 {"count":4}"#
                ),
                (
                    "POST \(Self.path)/query",
                    #"{"query":[1,0],"filter":{"must":{"has_id":["\#(other)"]}}}"#,
                    #"200 {"points":[{"id":"\#(other)","version":0,"score":1.0}]}"#
                ),
                ("POST \(Self.path)/delete?wait=true", #"{"points":["\#(other)"]}"#, Samples.done),
                (
                    "POST \(Self.path)/query", #"{"query":"\#(id)","limit":1}"#,
                    #"200 {"points":[{"id":12,"version":0,"score":11.0}]}"#
                ),
            ])
            let payloads = try Samples.payloads(server)
            #expect(payloads["readme.md"] == #"{"new":1}"# && payloads["007"] == nil)
            #expect(payloads.count == 5)
        }
    }

    @Test("A UUID of version 5 that stands for no other id is an id of its own")
    func ownVersion5() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let id = "0b54a9c3-0000-5000-8000-00000000000a"
            try server.expect([
                ("GET \(Self.path)/\(id)", nil, "404 Not found: No point with id \(id) found"),
                (
                    "PUT \(Self.path)?wait=true", #"{"points":[{"id":"\#(id)","vector":[1,2]}]}"#,
                    Samples.done
                ),
                (
                    "GET \(Self.path)/\(id)", nil,
                    #"200 {"id":"\#(id)","payload":{},"vector":[1.0,2.0]}"#
                ),
            ])
            #expect(try Samples.payloads(server)[id] == "{}")
        }
    }

    @Test("What the command line adds while the server runs is found by its UUID at once")
    func addedLater() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let id = try Self.wireID("late")
            try server.expect("GET \(Self.path)/\(id)", nil, "404 Not found: …")
            let shell = try Store(path: server.store.path, options: StoreOptions(access: .write))
            var batch = PointBatch(dimension: 2)
            batch.append(id: try PointID("late"), vector: [1, 1], payload: "{}".utf8)
            _ = try shell.write(batch, to: CollectionName("docs"))
            try server.expect("GET \(Self.path)/\(id)", nil, #"200 {"id":"\#(id)",…"#)
        }
    }
}
