import Testing
import VectorStore
import VectorizerServer

/// What one node has not.
@Suite(.timeLimit(.minutes(60))) struct NodeTests {
    private static func prepare(_ store: Store) throws {
        try store.createCollection(
            CollectionName("docs"),
            configuration: CollectionConfiguration(dimension: 2)
        )
    }

    @Test("There is no cluster, and what needs one is told so without a body")
    func standalone() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let status = try server.ask("GET /cluster").result() as? [String: String]
            #expect(status == ["status": "disabled"])
            let lines = [
                "POST /cluster/recover", "DELETE /cluster/peer/7", "POST /collections/docs/cluster",
                "PUT /collections/docs/shards", "POST /collections/docs/shards/delete",
            ]
            for line in lines {
                let answer = try server.ask(line)
                #expect(answer.status == 405)
                #expect(try answer.error().contains("standalone mode"))
            }
            #expect(try server.ask("GET /cluster/telemetry").status == 404)
        }
    }

    @Test("A collection is one active shard, and idle")
    func shard() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            let info = try server.ask("GET /collections/docs/cluster").text
            #expect(info.contains(#""shard_count":1"#) && info.contains(#""state":"Active""#))
            #expect(
                try server.ask("GET /collections/docs/shards").text.contains(#""shard_keys":[]"#)
            )
            #expect(
                try server.ask("GET /collections/docs/optimizations").text.contains(
                    #""running":[]"#
                )
            )
            for path in ["cluster", "shards", "optimizations"] {
                #expect(try server.ask("GET /collections/none/\(path)").status == 404)
            }
            for path in ["/issues", "/quotas", "/telemetry"] {
                #expect(try server.ask("GET \(path)").status == 200)
            }
            #expect(try server.ask("DELETE /issues").result() as? Bool == true)
        }
    }
}
