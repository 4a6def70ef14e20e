import Testing
import VectorStore
import VectorizerServer

/// Recommendations and answers with variety.
@Suite(.timeLimit(.minutes(60))) struct LikenessTests {
    private static let query = "POST /collections/docs/points/query"

    private static func fill(_ server: TestServer, _ distance: String) throws {
        try PointSamples.make(
            server,
            #"{"vectors":{"size":2,"distance":"\#(distance)"},"sparse_vectors":{"s":{}}}"#
        )
        try PointSamples.put(
            server,
            #"{"id":1,"vector":{"":[1,0],"s":{"indices":[1],"values":[1]}}}"#,
            #"{"id":2,"vector":{"":[1,0.1],"s":{"indices":[1,2],"values":[1,1]}}}"#,
            #"{"id":3,"vector":{"":[0.9,0.2],"s":{"indices":[2],"values":[3]}}}"#,
            #"{"id":4,"vector":{"":[0,1],"s":{"indices":[3],"values":[1]}}}"#,
            #"{"id":5,"vector":{"":[-1,0]}}"#
        )
    }

    private static func recommend(_ members: String) -> String {
        #"{"query":{"recommend":{\#(members)}}}"#
    }

    @Test("The average of examples is searched for, away from those that are disliked")
    func average() async throws {
        try await withServer { server throws in
            try Self.fill(server, "Dot")
            // (1,0) + (1,0) - (0,1) = (2,-1)
            let body = Self.recommend(#""positive":[1,[1,0]],"negative":[4]"#)
            let hits = try server.hits(Self.query, body)
            #expect(hits.map(\.id) == ["2", "3", "5"])
            #expect(abs(hits[0].score - 1.9) < 1e-6 && abs(hits[2].score + 2) < 1e-6)
            try server.expect([
                (
                    Self.query, Self.recommend(#""positive":[[1,0],[1,0,0]]"#),
                    "400 Wrong input: the examples' vectors are of different dimensions"
                ),
                (
                    Self.query, Self.recommend(#""positive":[[1,0],{"indices":[1],"values":[1]}]"#),
                    "400 Wrong input: …"
                ),
                (Self.query, Self.recommend(#""positive":[77]"#), "404 Not found: …"),
                (Self.query, Self.recommend(#""positive":[]"#), "422 Validation error …"),
                (
                    Self.query, Self.recommend(#""negative":[1]"#),
                    "400 Bad request: At least one positive vector ID required with this strategy"
                ),
                (
                    Self.query, Self.recommend(#""positive":[1],"strategy":"luck""#),
                    "400 Format error …"
                ),
            ])
        }
    }

    @Test("By the best example each point is as good as the one that it is most like")
    func best() async throws {
        try await withServer { server throws in
            try Self.fill(server, "Dot")
            func squashed(_ value: Double) -> Double { 0.5 * (value / (1 + abs(value)) + 1) }
            let members = #""positive":[1],"negative":[4],"strategy":"best_score""#
            let hits = try server.hits(Self.query, Self.recommend(members))
            #expect(hits.map(\.id) == ["2", "3", "5"])
            for (hit, score) in zip(hits, [squashed(1), squashed(0.9), -squashed(0)]) {
                #expect(abs(hit.score - score) < 1e-6)
            }
            let only = #""negative":[4],"strategy":"best_score""#
            let away = try server.hits(Self.query, Self.recommend(only))
            #expect(Set(away.prefix(2).map(\.id)) == ["1", "5"] && away.last?.id == "3")
            #expect(away.allSatisfy { $0.score < 0 })
        }
    }

    @Test("By the sum of scores all examples count, and the threshold is about the sum")
    func sums() async throws {
        try await withServer { server throws in
            try Self.fill(server, "Euclid")
            let members = #""positive":[1,[1,0.2]],"negative":[5],"strategy":"sum_scores""#
            let hits = try server.hits(Self.query, Self.recommend(members))
            // Likeness is the negative square of the distance.
            let wanted = [
                ("2", -0.01 - 0.01 + 4.01), ("3", -0.05 - 0.01 + 3.65), ("4", -2 - 1.64 + 2),
            ]
            #expect(hits.map(\.id) == wanted.map(\.0))
            for (hit, (_, score)) in zip(hits, wanted) { #expect(abs(hit.score - score) < 1e-4) }
            let above = #"{"query":{"recommend":{\#(members)}},"score_threshold":3.9}"#
            #expect(try server.ids(Self.query, above) == ["2"])
            let few = #"{"query":{"recommend":{\#(members)}},"limit":1,"offset":1}"#
            #expect(try server.ids(Self.query, few) == ["3"])
        }
    }

    @Test(
        "Sparse examples are recommended by, too",
        arguments: [
            ("average_vector", ["2", "3"]), ("best_score", ["2", "3"]), ("sum_scores", ["2", "3"]),
        ]
    )
    func sparse(strategy: String, wanted: [String]) async throws {
        try await withServer { server throws in
            try Self.fill(server, "Dot")
            let body =
                #"{"query":{"recommend":{"positive":[1,{"indices":[2],"values":[0.1]}],"#
                + #""strategy":"\#(strategy)"}},"using":"s"}"#
            #expect(try server.ids(Self.query, body) == wanted)
            let missing = #"{"query":{"recommend":{"positive":[5]}},"using":"s"}"#
            try server.expect(Self.query, missing, "404 Not found: Point 5 has no vector `s`")
        }
    }

    @Test(
        "Variety prefers what is unlike what was chosen, in each metric",
        arguments: ["Dot", "Cosine", "Euclid"]
    )
    func variety(distance: String) async throws {
        try await withServer { server throws in
            try Self.fill(server, distance)
            func ids(_ diversity: Double, _ more: String = "") throws -> [String] {
                try server.ids(
                    Self.query,
                    #"{"query":{"nearest":[1,0.05],"mmr":{"diversity":\#(diversity)\#(more)}},"#
                        + #""limit":3}"#
                )
            }
            let plain = try server.ids(Self.query, #"{"query":[1,0.05],"limit":3}"#)
            #expect(try Set(ids(0)) == Set(plain))
            let various = try ids(0.9, #","candidates_limit":16384"#)
            #expect(various.count == 3 && various.contains("5"), "\(various)")
            #expect(try Set(ids(0.9, #","candidates_limit":3"#)) == Set(plain))
            try server.expect(
                Self.query,
                #"{"query":{"nearest":[1,0],"mmr":{"diversity":1.5}}}"#,
                "422 Validation error …"
            )
        }
    }

    @Test("Variety of sparse vectors is by their dot products")
    func sparseVariety() async throws {
        try await withServer { server throws in
            try Self.fill(server, "Dot")
            let body =
                #"{"query":{"nearest":{"indices":[1,2,3],"values":[1,1,0.5]},"#
                + #""mmr":{"diversity":0.8}},"using":"s","limit":4}"#
            let ids = try server.ids(Self.query, body)
            #expect(ids.first == "3" && ids.count == 4)
            #expect(ids.firstIndex(of: "2") == 3, "\(ids)")
        }
    }
}
