import Testing
import VectorStore
import VectorizerServer

/// Queries by vectors and by points.
@Suite(.timeLimit(.minutes(60))) struct QueryRouteTests {
    static let path = "POST /collections/docs/points"

    /// Four points of two components, in an unnamed field of one metric.
    static func fill(_ server: TestServer, _ distance: String) throws {
        try PointSamples.make(server, #"{"vectors":{"size":2,"distance":"\#(distance)"}}"#)
        try PointSamples.put(
            server,
            #"{"id":1,"vector":[1,0],"payload":{"c":"x","n":1}}"#,
            #"{"id":2,"vector":[3,4],"payload":{"c":"x","n":2}}"#,
            #"{"id":3,"vector":[0,2],"payload":{"c":"y","n":3}}"#,
            #"{"id":4,"vector":[-1,0.15],"payload":{"c":"y","n":4}}"#,
            PointSamples.plain("5", #"{"c":"z"}"#)
        )
    }

    private static func points(_ hits: (Int, String)...) -> String {
        let points = hits.map { #"{"id":\#($0),"version":0,"score":\#($1)}"# }
        return #"200 {"points":[\#(points.joined(separator: ","))]}"#
    }

    @Test("By dot product the largest comes first, and scores are the shortest decimals")
    func dot() async throws {
        try await withServer { server throws in
            try Self.fill(server, "Dot")
            try server.expect([
                (
                    Self.path + "/query", #"{"query":[0,1]}"#,
                    Self.points((2, "4.0"), (3, "2.0"), (4, "0.15"), (1, "0.0"))
                ),
                (
                    Self.path + "/query", #"{"query":{"nearest":[0,1]},"limit":1,"offset":1}"#,
                    Self.points((3, "2.0"))
                ),
                (
                    Self.path + "/query", #"{"query":[0,1],"score_threshold":0.15}"#,
                    Self.points((2, "4.0"), (3, "2.0"), (4, "0.15"))
                ),
                (
                    Self.path + "/query",
                    #"{"query":[0,1],"filter":{"must":{"key":"c","match":{"value":"y"}}}}"#,
                    Self.points((3, "2.0"), (4, "0.15"))
                ),
                (Self.path + "/query", #"{"query":[0,1],"offset":9}"#, Self.points()),
                (
                    Self.path + "/query", #"{"query":3,"params":{"hnsw_ef":8}}"#,
                    Self.points((2, "8.0"), (4, "0.3"), (1, "0.0"))
                ),
                (
                    Self.path + "/query",
                    #"{"query":[0,1],"limit":1,"with_payload":["n"],"with_vector":true,"#
                        + #""params":{"exact":true}}"#,
                    #"200 {"points":[{"id":2,"version":0,"score":4.0,"payload":{"n":2},"#
                        + #""vector":[3.0,4.0]}]}"#
                ),
            ])
        }
    }

    @Test("By distance the smallest comes first, and the threshold is the largest")
    func euclid() async throws {
        try await withServer { server throws in
            try Self.fill(server, "Euclid")
            try server.expect([
                (
                    Self.path + "/query",
                    #"{"query":[0,0],"limit":3,"filter":{"must":{"has_id":[1,2,3]}}}"#,
                    Self.points((1, "1.0"), (3, "2.0"), (2, "5.0"))
                ),
                (
                    Self.path + "/query", #"{"query":[3,0],"score_threshold":4}"#,
                    Self.points((1, "2.0"), (3, "3.6055512"), (2, "4.0"))
                ),
            ])
        }
    }

    @Test("By direction the score is the cosine, and vectors are told with length 1")
    func cosine() async throws {
        try await withServer { server throws in
            try Self.fill(server, "Cosine")
            try server.expect(
                Self.path + "/query",
                #"{"query":[0,7],"limit":2,"with_vector":true}"#,
                #"200 {"points":[{"id":3,"version":0,"score":1.0,"vector":[0.0,1.0]},"#
                    + #"{"id":2,"version":0,"score":0.8,"vector":[0.6,0.8]}]}"#
            )
        }
    }

    @Test("Without a query points come by their ids, by chance, or in the order of a value")
    func withoutVectors() async throws {
        try await withServer { server throws in
            try Self.fill(server, "Dot")
            let y = #"{"must":{"key":"c","match":{"value":"y"}}}"#
            try server.expect([
                (
                    Self.path + "/query", "{}",
                    Self.points((1, "1.0"), (2, "1.0"), (3, "1.0"), (4, "1.0"), (5, "1.0"))
                ),
                (
                    Self.path + "/query", #"{"limit":1,"offset":1,"filter":\#(y)}"#,
                    Self.points((4, "1.0"))
                ),
                (
                    Self.path + "/query", #"{"query":{"order_by":"n"}}"#,
                    "400 Bad request: No range index for `order_by` key: `n`…"
                ),
                (
                    "PUT /collections/docs/index", #"{"field_name":"n","field_schema":"integer"}"#,
                    PointSamples.said
                ),
                (
                    Self.path + "/query",
                    #"{"query":{"order_by":{"key":"n","direction":"desc"}},"#
                        + #""limit":2,"filter":\#(y)}"#,
                    #"200 {"points":[{"id":4,"version":0,"score":1.0,"order_value":4},"#
                        + #"{"id":3,"version":0,"score":1.0,"order_value":3}]}"#
                ),
                (
                    Self.path + "/query", #"{"query":{"order_by":"n"},"score_threshold":1}"#,
                    "400 Bad request: Can't use score_threshold with an order_by query."
                ),
            ])
            for limit in [1, 2, 5, 9] {
                let body = #"{"query":{"sample":"random"},"limit":\#(limit)}"#
                let sample = try server.ids(Self.path + "/query", body)
                #expect(Set(sample).count == min(limit, 5) && sample.count == min(limit, 5))
            }
            let some = #"{"query":{"sample":"random"},"filter":\#(y)}"#
            #expect(try server.ids(Self.path + "/query", some).sorted() == ["3", "4"])
        }
    }

    @Test("A point comes once for each value that a query sorts by, also in a small collection")
    func sortedByArrays() async throws {
        try await withServer { server throws in
            try PointSamples.make(server)
            try PointSamples.put(server, PointSamples.plain("1", #"{"n":[3,1,2]}"#))
            let index = #"{"field_name":"n","field_schema":"integer"}"#
            try server.expect("PUT /collections/docs/index", index, PointSamples.said)
            try server.expect(
                Self.path + "/query",
                #"{"query":{"order_by":"n"},"limit":2,"offset":1}"#,
                #"200 {"points":[{"id":1,"version":0,"score":1.0,"order_value":2},"#
                    + #"{"id":1,"version":0,"score":1.0,"order_value":3}]}"#
            )
        }
    }

    @Test(
        "Queries that are wrong are refused with the reason",
        arguments: [
            ("[", "400 Format error in JSON body: …"), (#"{"query":{}}"#, "400 Format error …"),
            (#"{"query":true}"#, "400 Format error …"), (#"{"query":"x"}"#, "400 Format error …"),
            (#"{"query":[]}"#, "422 Validation error …"),
            (#"{"query":[1]}"#, "400 Wrong input: Vector dimension error: expected dim: 2, got 1"),
            (#"{"query":[1e39,0]}"#, "400 Format error …"),
            (#"{"query":[1,2],"limit":0}"#, "422 Validation error …"),
            (#"{"query":[1,2],"offset":-1}"#, "400 Format error …"),
            (#"{"query":[1,2],"params":{"hnsw_ef":0}}"#, "422 Validation error …"),
            (
                #"{"query":[1,2],"using":"no"}"#,
                "400 Wrong input: Not existing vector name error: no"
            ),
            (#"{"query":1,"using":"no"}"#, "400 Wrong input: Not existing vector name error: no"),
            (
                #"{"query":{"indices":[1],"values":[1]}}"#,
                "400 Wrong input: Not existing vector name error: …"
            ),
            (#"{"query":99}"#, "404 Not found: No point with id 99 found"),
            (#"{"query":5}"#, "404 Not found: Point 5 has no vector `default`"),
            (#"{"query":{"discover":{}}}"#, "400 Bad request: discovery queries are not supported"),
            (#"{"query":{"fusion":"rrf"}}"#, "400 Bad request: Fusion queries need …"),
            (#"{"query":{"fusion":"x"},"prefetch":{"query":[1,2]}}"#, "400 Format error …"),
            (#"{"prefetch":{"query":[1,2]}}"#, "400 Bad request: A query is needed …"),
            (#"{"score_threshold":1}"#, "400 Bad request: A query is needed …"),
            (#"{"query":{"sample":"best"}}"#, "400 Format error …"),
            (#"{"query":[1,2],"filter":{"odd":[]}}"#, "400 Format error …"),
            (#"{"query":[1,2],"with_vector":["no"]}"#, "400 Wrong input: Not existing vector …"),
            (#"{"query":[1,2],"lookup_from":{}}"#, "400 Format error …"),
            (#"{"query":1,"lookup_from":{"collection":"x"}}"#, "404 Not found: Collection …"),
        ]
    )
    func refused(body: String, wanted: String) async throws {
        try await withServer { server throws in
            try Self.fill(server, "Dot")
            try server.expect(Self.path + "/query", body, wanted)
        }
    }

    @Test("Several queries are answered together or not at all")
    func batches() async throws {
        try await withServer { server throws in
            try Self.fill(server, "Dot")
            let one = #"{"query":[0,1],"limit":1}"#
            let hit = #"{"id":2,"version":0,"score":4.0}"#
            try server.expect([
                (
                    Self.path + "/query/batch", #"{"searches":[\#(one),{"limit":1}]}"#,
                    #"200 [{"points":[\#(hit)]},{"points":[{"id":1,"version":0,"score":1.0}]}]"#
                ),
                (Self.path + "/query/batch", #"{"searches":[]}"#, "200 []"),
                (Self.path + "/query/batch", #"{"searches":[\#(one),{"limit":0}]}"#, "422 …"),
                (Self.path + "/query/batch", #"{"searches":[\#(one),{"query":[1]}]}"#, "400 …"),
                (Self.path + "/query/batch", "{}", "400 Format error …"),
                (
                    Self.path + "/query/batch?timeout=0", #"{"searches":[]}"#,
                    "422 Validation error in query parameters: …"
                ),
                ("POST /collections/none/points/query", one, "404 Not found: Collection `none` …"),
                (
                    "POST /collections/none/points/query/batch", #"{"searches":[]}"#,
                    "404 Not found: Collection `none` …"
                ),
            ])
            let many = Array(repeating: "{}", count: 101).joined(separator: ",")
            try server.expect(Self.path + "/query/batch", #"{"searches":[\#(many)]}"#, "422 …")
        }
    }

    @Test("Older clients search and get recommendations in their own words")
    func older() async throws {
        try await withServer { server throws in
            try Self.fill(server, "Dot")
            let two = #"[{"id":2,"version":0,"score":4.0}]"#
            try server.expect([
                (Self.path + "/search", #"{"vector":[0,1],"limit":1}"#, "200 \(two)"),
                (
                    Self.path + "/search",
                    #"{"vector":{"name":"","vector":[0,1]},"top":1,"with_payload":true}"#,
                    #"200 [{"id":2,"version":0,"score":4.0,"payload":{"c":"x","n":2}}]"#
                ),
                (
                    Self.path + "/search/batch", #"{"searches":[{"vector":[0,1],"limit":1}]}"#,
                    "200 [\(two)]"
                ),
                (
                    Self.path + "/recommend", #"{"positive":[3],"negative":[[1,0]],"limit":2}"#,
                    #"200 [{"id":2,"version":0,"score":13.0},{"id":4,"version":0,"score":1.6}]"#
                ),
                (
                    Self.path + "/recommend/batch",
                    #"{"searches":[{"positive":[3],"limit":1}]}"#,
                    #"200 [[{"id":2,"version":0,"score":8.0}]]"#
                ),
                (Self.path + "/search", #"{"vector":[0,1]}"#, "400 Format error …"),
                (Self.path + "/search", #"{"vector":[0],"limit":1}"#, "400 Wrong input: …"),
                (Self.path + "/recommend", #"{"limit":1}"#, "422 Validation error …"),
                (Self.path + "/recommend", #"{"positive":[99],"limit":1}"#, "404 Not found: …"),
                (Self.path + "/recommend", #"{"negative":[1],"limit":1}"#, "400 Bad request: …"),
                (Self.path + "/search/batch", #"{"searches":[{}]}"#, "400 Format error …"),
                (Self.path + "/recommend/batch", #"{"searches":7}"#, "400 Format error …"),
            ])
        }
    }
}
