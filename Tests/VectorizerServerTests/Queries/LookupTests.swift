import Testing
import VectorStore
import VectorizerServer

/// Queries by points of other collections, and groups that are named after such points.
@Suite(.timeLimit(.minutes(60))) struct LookupTests {
    private static let query = "POST /collections/docs/points/query"

    private static func fill(_ server: TestServer) throws {
        try PointSamples.make(server, #"{"vectors":{"size":1,"distance":"Dot"}}"#)
        try PointSamples.put(
            server,
            #"{"id":1,"vector":[1],"payload":{"g":10}}"#,
            #"{"id":2,"vector":[2],"payload":{"g":11}}"#,
            #"{"id":3,"vector":[3],"payload":{"g":"\#(PointSamples.uuid)"}}"#
        )
        try server.expect(
            "PUT /collections/other",
            #"{"vectors":{"far":{"size":1,"distance":"Dot"}}}"#,
            "200 true"
        )
        let points =
            #"{"points":[{"id":1,"vector":{"far":[-1]},"payload":{"name":"one"}},"#
            + #"{"id":10,"vector":{"far":[1]},"payload":{"name":"ten"}},"#
            + #"{"id":"\#(PointSamples.uuid)","vector":{},"payload":{"name":"u"}}]}"#
        try server.expect("PUT /collections/other/points?wait=true", points, PointSamples.done)
    }

    private static func body(_ query: String, _ lookup: String) -> String {
        #"{"query":\#(query),"lookup_from":\#(lookup)}"#
    }

    @Test("Examples are looked up in another collection, whose points may be answers here")
    func examples() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let there = #"{"collection":"other","vector":"far"}"#
            #expect(try server.ids(Self.query, Self.body("1", there)) == ["1", "2", "3"])
            #expect(try server.ids(Self.query, Self.body("10", there)) == ["3", "2", "1"])
            let recommend = #"{"recommend":{"positive":[10],"negative":[1]}}"#
            #expect(try server.ids(Self.query, Self.body(recommend, there)) == ["3", "2", "1"])
            try server.expect([
                (Self.query, Self.body("99", there), "404 Not found: No point with id 99 found"),
                (
                    Self.query, Self.body("10", #"{"collection":"other"}"#),
                    "400 Wrong input: Not existing vector name …"
                ),
                (
                    Self.query, Self.body("10", #"{"collection":"none"}"#),
                    "404 Not found: Collection `none` doesn't exist!"
                ),
                (Self.query, Self.body("10", "7"), "400 Format error …"),
            ])
        }
    }

    @Test("Groups show the points that they are named after, where those are there")
    func groups() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let line = Self.query + "/groups"
            let hits = [3, 2, 1].map {
                #"{"hits":[{"id":\#($0),"version":0,"score":\#($0).0}],"id":"#
            }
            try server.expect([
                (
                    line, #"{"query":[1],"group_by":"g","with_lookup":"other"}"#,
                    #"200 {"groups":[\#(hits[0])"\#(PointSamples.uuid)","lookup":"#
                        + #"{"id":"\#(PointSamples.uuid)","payload":{"name":"u"}}},"#
                        + #"\#(hits[1])11},\#(hits[2])10,"#
                        + #""lookup":{"id":10,"payload":{"name":"ten"}}}]}"#
                ),
                (
                    line,
                    #"{"query":[1],"group_by":"g","with_lookup":"#
                        + #"{"collection":"other","with_payload":false,"with_vectors":true},"#
                        + #""filter":{"must":{"has_id":[1]}}}"#,
                    #"200 {"groups":[\#(hits[2])10,"lookup":{"id":10,"vector":{"far":[1.0]}}}]}"#
                ),
                (
                    line, #"{"query":[1],"group_by":"g","with_lookup":"none"}"#,
                    "404 Not found: Collection `none` doesn't exist!"
                ),
            ])
        }
    }
}
