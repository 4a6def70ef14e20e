import Testing
import VectorStore
import VectorizerServer

/// Figures for monitoring.
@Suite(.timeLimit(.minutes(60))) struct MetricsTests {
    private static func prepare(_ store: Store) throws {
        try store.createCollection(
            CollectionName("docs"),
            configuration: CollectionConfiguration(dimension: 2)
        )
    }

    @Test("Requests are counted by route and status, and collections where that is asked for")
    func counts() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            for _ in 0..<3 { _ = try server.ask("GET /collections/docs/shards") }
            _ = try server.ask("GET /collections/none/shards")
            let answer = try server.ask("GET /metrics")
            #expect(answer.header("content-type")?.hasPrefix("text/plain") == true)
            let labels = #"method="GET",endpoint="/collections/{collection_name}/shards""#
            #expect(answer.text.contains("rest_responses_total{\(labels),status=\"200\"} 3\n"))
            #expect(answer.text.contains("rest_responses_total{\(labels),status=\"404\"} 1\n"))
            #expect(
                answer.text.contains(
                    "rest_responses_duration_seconds_count{\(labels),status=\"200\"} 3\n"
                )
            )
            #expect(answer.text.contains(#"le="+Inf"} 3"#))
            #expect(!answer.text.contains("collection=\"docs\""))
            let more = try server.ask("GET /metrics?per_collection=true").text
            #expect(more.contains("status=\"200\",collection=\"docs\"} 3\n"))
            // A name that nobody has made must not become a series.
            #expect(!more.contains("collection=\"none\""))
            #expect(try server.ask("GET /metrics?per_collection=2").status == 400)
        }
    }

    @Test("Every figure has a type and a help text, and every line reads as one")
    func form() async throws {
        try await withServer(prepare: Self.prepare) { server throws in
            _ = try server.ask("GET /none")
            let text = try server.ask("GET /metrics").text
            var types: Set<Substring> = []
            for line in text.split(separator: "\n") {
                if line.hasPrefix("# TYPE ") {
                    let isNew = types.insert(line.split(separator: " ")[2]).inserted
                    #expect(isNew, "\(line)")
                } else if !line.hasPrefix("#") {
                    let parts = line.split(separator: " ")
                    #expect(Double(parts.last ?? "") != nil, "\(line)")
                    let name = line.prefix { $0 != "{" && $0 != " " }
                    let known = types.contains { name == $0 || name.hasPrefix($0 + "_") }
                    #expect(known, "\(line)")
                }
            }
            for name in [
                "app_info", "collections_total", "collection_points", "memory_resident_bytes",
                "process_open_fds", "process_threads", "vectorizer_collection_segments",
                "vectorizer_collection_tail", "vectorizer_compactions_total",
                "vectorizer_lock_waits_total", "vectorizer_rejected_total",
            ] {
                #expect(types.contains { $0 == name }, "\(name)")
            }
        }
    }

    @Test("What is refused is counted by its reason")
    func rejections() async throws {
        try await withServer { server throws in
            let client = try server.client()
            try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try client.answer()
            #expect(
                try server.ask("GET /metrics").text.contains(#"rejected_total{reason="host"} 1"#)
            )
        }
    }
}
