import Testing
import VectorStore
import VectorizerServer

/// Putting points in, changing and removing them.
@Suite(.timeLimit(.minutes(60))) struct PointWriteTests {
    private typealias Samples = PointSamples
    private static let path = PointSamples.path

    @Test("Points are changed only where the request's filter and mode let them")
    func conditions() async throws {
        try await withServer { server throws in
            try Samples.make(server, #"{"vectors":{"size":1,"distance":"Dot"}}"#)
            func point(_ id: Int, _ n: Int) -> String {
                #"{"id":\#(id),"vector":[\#(n)],"payload":{"n":\#(n)}}"#
            }
            try Samples.put(server, point(1, 1), point(2, 2))
            let filter = #""update_filter":{"must":[{"key":"n","match":{"value":1}}]}"#
            let three = "\(point(1, 7)),\(point(2, 7)),\(point(3, 7))"
            for (more, expected) in [
                (filter, ["1": 7, "2": 2, "3": 7]),
                (#""update_mode":"insert_only""#, ["1": 1, "2": 2, "3": 7]),
                (#""update_mode":"update_only""#, ["1": 7, "2": 7]),
                (#""update_mode":"upsert","update_filter":{"must":[]}"#, ["1": 7, "2": 7, "3": 7]),
                (#"\#(filter),"update_mode":"update_only""#, ["1": 7, "2": 2]),
            ] {
                try server.expect(
                    "POST \(Samples.path)/delete?wait=true",
                    #"{"points":[3]}"#,
                    Samples.done
                )
                try Samples.put(server, point(1, 1), point(2, 2))
                let body = #"{"points":[\#(three)],\#(more)}"#
                try server.expect("PUT \(Samples.path)?wait=true", body, Samples.done)
                let payloads = try Samples.payloads(server)
                #expect(payloads == expected.mapValues { #"{"n":\#($0)}"# }, "\(more)")
            }
            let vectors = #"{"points":[{"id":1,"vector":[5]},{"id":2,"vector":[5]}],\#(filter)}"#
            try Samples.put(server, point(1, 1), point(2, 2))
            try server.expect("PUT \(Samples.path)/vectors?wait=true", vectors, Samples.done)
            let query = #"{"query":[1],"with_payload":false}"#
            #expect(try server.ids("POST \(Samples.path)/query", query) == ["1", "2"])
        }
    }

    @Test("Points come in rows and in columns, with any of the vectors or none")
    func forms() async throws {
        try await withServer { server throws in
            try Samples.make(server)
            try server.expect([
                (
                    "PUT \(Self.path)",
                    #"{"points":[{"id":1,"vector":{"text":[1,2],"image":[3,4],"#
                        + #""words":{"indices":[7,2],"values":[0.5,1]}},"#
                        + #""payload":{"a": 1.0, "b": 9007199254740993}},"#
                        + #"{"id":2,"vector":{},"payload":null}]}"#,
                    Samples.said
                ),
                (
                    "PUT \(Self.path)?wait=true&ordering=strong",
                    #"{"batch":{"ids":[3,4],"vectors":{"text":[[0,1],[1,0]]},"#
                        + #""payloads":[{"p":1},null]}}"#,
                    Samples.done
                ),
                (
                    "GET \(Self.path)/1", nil,
                    #"200 {"id":1,"payload":{"a":1.0,"b":9007199254740993},"vector":"#
                        + #"{"image":[0.6,0.8],"text":[1.0,2.0],"#
                        + #""words":{"indices":[2,7],"values":[1.0,0.5]}}}"#
                ),
                ("GET \(Self.path)/2", nil, #"200 {"id":2,"payload":{},"vector":{}}"#),
                (
                    "POST \(Self.path)",
                    #"{"ids":[4,9,3],"with_vector":["text"]}"#,
                    #"200 [{"id":4,"payload":{},"vector":{"text":[1.0,0.0]}},"#
                        + #"{"id":3,"payload":{"p":1},"vector":{"text":[0.0,1.0]}}]"#
                ),
            ])
            #expect(try server.findings() == [])
        }
    }

    @Test("A point that comes again takes the place of the one that was there")
    func replacing() async throws {
        try await withServer { server throws in
            try Samples.make(server)
            try Samples.put(server, #"{"id":1,"vector":{"text":[1,2]},"payload":{"a":1}}"#)
            try Samples.put(server, #"{"id":1,"vector":{"image":[0,2]},"payload":{"b":1}}"#)
            try server.expect(
                "GET \(Self.path)/1",
                nil,
                #"200 {"id":1,"payload":{"b":1},"vector":{"image":[0.0,1.0]}}"#
            )
            try server.expect("POST \(Self.path)/count", nil, #"200 {"count":1}"#)
        }
    }

    @Test("The vectors of a collection with one unnamed field are arrays")
    func unnamed() async throws {
        try await withServer { server throws in
            try Samples.make(server, #"{"vectors":{"size":2,"distance":"Euclid"}}"#)
            try server.expect([
                (
                    "PUT \(Self.path)",
                    #"{"batch":{"ids":[1,2],"vectors":[[1,2],[3,4]]}}"#, Samples.said
                ),
                (
                    "GET \(Self.path)/2", nil,
                    #"200 {"id":2,"payload":{},"vector":[3.0,4.0]}"#
                ),
                (
                    "PUT \(Self.path)", #"{"points":[{"id":1,"vector":[1,2,3]}]}"#,
                    "400 Wrong input: Vector dimension error: expected dim: 2, got 3…"
                ),
            ])
        }
    }

    @Test("One bad row refuses all rows, and nothing is changed")
    func wholeRefused() async throws {
        try await withServer { server throws in
            try Samples.make(server)
            try Samples.put(server, Samples.plain("1", #"{"a":1}"#))
            for (row, wanted) in [
                (#"{"id":-1,"vector":{}}"#, "400 Format error in JSON body: …"),
                (#"{"id":1.5,"vector":{}}"#, "400 Format error in JSON body: …"),
                (#"{"id":true,"vector":{}}"#, "400 Format error in JSON body: …"),
                (#"{"id":18446744073709551616,"vector":{}}"#, "400 Format error …"),
                (#"{"id":"abc","vector":{}}"#, "400 Format error in JSON body: …"),
                (#"{"vector":{}}"#, "400 Format error in JSON body: …"),
                (#"{"id":2}"#, "400 Format error in JSON body: …"),
                (#"{"id":2,"vector":{"text":[1e39,0]}}"#, "400 Format error in JSON body: …"),
                (#"{"id":2,"vector":{"text":[]}}"#, "422 Validation error in JSON body: …"),
                (#"{"id":2,"vector":{"text":[[1,2]]}}"#, "400 Bad request: multivectors …"),
                (
                    #"{"id":2,"vector":{"text":[1]}}"#,
                    "400 Wrong input: Vector dimension error: expected dim: 2, got 1…"
                ),
                (
                    #"{"id":2,"vector":{"none":[1]}}"#,
                    "400 Wrong input: Not existing vector name error: none"
                ),
                (#"{"id":2,"vector":[1,2]}"#, "400 Wrong input: Not existing vector name …"),
                (
                    #"{"id":2,"vector":{"words":[1]}}"#,
                    "400 Wrong input: Not existing vector name error: words, which is of …"
                ),
                (
                    #"{"id":2,"vector":{"image":[0,0]}}"#,
                    "400 Wrong input: a vector of zero length has no direction for cosine…"
                ),
                (
                    #"{"id":2,"vector":{"words":{"indices":[1],"values":[1,2]}}}"#,
                    "422 Validation error in JSON body: …"
                ),
                (#"{"id":2,"vector":{},"payload":[]}"#, "400 Format error in JSON body: …"),
            ] {
                let body = #"{"points":[\#(Samples.plain("1", #"{"a":2}"#)),\#(row)]}"#
                try server.expect("PUT \(Self.path)", body, wanted)
            }
            #expect(try Samples.payloads(server) == ["1": #"{"a":1}"#])
        }
    }

    @Test("Requests to put points in are checked")
    func badUpserts() async throws {
        try await withServer { server throws in
            try Samples.make(server)
            try server.expect([
                ("PUT \(Self.path)", "{}", "400 Format error in JSON body: …"),
                ("PUT \(Self.path)", "[", "400 Format error in JSON body: …"),
                ("PUT \(Self.path)?wait=1", #"{"points":[]}"#, "400 Deserialize error …"),
                (
                    "PUT \(Self.path)", #"{"batch":{"ids":[1],"vectors":{"text":[]}}}"#,
                    "422 Validation error in JSON body: …"
                ),
                (
                    "PUT \(Self.path)", #"{"points":[],"update_filter":[]}"#,
                    "400 Format error in JSON body: update_filter: …"
                ),
                (
                    "PUT /collections/none/points", #"{"points":[]}"#,
                    "404 Not found: Collection `none` doesn't exist!"
                ),
                ("PUT \(Self.path)", #"{"points":[]}"#, Samples.said),
            ])
            #expect(try Samples.payloads(server) == [:])
        }
    }

    @Test("Points are removed by their ids and by a filter; those that are not there are no error")
    func removal() async throws {
        try await withServer { server throws in
            try Samples.make(server)
            try Samples.put(
                server,
                Samples.plain("1", #"{"n":1}"#),
                Samples.plain("2", #"{"n":2}"#),
                Samples.plain("3", #"{"n":3}"#),
                Samples.plain("4", #"{"n":4}"#)
            )
            let delete = "POST \(Self.path)/delete"
            try server.expect([
                (delete, #"{"points":[1,77]}"#, Samples.said),
                (
                    delete + "?wait=true",
                    #"{"filter":{"must":{"key":"n","range":{"gte":4}}}}"#, Samples.done
                ),
                (delete, "{}", "400 Format error in JSON body: …"),
                (delete, #"{"points":["x"]}"#, "400 Format error in JSON body: …"),
                (delete, #"{"filter":{"odd":1}}"#, "400 Format error in JSON body: …"),
                ("POST /collections/none/points/delete", #"{"points":[1]}"#, "404 Not found: …"),
            ])
            #expect(try Samples.payloads(server).keys.sorted() == ["2", "3"])
            try server.expect(delete, #"{"filter":{}}"#, Samples.said)
            #expect(try Samples.payloads(server) == [:])
        }
    }

    @Test("Vectors of one field are changed and removed without those of the others")
    func vectors() async throws {
        try await withServer { server throws in
            try Samples.make(server)
            try Samples.put(
                server,
                #"{"id":1,"vector":{"text":[1,2],"image":[0,1]},"payload":{"a":1}}"#,
                Samples.plain("2")
            )
            let put = "PUT \(Self.path)/vectors"
            let delete = "POST \(Self.path)/vectors/delete"
            try server.expect([
                (
                    put,
                    #"{"points":[{"id":1,"vector":{"text":[5,6]}},"#
                        + #"{"id":2,"vector":{"words":{"indices":[1],"values":[2]}}}]}"#,
                    Samples.said
                ),
                (delete, #"{"points":[1],"vector":["image"]}"#, Samples.said),
                (
                    "POST \(Self.path)", #"{"ids":[1,2],"with_vector":true}"#,
                    #"200 [{"id":1,"payload":{"a":1},"vector":{"text":[5.0,6.0]}},"#
                        + #"{"id":2,"payload":{},"vector":"#
                        + #"{"words":{"indices":[1],"values":[2.0]}}}]"#
                ),
                (
                    put,
                    #"{"points":[{"id":1,"vector":{"text":[0,0]}},"#
                        + #"{"id":9,"vector":{"text":[0,0]}}]}"#,
                    "404 Not found: No point with id 9 found"
                ),
                (put, #"{"points":[]}"#, "422 Validation error in JSON body: …"),
                (put, #"{"points":[{"id":1,"vector":{}}]}"#, "422 Validation error …"),
                (
                    put, #"{"points":[{"id":1,"vector":{"none":[1,2]}}]}"#,
                    "400 Wrong input: Not existing vector name error: none"
                ),
                (
                    delete, #"{"points":[1],"vector":["none"]}"#,
                    "400 Wrong input: Not existing vector name error: none"
                ),
                (delete, #"{"points":[1],"vector":[]}"#, "422 Validation error …"),
                (delete, #"{"vector":["text"]}"#, "400 Format error in JSON body: …"),
                (delete, #"{"filter":{},"vectors":["words","text"]}"#, Samples.said),
                (
                    "POST \(Self.path)", #"{"ids":[1,2],"with_vectors":true,"with_payload":false}"#,
                    #"200 [{"id":1,"vector":{}},{"id":2,"vector":{}}]"#
                ),
            ])
            #expect(try server.findings() == [])
        }
    }
}
