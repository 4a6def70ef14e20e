import TestSupport
import Testing
import VectorStore
import VectorizerServer

@Suite("Filters of requests")
struct RequestFilterTests {
    private func filter(_ text: String) throws -> FilterExpression? {
        try CountRequest(try request(#"{"filter":\#(text)}"#), limits: RequestLimits()).filter
    }

    private func passes(_ text: String, _ payload: String) throws -> Bool {
        guard let filter = try filter(text) else { return true }
        return try PayloadFilter(filter).matches(Array(payload.utf8).span)
    }

    @Test(
        "Filters that let all points pass are none",
        arguments: ["null", "{}", #"{"must":[]}"#, #"{"must":null,"should":[],"must_not":[]}"#]
    )
    func nothing(text: String) throws {
        #expect(try filter(text) == nil)
    }

    @Test(
        "Conditions on payloads",
        arguments: [
            (
                #"{"key":"a","match":{"value":"x"}}"#, [#"{"a":"x"}"#, #"{"a":["y","x"]}"#],
                [#"{"a":"y"}"#, "{}", #"{"a":{"x":1}}"#, #"{"a":[["x"]]}"#]
            ),
            (
                #"{"key":"a","match":{"value":7}}"#, [#"{"a":7}"#, #"{"a":[7]}"#],
                [#"{"a":7.0}"#, #"{"a":"7"}"#, #"{"a":true}"#]
            ),
            (
                #"{"key":"a","match":{"value":true}}"#, [#"{"a":true}"#],
                [#"{"a":1}"#, #"{"a":"true"}"#]
            ),
            (#"{"key":"a","match":{"any":["x","y"]}}"#, [#"{"a":"y"}"#], [#"{"a":"z"}"#]),
            (#"{"key":"a","match":{"any":[1,2]}}"#, [#"{"a":[5,2]}"#], [#"{"a":3}"#]),
            (#"{"key":"a","match":{"any":[]}}"#, [], [#"{"a":3}"#, "{}"]),
            (
                #"{"key":"a","match":{"except":["x"]}}"#, [#"{"a":"y"}"#, #"{"a":["x","y"]}"#],
                [#"{"a":"x"}"#, "{}", #"{"a":null}"#]
            ),
            (#"{"key":"a","match":{"except":[1]}}"#, [#"{"a":"y"}"#, #"{"a":2}"#], [#"{"a":1}"#]),
            (#"{"key":"a","match":{"except":[]}}"#, [#"{"a":"y"}"#], ["{}", #"{"a":null}"#]),
            (
                #"{"key":"a","match":{"text":"quick"}}"#, [#"{"a":"a quicker fox"}"#],
                [#"{"a":"Quick"}"#]
            ),
            (
                #"{"key":"a","match":{"phrase":"quick fox"}}"#, [#"{"a":"a quick fox"}"#],
                [#"{"a":"fox quick"}"#]
            ),
            (
                #"{"key":"a","match":{"text_any":"fox dog"}}"#, [#"{"a":"a dog"}"#],
                [#"{"a":"a cat"}"#]
            ),
            (
                #"{"key":"a","match":{"prefix":"qu"}}"#, [#"{"a":["x","quick"]}"#],
                [#"{"a":"a qu"}"#]
            ),
            (
                #"{"key":"a","range":{"gt":1,"lte":3.5}}"#, [#"{"a":3.5}"#, #"{"a":[9,2]}"#],
                [#"{"a":1}"#, #"{"a":[1,9]}"#, #"{"a":"2"}"#]
            ),
            (
                #"{"key":"a","range":{"gt":null,"gte":1,"lt":2,"lte":2}}"#, [#"{"a":1}"#],
                [#"{"a":2}"#]
            ),
            (
                #"{"key":"a","range":{"gte":"2024-03-01T00:00:00Z"}}"#, [#"{"a":"2024-03-01"}"#],
                [#"{"a":"2024-02-28"}"#, #"{"a":"x"}"#]
            ),
            (
                #"{"key":"a","values_count":{"gte":1,"lt":3}}"#, [#"{"a":[1,2]}"#, #"{"a":1}"#],
                [#"{"a":[]}"#, "{}"]
            ),
            (#"{"key":"a","is_empty":true}"#, ["{}", #"{"a":[]}"#], [#"{"a":0}"#]),
            (#"{"key":"a","is_empty":false}"#, [#"{"a":0}"#], ["{}"]),
            (#"{"key":"a","is_null":true}"#, [#"{"a":null}"#, #"{"a":[1,null]}"#], ["{}"]),
            (#"{"is_empty":{"key":"a"}}"#, ["{}"], [#"{"a":1}"#]),
            (#"{"is_null":{"key":"a"}}"#, [#"{"a":null}"#], [#"{"a":1}"#]),
            (
                #"{"key":"a","geo_radius":{"center":{"lat":52.5,"lon":13.4},"radius":1000}}"#,
                [#"{"a":{"lat":52.501,"lon":13.401}}"#], [#"{"a":{"lat":52.6,"lon":13.4}}"#]
            ),
            (
                #"""
                {"key":"a","geo_bounding_box":{"top_left":{"lat":2,"lon":1},
                "bottom_right":{"lat":1,"lon":2}}}
                """#,
                [#"{"a":{"lat":1.5,"lon":1.5}}"#], [#"{"a":{"lat":2.5,"lon":1.5}}"#]
            ),
            (
                #"""
                {"key":"a","geo_polygon":{"exterior":{"points":[{"lat":0,"lon":0},{"lat":0,
                "lon":4},{"lat":4,"lon":0},{"lat":0,"lon":0}]}}}
                """#,
                [#"{"a":{"lat":1,"lon":1}}"#], [#"{"a":{"lat":3,"lon":3}}"#]
            ),
            (
                #"""
                {"nested":{"key":"a","filter":{"must":[{"key":"b","match":{"value":1}},
                {"key":"c","match":{"value":2}}]}}}
                """#,
                [#"{"a":[{"b":1,"c":2}]}"#], [#"{"a":[{"b":1},{"c":2}]}"#, #"{"a":{"b":1,"c":2}}"#]
            ),
            (
                #"{"nested":{"key":"a[]","filter":{"must_not":{"key":"b","match":{"value":1}}}}}"#,
                [#"{"a":[{"b":1},{}]}"#], [#"{"a":[{"b":1}]}"#, "{}"]
            ),
            (
                #"{"nested":{"key":"a","filter":{"must_not":[{"has_id":[1]}]}}}"#, [#"{"a":[{}]}"#],
                ["{}"]
            ),
            (
                #"{"should":[{"key":"a","match":{"value":1}},{"key":"b","match":{"value":1}}]}"#,
                [#"{"b":1}"#], ["{}"]
            ),
            (
                #"{"key":"a.b[].c","match":{"value":3}}"#, [#"{"a":{"b":[{"c":1},{"c":3}]}}"#],
                [#"{"a":{"b":{"c":3}}}"#]
            ),
            (
                #"{"key":"a[][1]","match":{"value":2}}"#, [#"{"a":[[0],[1,2]]}"#],
                [#"{"a":[[2,1]]}"#]
            ),
            (#"{"key":"\"a.b\"","match":{"value":2}}"#, [#"{"a.b":2}"#], [#"{"a":{"b":2}}"#]),
        ] as [(String, [String], [String])]
    )
    func conditions(condition: String, passing: [String], failing: [String]) throws {
        for payload in passing {
            #expect(try passes(#"{"must":[\#(condition)]}"#, payload), "\(payload)")
            #expect(try !passes(#"{"must_not":\#(condition)}"#, payload), "\(payload)")
        }
        for payload in failing {
            #expect(try !passes(#"{"must":\#(condition)}"#, payload), "\(payload)")
            #expect(try passes(#"{"must_not":[\#(condition)]}"#, payload), "\(payload)")
        }
    }

    @Test("Some of several, ids and vectors")
    func others() throws {
        let conditions = ["a", "b", "c"].map { #"{"key":"\#($0)","match":{"value":1}}"# }
            .joined(separator: ",")
        func some(_ count: Int) -> String {
            #"{"min_should":{"conditions":[\#(conditions)],"min_count":\#(count)}}"#
        }
        #expect(try passes(some(2), #"{"a":1,"c":1}"#))
        #expect(try !passes(some(2), #"{"a":1}"#))
        #expect(try passes(some(1), #"{"b":1}"#))
        #expect(try passes(some(3), #"{"a":1,"b":1,"c":1}"#))
        #expect(try !passes(some(4), #"{"a":1,"b":1,"c":1}"#))
        let ids = try filter(#"{"must":{"has_id":[7,"550E8400E29B41D4A716446655440000"]}}"#)
        #expect(
            ids
                == .isIn(
                    .id,
                    [
                        .text(Array("7".utf8)),
                        .text(Array("550e8400-e29b-41d4-a716-446655440000".utf8)),
                    ]
                )
        )
        #expect(try filter(#"{"must":{"has_id":[]}}"#) == .or([]))
        #expect(try filter(#"{"must_not":{"has_vector":"v"}}"#) == .not(.hasVector("v")))
    }

    @Test("Conditions on plain values are answered by payload indexes alone")
    func indexes() throws {
        let conditions = [
            #"{"key":"a","match":{"value":"x"}}"#, #"{"key":"a","match":{"value":7}}"#,
            #"{"key":"a","match":{"any":[1,2]}}"#, #"{"key":"a","range":{"gt":1,"lt":3}}"#,
            #"{"key":"a","match":{"prefix":"x"}}"#, #"{"has_id":[1]}"#,
        ]
        let text = #"{"must":[\#(conditions.joined(separator: ","))]}"#
        let plan = FilterPlan(
            try #require(try filter(text)),
            indexedFields: [FieldPath(components: ["a"])],
            collection: 1
        )
        #expect(plan.isFullyIndexed)
    }

    @Test(
        "What is no filter is refused",
        arguments: [
            ("[]", 400), ("7", 400), (#"{"must":7}"#, 400), (#"{"must":[7]}"#, 400),
            (#"{"must":[null]}"#, 400), (#"{"shuld":[]}"#, 400),
            (#"{"must":[{"undefined_condition_key":{"key":"city"}}]}"#, 400),
            (#"{"must":[{"key":"a"}]}"#, 422), (#"{"must":[{"key":"a","match":null}]}"#, 422),
            (#"{"must":[{"key":"a","mtch":{"value":1}}]}"#, 400),
            (#"{"must":[{"key":"a","match":{}}]}"#, 400),
            (#"{"must":[{"key":"a","match":{"value":1.5}}]}"#, 400),
            (#"{"must":[{"key":"a","match":{"value":null}}]}"#, 400),
            (#"{"must":[{"key":"a","match":{"value":1,"any":[1]}}]}"#, 400),
            (#"{"must":[{"key":"a","match":{"any":[1,"x"]}}]}"#, 400),
            (#"{"must":[{"key":"a","match":{"any":["x",1]}}]}"#, 400),
            (#"{"must":[{"key":"a","range":{"gt":"soon"}}]}"#, 400),
            (#"{"must":[{"key":"a","range":{"gt":1e400}}]}"#, 400),
            (#"{"must":[{"key":"a","range":{"gt":"2024-01-01","lt":5}}]}"#, 400),
            (#"{"must":[{"key":"a","range":{"above":1}}]}"#, 400),
            (#"{"must":[{"key":"a","values_count":{"gt":-1}}]}"#, 400),
            (#"{"must":[{"key":"a..b","match":{"value":1}}]}"#, 400),
            (#"{"must":[{"key":7,"match":{"value":1}}]}"#, 400),
            (#"{"must":[{"has_id":[1.5]}]}"#, 400), (#"{"must":[{"has_id":7}]}"#, 400),
            (#"{"must":[{"has_id":[7],"key":"a"}]}"#, 400),
            (#"{"must":[{"is_empty":{"key":"a","x":1}}]}"#, 400),
            (#"{"must":[{"nested":{"key":"a"}}]}"#, 400),
            (#"{"must":[{"has_vector":7}]}"#, 400),
            (#"{"must":[{"slice":{"total":2,"index":0}}]}"#, 400),
            (#"{"min_should":{"conditions":[]}}"#, 400),
            (#"{"min_should":{"conditions":[],"min_count":0}}"#, 422),
            (#"{"must":[{"key":"a","geo_radius":{"center":{"lat":99,"lon":0},"radius":1}}]}"#, 400),
            (#"{"must":[{"key":"a","geo_radius":{"center":{"lat":9},"radius":1}}]}"#, 400),
            (
                #"""
                {"must":[{"key":"a","geo_polygon":{"exterior":{"points":[{"lat":0,"lon":0},
                {"lat":1,"lon":0},{"lat":0,"lon":0}]}}}]}
                """#,
                400
            ),
            (
                #"""
                {"must":[{"key":"a","geo_polygon":{"exterior":{"points":[{"lat":0,"lon":0},
                {"lat":1,"lon":0},{"lat":0,"lon":1},{"lat":2,"lon":2}]}}}]}
                """#,
                400
            ),
        ]
    )
    func malformed(text: String, status: Int) throws {
        let error = try refusal(#"{"filter":\#(text)}"#) {
            try CountRequest($0, limits: RequestLimits())
        }
        #expect(error?.status == status, "\(error?.message ?? "accepted")")
        let start =
            status == 400 ? "Format error in JSON body: " : "Validation error in JSON body: ["
        if !text.contains("slice") { #expect(error?.message.hasPrefix(start) == true) }
    }

    @Test("Filters have a depth and a number of conditions at most")
    func limits() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: #"{"must":"#, count: depth) + #"{"has_id":[1]}"#
                + String(repeating: "}", count: depth)
        }
        var limits = RequestLimits()
        limits.filterDepth = 20
        limits.conditionCount = 50
        func read(_ text: String) throws -> RequestError? {
            try refusal(#"{"filter":\#(text)}"#) { try CountRequest($0, limits: limits) }
        }
        #expect(try read(nested(20)) == nil)
        #expect(try read(nested(21))?.status == 400)
        func many(_ count: Int) -> String {
            let conditions = [String](repeating: #"{"has_id":[1]}"#, count: count)
            return #"{"should":[\#(conditions.joined(separator: ","))]}"#
        }
        #expect(try read(many(50)) == nil)
        #expect(try read(many(51))?.status == 422)
    }

    @Test("Odd filters are read or refused, and never trap", arguments: UInt64(0)..<30)
    func odd(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let text = #"{"filter":\#(random.oddFilter(depth: 0))}"#
            do {
                let body = try JSONDocument(parsing: Array(text.utf8)).root
                let filter = try CountRequest(body, limits: RequestLimits()).filter
                guard let filter else { continue }
                _ = try PayloadFilter(filter).matches(Array(#"{"a":[1,{"b":null}]}"#.utf8).span)
            } catch let error as RequestError {
                #expect(error.status == 400 || error.status == 422)
            }
        }
    }
}

extension SplitMix64 {
    /// Something that is nearly a filter.
    fileprivate mutating func oddFilter(depth: Int) -> String {
        let words = [
            "must", "should", "must_not", "min_should", "key", "match", "range", "value", "any",
            "except", "gt", "lte", "nested", "filter", "has_id", "is_empty", "conditions",
            "min_count", "values_count", "geo_radius", "text",
        ]
        switch Int.random(in: 0..<8, using: &self) {
        case 0: return pick(["1", "null", "\"a\"", "\"a[].b\"", "[]", "{}", "1e400", "true", "-3"])
        case 1 where depth < 6:
            let items = (0..<Int.random(in: 0...3, using: &self)).map { _ in
                oddFilter(depth: depth + 1)
            }
            return "[" + items.joined(separator: ",") + "]"
        case 2:
            return #"{"key":"a","match":{"value":\#(pick(["1", "\"x\"", "[]", "null", "1.5"]))}}"#
        default:
            guard depth < 6 else { return "{}" }
            let members = (0..<Int.random(in: 0...3, using: &self)).map { _ in
                "\"\(pick(words))\":" + oddFilter(depth: depth + 1)
            }
            return "{" + members.joined(separator: ",") + "}"
        }
    }
}
