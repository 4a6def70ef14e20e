import Testing
import VectorStore
import VectorizerServer

/// Reading, counting and paging points.
@Suite(.timeLimit(.minutes(60))) struct PointReadTests {
    private typealias Samples = PointSamples
    private static let path = PointSamples.path

    private static func fill(_ server: TestServer) throws {
        try Samples.make(server)
        try Samples.put(
            server,
            Samples.plain("10", #"{"a":{"b":1,"c":2},"n":[3,1,3],"t":"2024-01-02T00:00:00Z"}"#),
            Samples.plain("9", #"{"a":{"b":3},"n":2,"t":"2023-01-02T00:00:00Z","u":"x"}"#),
            Samples.plain("18446744073709551615", #"{"n":"2","f":1.5}"#),
            Samples.plain("\"\(Samples.uuid)\"", #"{"n":7,"u":"\#(Samples.uuid.uppercased())"}"#),
            Samples.plain("\"00000000-0000-0000-0000-000000000001\"", #"{"f":-2}"#)
        )
    }

    @Test(
        "Points are read by their ids, with the parts that are asked for",
        arguments: [
            (#"{"ids":[]}"#, "200 []"),
            (#"{"ids":[9],"with_payload":false}"#, #"200 [{"id":9}]"#),
            (
                #"{"ids":[10],"with_payload":["a.b"]}"#, #"200 [{"id":10,"payload":{"a":{"b":1}}}]"#
            ),
            (
                #"{"ids":[10],"with_payload":{"include":["a.c","n[]"]}}"#,
                #"200 [{"id":10,"payload":{"a":{"c":2},"n":[3,1,3]}}]"#
            ),
            (
                #"{"ids":[10],"with_payload":{"exclude":["a","n"]}}"#,
                #"200 [{"id":10,"payload":{"t":"2024-01-02T00:00:00Z"}}]"#
            ),
            (
                #"{"ids":[10],"with_payload":false,"with_vector":["text"]}"#,
                #"200 [{"id":10,"vector":{}}]"#
            ),
            (
                #"{"ids":[10],"with_vector":"none"}"#,
                "400 Wrong input: Not existing vector name error: none"
            ),
            (#"{"ids":[10],"with_payload":{"all":true}}"#, "400 Format error in JSON body: …"),
            (
                #"{"ids":[10],"with_payload":{"include":[],"exclude":[]}}"#,
                "400 Format error in JSON body: …"
            ),
            (#"{"ids":["x"]}"#, "400 Format error in JSON body: …"),
            ("{}", "400 Format error in JSON body: …"), ("{,", "400 Format error in JSON body: …"),
        ]
    )
    func retrieving(body: String, wanted: String) async throws {
        try await withServer { server throws in
            try Self.fill(server)
            try server.expect("POST \(Self.path)", body, wanted)
        }
    }

    @Test("One point is read by any spelling of its id in the path")
    func one() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let hex = Samples.uuid.replacing("-", with: "").uppercased()
            for id in [Samples.uuid, hex, "urn:uuid:\(Samples.uuid)", "%7B\(Samples.uuid)%7D"] {
                let told = try server.told("GET \(Self.path)/\(id)")
                #expect(told.hasPrefix(#"200 {"id":"\#(Samples.uuid)","payload":{"n":7,"#))
            }
            try server.expect([
                ("GET \(Self.path)/8", nil, "404 Not found: No point with id 8 found"),
                ("GET \(Self.path)/-1", nil, "400 …"), ("GET \(Self.path)/abc", nil, "400 …"),
                ("GET \(Self.path)/1.5", nil, "400 …"),
                ("GET \(Self.path)/18446744073709551616", nil, "400 …"),
                ("GET \(Self.path)/9?consistency=0", nil, "400 Deserialize error …"),
                (
                    "GET \(Self.path)/18446744073709551615", nil,
                    #"200 {"id":18446744073709551615,"payload":{"n":"2","f":1.5},"vector":{}}"#
                ),
                ("GET /collections/none/points/1", nil, "404 Not found: Collection `none` …"),
            ])
        }
    }

    @Test("A scroll goes through all points: numbers in their order, then UUIDs")
    func scroll() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let small = "00000000-0000-0000-0000-000000000001"
            let all = ["9", "10", "18446744073709551615", small, Samples.uuid]
            for limit in 1...5 {
                var (seen, offset) = ([String](), "null")
                repeat {
                    let body = #"{"limit":\#(limit),"offset":\#(offset),"with_payload":false}"#
                    let page = try server.object("POST \(Self.path)/scroll", body)
                    let points = try #require(page["points"] as? [[String: Any]])
                    #expect(points.count <= limit && points.allSatisfy { $0.count == 1 })
                    seen += points.map { "\($0["id"] ?? "")" }
                    let next = page["next_page_offset"]
                    offset = (next as? String).map { "\"\($0)\"" } ?? (next.map { "\($0)" } ?? "")
                } while !offset.contains("null") && seen.count < 9
                #expect(seen == all, "limit \(limit)")
            }
        }
    }

    @Test(
        "A page begins behind an id, has what passes, and says where the next begins",
        arguments: [
            (
                #"{"offset":9,"limit":1,"with_payload":false}"#,
                #"200 {"points":[{"id":9}],"next_page_offset":10}"#
            ),
            (
                #"{"offset":11,"limit":1,"with_payload":["f"]}"#,
                #"200 {"points":[{"id":18446744073709551615,"payload":{"f":1.5}}],"#
                    + #""next_page_offset":"00000000-0000-0000-0000-000000000001"}"#
            ),
            (
                #"{"offset":"0a000000-0000-0000-0000-000000000000","with_payload":false}"#,
                #"200 {"points":[{"id":"0b54a9c3-0000-4000-8000-00000000000a"}],"#
                    + #""next_page_offset":null}"#
            ),
            (
                #"{"filter":{"must":{"key":"n","range":{"gte":2,"lte":3}}},"with_payload":false}"#,
                #"200 {"points":[{"id":9},{"id":10}],"next_page_offset":null}"#
            ),
            (
                #"{"filter":{"must":{"has_id":[1]}}}"#,
                #"200 {"points":[],"next_page_offset":null}"#
            ),
            (#"{"limit":0}"#, "422 Validation error in JSON body: …"),
            (#"{"offset":"x"}"#, "400 Format error in JSON body: …"),
            (#"{"filter":{"must":{"key":"n"}}}"#, "422 Validation error in JSON body: …"),
            (#"{"offset":1,"order_by":"n"}"#, "400 Bad request: Cannot use an `offset` …"),
            (#"{"order_by":"n"}"#, "400 Bad request: No range index for `order_by` key: `n`…"),
            (#"{"with_vector":["none"]}"#, "400 Wrong input: Not existing vector name …"),
        ]
    )
    func pages(body: String, wanted: String) async throws {
        try await withServer { server throws in
            try Self.fill(server)
            try server.expect("POST \(Self.path)/scroll", body, wanted)
            try server.expect("POST /collections/none/points/scroll", body, "4…")
        }
    }

    @Test("With an order a point comes once for each of its values, from where it is to begin")
    func order() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            for (field, kind) in [
                ("n", "integer"), ("f", "float"), ("t", "datetime"), ("u", "uuid"),
                ("w", "keyword"),
            ] {
                try server.expect(
                    "PUT /collections/docs/index",
                    #"{"field_name":"\#(field)","field_schema":"\#(kind)"}"#,
                    Samples.said
                )
            }
            let uuid = Samples.uuid
            for (order, wanted) in [
                (#""n""#, [("10", "1"), ("9", "2"), ("10", "3"), (uuid, "7")]),
                (
                    #"{"key":"n","direction":"desc"}"#,
                    [(uuid, "7"), ("10", "3"), ("9", "2"), ("10", "1")]
                ),
                (#"{"key":"n","start_from":2}"#, [("9", "2"), ("10", "3"), (uuid, "7")]),
                (#"{"key":"n","direction":"desc","start_from":2.5}"#, [("9", "2"), ("10", "1")]),
                (
                    #"{"key":"n","start_from":"x"}"#,
                    [("10", "1"), ("9", "2"), ("10", "3"), (uuid, "7")]
                ),
                (
                    #""f""#,
                    [
                        ("00000000-0000-0000-0000-000000000001", "-2.0"),
                        ("18446744073709551615", "1.5"),
                    ]
                ),
                (#"{"key":"f","start_from":0}"#, [("18446744073709551615", "1.5")]),
                (#""t""#, [("9", "1672617600000000"), ("10", "1704153600000000")]),
                (
                    #"{"key":"t","start_from":"2023-06-01T00:00:00Z"}"#,
                    [("10", "1704153600000000")]
                ),
                (#""u""#, [(uuid, "\"\(uuid)\"")]),
                (#"{"key":"u","start_from":3}"#, [(uuid, "\"\(uuid)\"")]),
            ] {
                let points = wanted.map { id, value in
                    let id = id.contains("-") ? "\"\(id)\"" : id
                    return #"{"id":\#(id),"order_value":\#(value)}"#
                }
                try server.expect(
                    "POST \(Self.path)/scroll",
                    #"{"order_by":\#(order),"with_payload":false}"#,
                    #"200 {"points":[\#(points.joined(separator: ","))],"next_page_offset":null}"#
                )
            }
            try server.expect([
                (
                    "POST \(Self.path)/scroll", #"{"order_by":"n","limit":2,"with_payload":["f"]}"#,
                    #"200 {"points":[{"id":10,"order_value":1,"payload":{}},"#
                        + #"{"id":9,"order_value":2,"payload":{}}],"next_page_offset":null}"#
                ),
                ("POST \(Self.path)/scroll", #"{"order_by":"w"}"#, "400 Bad request: No range …"),
                ("POST \(Self.path)/scroll", #"{"order_by":{}}"#, "400 Format error …"),
            ])
        }
    }

    @Test(
        "Points are counted, all or those that pass",
        arguments: [
            ("{}", #"200 {"count":5}"#), (#"{"exact":false,"filter":null}"#, #"200 {"count":5}"#),
            (#"{"filter":{"must":{"key":"a.b","match":{"value":3}}}}"#, #"200 {"count":1}"#),
            (#"{"filter":{"must_not":{"is_empty":{"key":"f"}}}}"#, #"200 {"count":2}"#),
            (#"{"filter":[]}"#, "400 Format error in JSON body: …"),
            (#"{"exact":1}"#, "400 Format error in JSON body: …"),
        ]
    )
    func counting(body: String, wanted: String) async throws {
        try await withServer { server throws in
            try Self.fill(server)
            try server.expect("POST \(Self.path)/count", body, wanted)
            try server.expect("POST /collections/none/points/count", body, "4…")
        }
    }
}
