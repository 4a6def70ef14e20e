import Testing
import VectorStore
import VectorizerServer

/// Changing payloads, alone and several changes together.
@Suite(.timeLimit(.minutes(60))) struct PayloadRouteTests {
    private typealias Samples = PointSamples
    private static let path = PointSamples.path

    private static let before = [
        "1": #"{"a":1,"b":{"c":[{"d":1,"e":2}]},"n":1}"#, "2": #"{"a":2.50,"n":2}"#, "3": "{}",
    ]

    private static func fill(_ server: TestServer) throws {
        try Samples.make(server)
        for (id, payload) in before { try Samples.put(server, Samples.plain(id, payload)) }
    }

    @Test(
        "Payloads are merged, replaced, cut and emptied, of points by their ids and by a filter",
        arguments: [
            (
                "POST", "", #"{"payload":{"a":9,"z":{"y":null}},"points":[1]}"#, "1",
                #"{"a":9,"b":{"c":[{"d":1,"e":2}]},"n":1,"z":{"y":null}}"#
            ),
            (
                "POST", "", #"{"payload":{"a":null},"points":[2]}"#, "2",
                #"{"n":2}"#
            ),
            (
                "POST", "", #"{"payload":{"d":7},"key":"b.c[0]","points":[1]}"#, "1",
                #"{"a":1,"b":{"c":[{"d":7,"e":2}]},"n":1}"#
            ),
            (
                "POST", "", #"{"payload":{"x":1},"key":"not.there","points":[3]}"#, "3",
                #"{"not":{"there":{"x":1}}}"#
            ),
            (
                "POST", "",
                #"{"payload":{"big":9007199254740993},"#
                    + #""filter":{"must":{"key":"n","match":{"value":2}}}}"#,
                "2", #"{"a":2.50,"n":2,"big":9007199254740993}"#
            ),
            ("PUT", "", #"{"payload":{"only":1},"points":[1]}"#, "1", #"{"only":1}"#),
            (
                "POST", "/delete", #"{"keys":["a","b.c[].d","none"],"points":[1]}"#, "1",
                #"{"b":{"c":[{"e":2}]},"n":1}"#
            ),
            ("POST", "/clear", #"{"points":[2]}"#, "2", "{}"),
            ("POST", "/clear", #"{"filter":{"must":{"has_id":[1]}}}"#, "1", "{}"),
        ]
    )
    func changes(
        method: String,
        end: String,
        body: String,
        id: String,
        wanted: String
    ) async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let line = "\(method) \(Self.path)/payload\(end)?wait=true"
            try server.expect(line, body, Samples.done)
            var expected = Self.before
            expected[id] = wanted
            #expect(try Samples.payloads(server) == expected)
        }
    }

    @Test("A change of payloads that names a missing point, or is bad, changes nothing")
    func refused() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let missing = "404 Not found: No point with id 9 found"
            try server.expect([
                ("POST \(Self.path)/payload", #"{"payload":{"a":0},"points":[1,9]}"#, missing),
                ("PUT \(Self.path)/payload", #"{"payload":{"a":0},"points":[1,9]}"#, missing),
                ("POST \(Self.path)/payload/delete", #"{"keys":["a"],"points":[1,9]}"#, missing),
                ("POST \(Self.path)/payload/clear", #"{"points":[1,9]}"#, missing),
                ("POST \(Self.path)/payload", #"{"payload":{"a":0}}"#, "400 Format error …"),
                ("POST \(Self.path)/payload", #"{"points":[1]}"#, "400 Format error …"),
                ("PUT \(Self.path)/payload", #"{"payload":7,"points":[1]}"#, "400 Format …"),
                ("POST \(Self.path)/payload/delete", #"{"points":[1]}"#, "400 Format error …"),
                (
                    "POST \(Self.path)/payload/delete", #"{"keys":["a["],"points":[1]}"#,
                    "400 Format error …"
                ),
                ("POST \(Self.path)/payload/clear", "{}", "400 Format error …"),
                (
                    "POST /collections/none/points/payload/clear", #"{"points":[1]}"#,
                    "404 Not found: Collection `none` doesn't exist!"
                ),
            ])
            #expect(try Samples.payloads(server) == Self.before)
        }
    }

    @Test("Operations of a batch happen in order, each with its answer")
    func batch() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let one = #"{"operation_id":N,"status":"completed"}"#
            try server.expect(
                "POST \(Self.path)/batch?wait=true",
                #"{"operations":["#
                    + [
                        #"{"upsert":{"points":[{"id":4,"vector":{"text":[1,2]},"#
                            + #""payload":{"x":1}}]}}"#,
                        #"{"upsert":{"batch":{"ids":[5],"vectors":{"text":[[1,1]]}}}}"#,
                        #"{"set_payload":{"payload":{"y":2},"points":[4,5]}}"#,
                        #"{"overwrite_payload":{"payload":{"o":1},"points":[1]}}"#,
                        #"{"delete_payload":{"keys":["x"],"points":[4]}}"#,
                        #"{"clear_payload":{"points":[2]}}"#,
                        #"{"update_vectors":{"points":[{"id":4,"vector":{"image":[0,3]}}]}}"#,
                        #"{"delete_vectors":{"vector":["text"],"points":[4]}}"#,
                        #"{"delete":{"points":[3]}}"#,
                    ].joined(separator: ",") + "]}",
                "200 [" + Array(repeating: one, count: 9).joined(separator: ",") + "]"
            )
            #expect(
                try Samples.payloads(server) == [
                    "1": #"{"o":1}"#, "2": "{}", "4": #"{"y":2}"#, "5": #"{"y":2}"#,
                ]
            )
            try server.expect(
                "GET \(Self.path)/4",
                nil,
                #"200 {"id":4,"payload":{"y":2},"vector":{"image":[0.0,1.0]}}"#
            )
        }
    }

    @Test("A batch with one bad operation is refused whole")
    func batchRefused() async throws {
        try await withServer { server throws in
            try Self.fill(server)
            let good = #"{"overwrite_payload":{"payload":{"o":1},"points":[1]}}"#
            for (bad, wanted) in [
                (#"{"clear_payload":{"points":[9]}}"#, "404 Not found: No point with id 9 found"),
                (#"{"clear_payload":{}}"#, "400 Format error …"),
                (#"{"fly":{}}"#, "400 Format error …"), ("7", "400 Format error …"),
                (
                    #"{"upsert":{"points":[{"id":9,"vector":{"text":[1]}}]}}"#,
                    "400 Wrong input: Vector dimension error: expected dim: 2, got 1…"
                ),
                (
                    #"{"delete_vectors":{"vector":["none"],"points":[1]}}"#,
                    "400 Wrong input: Not existing vector name error: none"
                ),
            ] {
                let body = #"{"operations":[\#(good),\#(bad)]}"#
                try server.expect("POST \(Self.path)/batch", body, wanted)
            }
            try server.expect([
                ("POST \(Self.path)/batch", "{}", "400 Format error …"),
                ("POST \(Self.path)/batch", #"{"operations":[]}"#, "200 []"),
            ])
            #expect(try Samples.payloads(server) == Self.before)
        }
    }
}
