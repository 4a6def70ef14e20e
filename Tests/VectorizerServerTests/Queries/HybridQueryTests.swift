import Testing
import VectorStore
import VectorizerServer

/// Queries that go on with the answers of others, groups and facets.
@Suite(.timeLimit(.minutes(60))) struct HybridQueryTests {
    private static let path = "POST /collections/docs/points"
    private static let query = path + "/query"

    /// Points in two dense fields and a sparse one, whose orders differ.
    private static func fill(_ server: TestServer) throws {
        try PointSamples.make(
            server,
            #"{"vectors":{"a":{"size":1,"distance":"Dot"},"b":{"size":1,"distance":"Euclid"}},"#
                + #""sparse_vectors":{"s":{}}}"#
        )
        try PointSamples.put(
            server,
            #"{"id":1,"vector":{"a":[4],"b":[4]},"payload":{"g":"x","n":1,"t":["p","q"]}}"#,
            #"{"id":2,"vector":{"a":[3],"b":[1]},"payload":{"g":"x","n":2,"t":["p"],"b":true}}"#,
            #"{"id":3,"vector":{"a":[2],"b":[2]},"payload":{"g":"y","n":[3,3],"b":false}}"#,
            #"{"id":4,"vector":{"a":[1],"b":[3]},"payload":{"g":7,"n":2,"t":[]}}"#,
            #"{"id":5,"vector":{"s":{"indices":[9],"values":[2]}},"payload":{"g":1.5}}"#,
            #"{"id":6,"vector":{"s":{"indices":[9,10],"values":[1,1]}},"payload":{"n":"2"}}"#
        )
    }

    private static let a = #"{"query":[1],"using":"a","limit":3}"#
    private static let b = #"{"query":[0],"using":"b","limit":3}"#
    private static let s = #"{"query":{"indices":[9],"values":[1]},"using":"s"}"#

    @Test("Sparse vectors are searched by dot products, exactly and with a filter")
    func sparse() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            try server.expect([
                (
                    Self.query, Self.s,
                    #"200 {"points":[{"id":5,"version":0,"score":2.0},"#
                        + #"{"id":6,"version":0,"score":1.0}]}"#
                ),
                (
                    Self.query,
                    #"{"query":{"nearest":{"values":[1,1],"indices":[10,9]}},"using":"s","#
                        + #""score_threshold":2,"filter":{"must":{"has_id":[6,1]}}}"#,
                    #"200 {"points":[{"id":6,"version":0,"score":2.0}]}"#
                ),
                (Self.query, #"{"query":6,"using":"s","limit":1}"#, #"200 {"points":[{"id":5,…"#),
                (
                    Self.query, #"{"query":{"indices":[11],"values":[1]},"using":"s"}"#,
                    #"200 {"points":[]}"#
                ),
                (Self.query, #"{"query":[1],"using":"s"}"#, "400 Wrong input: Not existing …"),
                (
                    Self.query, #"{"query":{"indices":[1,1],"values":[1,1]},"using":"s"}"#,
                    "422 Validation error …"
                ),
                (Self.query, #"{"query":[1]}"#, "400 Wrong input: Not existing vector name …"),
                (Self.query, #"{"query":1}"#, "400 Wrong input: Not existing vector name …"),
            ])
        }
    }

    @Test("Answers are put together by ranks, with a constant and weights")
    func ranks() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            func hits(_ query: String, _ more: String = "") throws -> [String: Double] {
                let body = #"{"prefetch":[\#(Self.a),\#(Self.b)],"query":\#(query)\#(more)}"#
                let hits = try server.hits(Self.query, body)
                #expect(hits.map(\.score) == hits.map(\.score).sorted(by: >))
                return Dictionary(uniqueKeysWithValues: hits.map { ($0.id, $0.score) })
            }
            func isLike(_ found: [String: Double], _ wanted: [String: Double]) -> Bool {
                found.count == wanted.count
                    && wanted.allSatisfy { abs((found[$0] ?? .nan) - $1) < 1e-6 }
            }
            // In a: 1, 2, 3. In b: 2, 3, 4.
            let plain = [
                "1": 1.0 / 2, "2": 1.0 / 3 + 1.0 / 2, "3": 1.0 / 4 + 1.0 / 3, "4": 1.0 / 4,
            ]
            #expect(isLike(try hits(#"{"fusion":"rrf"}"#), plain))
            #expect(isLike(try hits(#"{"rrf":{}}"#), plain))
            let k60 = [
                "1": 1.0 / 60, "2": 1.0 / 61 + 1.0 / 60, "3": 1.0 / 62 + 1.0 / 61, "4": 1.0 / 62,
            ]
            #expect(isLike(try hits(#"{"rrf":{"k":60}}"#), k60))
            let weighted = try hits(#"{"rrf":{"weights":[1,0]}}"#)
            #expect(isLike(weighted, ["1": 1.0 / 2, "2": 1.0 / 3, "3": 1.0 / 4, "4": 0]))
            #expect(
                try hits(#"{"fusion":"rrf"}"#, #","score_threshold":0.5"#).keys.sorted() == [
                    "1", "2", "3",
                ]
            )
            #expect(
                try hits(#"{"fusion":"rrf"}"#, #","limit":1,"offset":1"#).keys.sorted() == ["3"]
            )
            try server.expect([
                (
                    Self.query, #"{"prefetch":[\#(Self.a)],"query":{"rrf":{"weights":[1,2]}}}"#,
                    "400 Bad request: RRF needs one weight for each prefetch"
                ),
                (
                    Self.query, #"{"prefetch":[\#(Self.a)],"query":{"rrf":{"weights":[-1]}}}"#,
                    "422 Validation error …"
                ),
                (
                    Self.query, #"{"prefetch":[\#(Self.a)],"query":{"fusion":"rrf"},"using":"a"}"#,
                    "400 Bad request: Fusion queries cannot be combined with the 'using' field."
                ),
            ])
        }
    }

    @Test("Answers are put together by the distributions of their scores")
    func distributions() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let body = #"{"prefetch":[\#(Self.a),\#(Self.s)],"query":{"fusion":"dbsf"}}"#
            let hits = try server.hits(Self.query, body)
            // In a: 4, 3, 2, with a deviation of 1; in s: 2, 1, with one of √½.
            let wanted = [
                "1": 4.0 / 6, "2": 0.5, "3": 2.0 / 6, "5": 0.5 + 0.5 / (6 * 0.5.squareRoot()),
                "6": 0.5 - 0.5 / (6 * 0.5.squareRoot()),
            ]
            #expect(hits.count == wanted.count && hits.first?.id == "1")
            for hit in hits { #expect(abs(hit.score - (wanted[hit.id] ?? .nan)) < 1e-5) }
            let above =
                #"{"prefetch":[\#(Self.a)],"query":{"fusion":"dbsf"},"score_threshold":0.6}"#
            #expect(try server.ids(Self.query, above) == ["1"])
        }
    }

    @Test("A query over prefetches sees only what these have found, however deep they nest")
    func nesting() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let inner = #"{"query":[1],"using":"a","limit":3}"#
            for (body, wanted) in [
                // The three best of a, in the order of b.
                (#"{"prefetch":\#(inner),"query":[0],"using":"b"}"#, ["2", "3", "1"]),
                (#"{"prefetch":[\#(inner)],"query":[0],"using":"b","limit":1}"#, ["2"]),
                (
                    #"{"prefetch":{"prefetch":\#(inner),"query":[0],"using":"b","limit":2},"#
                        + #""query":[1],"using":"a"}"#, ["2", "3"]
                ),
                (#"{"prefetch":[\#(inner),\#(Self.s)],"query":{"sample":"random"}}"#, []),
                (
                    #"{"prefetch":{"query":[1],"using":"a","filter":{"must_not":{"has_id":[1]}},"#
                        + #""score_threshold":2},"query":{"fusion":"rrf"}}"#, ["2", "3"]
                ),
                (
                    #"{"prefetch":\#(inner),"query":{"fusion":"rrf"},"#
                        + #""filter":{"must":{"has_id":[3,4]}}}"#,
                    ["3", "4"]
                ),
                (
                    #"{"prefetch":\#(inner),"query":{"recommend":{"positive":[4],"#
                        + #""strategy":"sum_scores"}},"using":"b"}"#, ["1", "3", "2"]
                ),
                (
                    #"{"prefetch":{"query":{"fusion":"rrf"},"prefetch":\#(inner)},"#
                        + #""query":[0],"using":"b"}"#,
                    ["2", "3", "1"]
                ),
            ] as [(String, [String])] {
                let ids = try server.ids(Self.query, body)
                if wanted.isEmpty {
                    #expect(ids.sorted() == ["1", "2", "3", "5", "6"], "\(body)")
                } else {
                    #expect(ids == wanted, "\(body)")
                }
            }
            var deep = inner
            for _ in 0..<9 { deep = #"{"prefetch":\#(deep),"query":[1],"using":"a"}"# }
            try server.expect(Self.query, deep, "400 Format error in JSON body: …")
            let order = #"{"prefetch":\#(inner),"query":{"order_by":"n"}}"#
            try server.expect(Self.query, order, "400 Bad request: No range index …")
        }
    }

    // MARK: Groups

    private static func groups(
        _ server: TestServer,
        _ line: String,
        _ body: String
    ) throws -> [String: [String]] {
        let groups = try server.object(line, body)["groups"] as? [[String: Any]] ?? []
        var found: [String: [String]] = [:]
        for group in groups {
            let hits = group["hits"] as? [[String: Any]] ?? []
            found["\(group["id"] ?? "")"] = hits.map { "\($0["id"] ?? "")" }
        }
        return found
    }

    @Test("Points are grouped by values of theirs, the best of each group first")
    func grouping() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let line = Self.query + "/groups"
            let all = #"{"query":[1],"using":"a","group_by":"g"}"#
            #expect(
                try Self.groups(server, line, all) == ["x": ["1", "2"], "y": ["3"], "7": ["4"]]
            )
            let one = #"{"query":[1],"using":"a","group_by":"g","group_size":1,"limit":2}"#
            #expect(try Self.groups(server, line, one) == ["x": ["1"], "y": ["3"]])
            let tags = #"{"query":[1],"using":"a","group_by":"t","with_payload":["n"]}"#
            #expect(try Self.groups(server, line, tags) == ["p": ["1", "2"], "q": ["1"]])
            let scroll = #"{"group_by":"n","limit":9}"#
            // The number 2 and the text are groups of their own.
            let numbers = try server.object(line, scroll)["groups"] as? [[String: Any]]
            #expect(numbers?.count == 4)
            try server.expect([
                (
                    line, #"{"query":[1],"using":"a","group_by":"g","limit":1,"group_size":1}"#,
                    #"200 {"groups":[{"hits":[{"id":1,"version":0,"score":4.0}],"id":"x"}]}"#
                ),
                (line, #"{"query":[1],"using":"a","group_by":"no"}"#, #"200 {"groups":[]}"#),
                (line, #"{"query":[1],"using":"a"}"#, "400 Format error …"),
                (line, #"{"query":[1],"using":"a","group_by":""}"#, "422 Validation error …"),
                (
                    line, #"{"query":[1],"using":"a","group_by":"g","group_size":0}"#,
                    "422 Validation error …"
                ),
                (line, #"{"group_by":"g","with_lookup":"x"}"#, "404 Not found: Collection …"),
                (line, #"{"group_by":"g","with_lookup":7}"#, "400 Format error …"),
                ("POST /collections/none/points/query/groups", #"{"group_by":"g"}"#, "404 …"),
            ])
        }
    }

    @Test("Older clients group in their own words")
    func olderGroups() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let search =
                #"{"vector":{"name":"a","vector":[1]},"group_by":"g","limit":1,"group_size":2}"#
            let found = try Self.groups(server, Self.path + "/search/groups", search)
            #expect(found == ["x": ["1", "2"]])
            let recommend =
                #"{"positive":[2],"using":"a","group_by":"g","limit":2,"group_size":1}"#
            let like = try Self.groups(server, Self.path + "/recommend/groups", recommend)
            #expect(like == ["x": ["1"], "y": ["3"]])
            try server.expect([
                (Self.path + "/search/groups", #"{"vector":[1],"limit":1}"#, "400 Format …"),
                (Self.path + "/recommend/groups", #"{"group_by":"g","limit":1}"#, "422 …"),
            ])
        }
    }

    @Test("What groups are made of is enough to fill them, whatever their prefetches ask for")
    func groupsOfPrefetches() async throws {
        try await withServer { server throws in
            try PointSamples.make(server, #"{"vectors":{"size":1,"distance":"Dot"}}"#)
            let points = (1...30).map { #"{"id":\#($0),"vector":[\#($0)],"payload":{"g":1}}"# }
            try PointSamples.put(server, points.joined(separator: ","))
            let inner = #"{"query":[1],"limit":2,"prefetch":{"query":[1],"limit":1}}"#
            let body =
                #"{"prefetch":\#(inner),"query":[-1],"group_by":"g","group_size":3,"limit":1}"#
            let groups = try Self.groups(server, Self.query + "/groups", body)
            #expect(groups == ["1": ["1", "2", "3"]])
        }
    }

    @Test("Groups are full even where the nearest points are all of one group")
    func fullGroups() async throws {
        try await withServer { server throws in
            try PointSamples.make(server, #"{"vectors":{"size":1,"distance":"Dot"}}"#)
            let points = (1...600).map { number in
                #"{"id":\#(number),"vector":[\#(number)],"payload":{"g":\#(number > 20 ? 1 : 2)}}"#
            }
            try PointSamples.put(server, points.joined(separator: ","))
            let body = #"{"query":[1],"group_by":"g","group_size":2,"limit":2}"#
            let groups = try Self.groups(server, Self.query + "/groups", body)
            #expect(groups == ["1": ["600", "599"], "2": ["20", "19"]])
        }
    }

    // MARK: Facets

    @Test("A facet counts the points of each value, the most frequent first")
    func facets() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let facet = "POST /collections/docs/facet"
            for (field, kind) in [
                ("g", "keyword"), ("n", "integer"), ("b", "bool"), ("t", "text"), ("u", "uuid"),
            ] {
                try server.expect(
                    "PUT /collections/docs/index",
                    #"{"field_name":"\#(field)","field_schema":"\#(kind)"}"#,
                    PointSamples.said
                )
            }
            let id = PointSamples.uuid
            try PointSamples.put(
                server,
                PointSamples.plain("7", #"{"u":"\#(id)"}"#),
                PointSamples.plain("8", #"{"u":["\#(id.uppercased())","none"]}"#)
            )
            try server.expect([
                (
                    facet, #"{"key":"n"}"#,
                    #"200 {"hits":[{"value":2,"count":2},{"value":1,"count":1},"#
                        + #"{"value":3,"count":1},{"value":"2","count":1}]}"#
                ),
                (facet, #"{"key":"n","limit":1}"#, #"200 {"hits":[{"value":2,"count":2}]}"#),
                (
                    facet,
                    #"{"key":"b","exact":true,"#
                        + #""filter":{"must":{"key":"g","match":{"value":"x"}}}}"#,
                    #"200 {"hits":[{"value":true,"count":1}]}"#
                ),
                (facet, #"{"key":"u"}"#, #"200 {"hits":[{"value":"\#(id)","count":2}]}"#),
                (
                    facet, #"{"key":"t"}"#,
                    "400 Bad request: No appropriate index for faceting: `t`. …"
                ),
                (facet, #"{"key":"none"}"#, "400 Bad request: No appropriate index …"),
                (facet, "{}", "400 Format error …"), (facet, #"{"key":"n","limit":0}"#, "422 …"),
                (facet, #"{"key":"n","filter":7}"#, "400 Format error …"),
                ("POST /collections/none/facet", #"{"key":"n"}"#, "404 Not found: Collection …"),
            ])
        }
    }
}
